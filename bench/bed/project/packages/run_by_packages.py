# bed: group=packages forms=async
"""Functions of the project that packages call."""

import asyncio
import time
from pathlib import Path

import murmur
from murmur import Base, Signal, hub


def called_by_package():
    time.sleep(1)  # blocks: sleep


async def callback():
    murmur.call(called_by_package)


def called_by_package_each(item):
    Path(item).touch()  # blocks: file


async def callback_for_each():
    murmur.each(["a", "b"], called_by_package_each)


async def lambda_for_each():
    murmur.each(["a"], lambda item: Path(item).unlink())  # blocks: file


class Working(Base):
    def step(self):
        time.sleep(1)  # blocks: sleep


async def overridden_step():
    Working().once()


saved = Signal()


@saved.connect
def on_saved(name):
    Path(name).write_text("saved")  # blocks: file


async def fires():
    saved.send("a")


@hub.listener
def listening():
    time.sleep(1)  # blocks: sleep


async def notifies():
    hub.notify()


@murmur.tagged
def tagged():
    time.sleep(1)  # blocks: sleep


async def decorated_by_package():
    tagged()


def in_background():
    time.sleep(1)  # fine: the package runs it in a thread


async def background():
    murmur.in_thread(in_background)


async def own_coroutine():
    await murmur.aio.each([1], slow_item)


async def slow_item(item):
    time.sleep(item)  # blocks: sleep


async def awaits_package():
    await murmur.aio.rest(1)  # fine: awaits asyncio.sleep
    await asyncio.sleep(0)
