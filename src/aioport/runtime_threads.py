"""Sync code that waits in threads, step by step or but for a part; copied into projects as far as it is used."""

import asyncio
import contextvars
import functools
import itertools
import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from contextlib import AbstractContextManager
from typing import Any, Generic, ParamSpec, TypeVar

from aioport.runtime import _home, offload_in

__all__ = ["entered", "on_loop", "stepped"]

P = ParamSpec("P")
T = TypeVar("T")


def on_loop(function: Callable[P, T]) -> Callable[P, T]:
    """Have a function run on the event loop's thread, which as a rule is the main one, wherever it is called.

    A call in a thread of offload() waits for the loop to come to it, and the loop waits for its end. That is for what
    only the main thread may do, such as setting a handler of signals. Anywhere else it is called where it stands.
    """

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        loop = _home.get(None)
        if loop is None or asyncio._get_running_loop() is loop:  # noqa: SLF001 - the public one raises
            return function(*args, **kwargs)
        outcome: futures.Future[T] = futures.Future()

        def work() -> None:
            try:
                outcome.set_result(function(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - Ctrl-C, too, is for whoever called
                outcome.set_exception(error)

        loop.call_soon_threadsafe(work, context=contextvars.copy_context())
        return outcome.result()

    return call


def entered(make: Callable[[], AbstractContextManager[T]], *, pool: str = "net") -> "_Entered[T]":
    """`async with entered(lambda: open(path)) as file:` is `with open(path) as file:`, which waits in threads.

    The manager is made and entered in one call, and left in another, which may be in another thread. Cancelled while
    it enters, it is left as soon as it has.

    pool: which threads, by the name that offload_in() knows them by.
    """
    return _Entered(make, pool)


class _Entered(Generic[T]):
    def __init__(self, make: Callable[[], AbstractContextManager[T]], pool: str) -> None:
        self._make, self._pool = make, pool
        self._open: list[AbstractContextManager[T]] = []
        self._is_given_up = False

    async def __aenter__(self) -> T:
        try:
            return await offload_in(self._pool, self._enter)
        except asyncio.CancelledError:
            self._is_given_up = True
            self._leave(None, None, None)
            raise

    async def __aexit__(self, *error: object) -> bool | None:
        return await offload_in(self._pool, self._leave, *error)

    def _enter(self) -> T:
        manager = self._make()
        value = manager.__enter__()
        self._open.append(manager)
        if self._is_given_up:
            self._leave(None, None, None)
        return value

    def _leave(self, *error: Any) -> bool | None:
        try:
            manager = self._open.pop()
        except IndexError:  # not entered yet, or left by the other thread
            return None
        return manager.__exit__(*error)


def stepped(make: Callable[[], Iterable[T]], ahead: int = 1, *, pool: str = "net") -> "_Stepped[T]":
    """`async for item in stepped(lambda: items):` is `for item in items:`, which waits in threads.

    ahead: how many items one call in a thread may read before the first of them is used; of a file that is none on a
        disk, it reads one, since the next may be long in coming.
    pool: which threads, by the name that offload_in() knows them by.
    """
    return _Stepped(make, ahead, pool)


class _Stepped(Generic[T]):
    def __init__(self, make: Callable[[], Iterable[T]], ahead: int, pool: str) -> None:
        self._make, self._ahead, self._pool = make, ahead, pool
        self._iterator: Iterator[T] | None = None
        self._items: deque[T] = deque()
        self._error: Exception | None = None

    def __aiter__(self) -> "_Stepped[T]":
        return self

    async def __anext__(self) -> T:
        if not self._items and self._error is None:
            await offload_in(self._pool, self._read)
        if self._items:
            return self._items.popleft()
        error, self._error = self._error or StopAsyncIteration(), None
        raise error

    def _read(self) -> None:
        if self._iterator is None:
            items = self._make()
            self._iterator = iter(items)
            if self._ahead > 1 and not _is_regular(items):
                self._ahead = 1
        try:
            for item in itertools.islice(self._iterator, self._ahead):
                self._items.append(item)
        except Exception as error:  # noqa: BLE001 - raised behind the items that came before it
            self._error = error


def _is_regular(file: Any) -> bool:
    try:
        return stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except (AttributeError, OSError, TypeError, ValueError):
        return False
