# bed: group=fine forms=async
"""Functions that are made, named or stored, and never run on the loop."""

import asyncio
import time
from functools import partial
from pathlib import Path


async def nested_never_called():
    def inner():
        time.sleep(1)  # fine: nobody calls it

    return None


async def lambda_never_called():
    wait = lambda: time.sleep(1)  # fine: nobody calls it  # noqa: E731
    return None


async def referenced_only():
    actions = [time.sleep]  # fine: only named
    return len(actions)


class Holder:
    def __init__(self):
        self.callback = None

    def store(self, callback):
        self.callback = callback


def stored():
    time.sleep(1)  # fine: stored, and never called


async def stored_callback():
    holder = Holder()
    holder.store(stored)


async def generator_never_iterated():
    numbers = generator()
    return numbers is None


def generator():
    time.sleep(1)  # fine: nobody iterates
    yield 1


async def generator_expression_never_iterated(paths):
    texts = (Path(path).read_text() for path in paths)  # fine: nobody iterates
    return texts is None


async def partial_never_called():
    return partial(time.sleep, 1) is None  # fine: nobody calls it


async def bound_method_only(path: Path):
    return path.read_text is None  # fine: only named


async def closed_at_once():
    numbers = closed()
    numbers.close()


def closed():
    time.sleep(1)  # fine: closed before it began
    yield 1


def unused_sync():
    time.sleep(1)  # fine: nobody calls it


class Unused:
    def method(self):
        Path("a").read_text()  # fine: nobody calls it


async def class_only_made():
    Unused()


class Reading:
    @property
    def text(self):
        return Path("a").read_text()  # fine: nobody reads it

    def __len__(self):
        return len(Path("a").read_text())  # fine: nobody asks

    def __call__(self):
        return Path("a").read_text()  # fine: nobody calls it


async def property_never_read():
    reading = Reading()
    return reading is not None


async def is_not_equality():
    return Equal() is Equal()


class Equal:
    def __eq__(self, other):
        time.sleep(1)  # fine: `is` does not ask
        return True


def main():
    time.sleep(1)  # fine: before the loop runs
    asyncio.run(class_only_made())
    time.sleep(2)  # fine: after the loop has run


class Base:
    def run(self):
        return None


class Fast(Base):
    def run(self):
        return 1


class SlowButElsewhere(Base):
    def run(self):
        time.sleep(1)  # fine: the loop only sees a Fast


async def other_override():
    return Fast().run()


def applied(function):
    return function


async def passed_but_not_called():
    return applied(only_passed) is None


def only_passed():
    time.sleep(1)  # fine: passed on, and never called


async def mapped_but_not_consumed(names):
    return map(only_mapped, names) is None


def only_mapped(name):
    time.sleep(1)  # fine: nobody consumes the map
    return name
