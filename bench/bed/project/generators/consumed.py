# bed: group=generators forms=both
"""Generators whose body runs where they are consumed."""

import contextlib
import itertools
import os
import time
from collections import deque
from functools import reduce
from pathlib import Path

import requests


def slow_numbers():
    for number in range(3):
        time.sleep(1)  # blocks: sleep
        yield number


async def by_for():
    for number in slow_numbers():
        if number:
            break


def slow_lines(path):
    with open(path) as handle:  # blocks: file
        yield from handle  # blocks: file


async def by_list():
    return list(slow_lines("a"))


def slow_first():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_next():
    return next(slow_first())


def slow_second():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_next_of_variable():
    numbers = slow_second()
    return next(numbers, None)


def slow_inner():
    time.sleep(1)  # blocks: sleep
    yield 1


def outer():
    yield from slow_inner()


async def by_yield_from():
    return [number for number in outer()]


def slow_pair():
    time.sleep(1)  # blocks: sleep
    yield 1
    yield 2


async def by_unpacking():
    one, two = slow_pair()
    return one + two


def slow_sum():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_sum():
    return sum(slow_sum())


def slow_any():
    time.sleep(1)  # blocks: sleep
    yield False


async def by_any():
    return any(slow_any())


def slow_join():
    time.sleep(1)  # blocks: sleep
    yield "a"


async def by_join():
    return ", ".join(slow_join())


def slow_membership():
    time.sleep(1)  # blocks: sleep
    yield "a"


async def by_membership():
    return "b" in slow_membership()


def slow_dict():
    time.sleep(1)  # blocks: sleep
    yield "a", 1


async def by_dict():
    return dict(slow_dict())


def slow_extend():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_extend():
    items = []
    items.extend(slow_extend())
    return items


def slow_zip():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_zip():
    return list(zip([1], slow_zip()))


def slow_enumerate():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_enumerate():
    for index, value in enumerate(slow_enumerate()):
        return index, value


def slow_chain():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_chain():
    return list(itertools.chain([0], slow_chain()))


def slow_slice():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_slice():
    return tuple(itertools.islice(slow_slice(), 2))


def slow_deque():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_deque():
    deque(slow_deque(), maxlen=0)


def slow_reduce():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_reduce():
    return reduce(lambda one, other: one + other, slow_reduce())


def slow_send():
    while True:
        got = yield
        time.sleep(got)  # blocks: sleep


async def by_send():
    sink = slow_send()
    next(sink)
    sink.send(2)


async def generator_expression_summed(names):
    return sum(os.stat(name).st_size + len(Path(name).read_bytes()) for name in names)  # blocks: file


async def generator_expression_later(urls):
    answers = (requests.get(url) for url in urls)  # blocks: network
    return [answer.status_code for answer in answers]


async def generator_expression_next(paths):
    return next((path for path in paths if "x" in open(path).read()), None)  # blocks: file


async def set_comprehension(paths: list[Path]):
    return {path.read_text() for path in paths}  # blocks: file


async def iterator_of_two_arguments(path):
    with open(path, "rb") as handle:  # blocks: file
        for chunk in iter(lambda: handle.read(4096), b""):  # blocks: file
            yield chunk


@contextlib.contextmanager
def slow_setting():
    time.sleep(1)  # blocks: sleep
    yield 1
    time.sleep(2)  # blocks: sleep


async def context_manager():
    with slow_setting() as value:
        return value


@contextlib.contextmanager
def slow_leave():
    try:
        yield
    finally:
        os.remove("lock")  # blocks: file


async def context_manager_on_the_stack():
    with contextlib.ExitStack() as stack:
        stack.enter_context(slow_leave())


@contextlib.contextmanager
def slow_decorator():
    time.sleep(1)  # blocks: sleep
    yield


@slow_decorator()
def inside():
    return 1


async def context_manager_as_decorator():
    return inside()


@contextlib.asynccontextmanager
async def slow_async_setting():
    time.sleep(1)  # blocks: sleep
    yield 1


async def async_context_manager():
    async with slow_async_setting() as value:
        return value


async def slow_async_numbers():
    for number in range(3):
        time.sleep(1)  # blocks: sleep
        yield number


async def async_for():
    async for number in slow_async_numbers():
        return number


def slow_element(number):
    time.sleep(number)  # blocks: sleep
    return number


async def quick_async_numbers():
    yield 1


async def async_comprehension():
    return [slow_element(number) async for number in quick_async_numbers()]


def slow_condition(number):
    time.sleep(number)  # blocks: sleep
    return True


async def async_comprehension_condition():
    return {number async for number in quick_async_numbers() if slow_condition(number)}


class Tree:
    def __init__(self, children=()):
        self.children = list(children)

    def walk(self):
        time.sleep(0.1)  # blocks: sleep
        yield self
        for child in self.children:
            yield from child.walk()


async def recursive_generator():
    return [node for node in Tree([Tree()]).walk()]


def slow_argument():
    time.sleep(1)  # blocks: sleep
    yield 1


def total(numbers):
    result = 0
    for number in numbers:
        result += number
    return result


async def consumed_by_another_function():
    return total(slow_argument())


def slow_returned():
    time.sleep(1)  # blocks: sleep
    yield 1


def wrapped():
    return slow_returned()


async def returned_generator():
    return list(wrapped())


def slow_mapped():
    time.sleep(1)  # blocks: sleep
    yield 1


async def through_map():
    return list(map(str, slow_mapped()))


def stage_one(paths):
    for path in paths:
        yield Path(path).read_text()  # blocks: file


def stage_two(texts):
    for text in texts:
        yield text.upper()


async def pipeline(paths):
    return "".join(stage_two(stage_one(paths)))


def slow_sorted():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_sorted():
    return sorted(slow_sorted())


def slow_starred():
    time.sleep(1)  # blocks: sleep
    yield 1


async def by_starred_argument():
    return max(0, *slow_starred())


class Reader:
    def __init__(self, path):
        self.path = path

    def chunks(self):
        with open(self.path, "rb") as handle:  # blocks: file
            while chunk := handle.read(10):  # blocks: file
                yield chunk


async def generator_method(reader: Reader):
    for chunk in reader.chunks():
        return chunk
