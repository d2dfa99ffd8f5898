"""How sync code, such as a test, uses asynchronous code on one event loop; copied into projects as far as it is used.

The loop of a thread is made at its first use and runs only while something is waited for. What it opened is closed at
the end of the program, as `run` does; a thread other than the main one has a loop for each call.
"""

import asyncio
import atexit
import contextlib
import functools
import inspect
import os
import socket
import sys
import threading
import types
from collections.abc import AsyncIterable, Awaitable, Coroutine, Iterator
from concurrent import futures
from typing import Any, TypeVar
from unittest import mock

from aioport.runtime import run

__all__ = ["asynced", "enter_sync", "iterate_sync", "run_sync", "synced"]

T = TypeVar("T")

_loops: dict[int, asyncio.AbstractEventLoop] = {}  # by process: a fork must not use its parent's


def run_sync(awaitable: Awaitable[T]) -> T:
    """Wait for `awaitable` and return what it gives; what cannot be awaited, such as a mock, is returned as it is.

    All calls in the main thread share one event loop, so that what one opens another can use. RuntimeError if a loop
    runs in this thread already. A StopIteration comes out as one, though no coroutine can raise it.
    """
    if not inspect.isawaitable(awaitable):
        return awaitable
    waiting: Coroutine[Any, Any, T] = _placed(_awaited, sys._getframe(1))(awaitable)  # noqa: SLF001 - as warnings do
    try:
        return _run_here(waiting)
    except RuntimeError as error:
        if isinstance(error.__cause__, StopIteration) and str(error) in _ENDED:
            raise error.__cause__ from None
        raise


_ENDED = ("coroutine raised StopIteration", "offloaded function raised StopIteration")
"""What becomes of a StopIteration on its way through coroutines, such as that of a mock that has no more results."""


def _run_here(waiting: Coroutine[Any, Any, T]) -> T:
    if threading.current_thread() is not threading.main_thread():
        return run(waiting)
    loop = _loops.get(os.getpid())
    if loop is None or loop.is_closed():
        # What tests put in the place of sockets, so that none is opened, is not for the loop's own pair.
        plain = next(one for one in socket.socket.__mro__ if one.__module__ == "socket")
        with mock.patch.object(socket, "socket", plain):
            loop = _loops[os.getpid()] = asyncio.new_event_loop()
        atexit.register(_end, loop, os.getpid())
    return loop.run_until_complete(waiting)


async def _awaited(awaitable: Any) -> Any:
    return await awaitable


def _called(function: Any, args: Any, kwargs: Any) -> Any:
    return function(*args, **kwargs)


def _placed(function: Any, frame: Any) -> Any:
    """A short function with the file, the line and the globals of who called in here.

    What it awaits sees its caller there: warnings with a `stacklevel` name the line of the test.
    """
    hidden = (run_sync.__code__.co_filename, contextlib.__file__)
    while frame.f_code.co_filename in hidden and frame.f_back is not None:
        frame = frame.f_back
    code = function.__code__.replace(
        co_filename=frame.f_code.co_filename, co_firstlineno=max(frame.f_lineno - 1, 0)
    )
    return types.FunctionType(code, frame.f_globals, function.__name__)


def _end(loop: asyncio.AbstractEventLoop, process: int) -> None:
    if process == os.getpid() and not loop.is_closed():
        loop.set_default_executor(_Inline())
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


class _Inline(futures.ThreadPoolExecutor):
    """Runs what it is given at once: no thread can be started while the interpreter ends."""

    def submit(self, function: Any, /, *args: Any, **kwargs: Any) -> futures.Future[Any]:
        future: futures.Future[Any] = futures.Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is the future's
            future.set_exception(error)
        return future


def iterate_sync(iterable: Any) -> Iterator[Any]:
    """The items of an asynchronous iterable, waited for one at a time; another iterable gives its own."""
    if not isinstance(iterable, AsyncIterable):
        yield from iterable
        return
    iterator = aiter(iterable)
    try:
        while True:
            try:
                item = run_sync(anext(iterator))
            except StopAsyncIteration:
                return
            yield item
    finally:
        if hasattr(iterator, "aclose"):
            run_sync(iterator.aclose())


@contextlib.contextmanager
def enter_sync(manager: Any) -> Iterator[Any]:
    """An asynchronous context manager for a plain `with`; another one is entered as it is."""
    if not hasattr(manager, "__aenter__"):
        with manager as value:
            yield value
        return
    stack = contextlib.AsyncExitStack()
    value = run_sync(stack.enter_async_context(manager))
    try:
        yield value
    except BaseException as error:
        if not run_sync(stack.__aexit__(type(error), error, error.__traceback__)):
            raise
    else:
        run_sync(stack.__aexit__(None, None, None))


def synced(function: Any) -> Any:
    """A sync function that waits for what `function` returns; of a list or a tuple, one of such; else what is given."""
    if isinstance(function, list | tuple):
        return type(function)(map(synced, function))
    if not callable(function):
        return function

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        # What is called may be sync as well, and sees its caller there.
        return run_sync(_placed(_called, sys._getframe(1))(function, args, kwargs))  # noqa: SLF001

    return call


def asynced(function: Any) -> Any:
    """An asynchronous function that does what `function` does: what stands in for one in a test is awaited as well.

    A mock becomes an AsyncMock that calls it; of a list or a tuple, its items. What is asynchronous already, or cannot
    be called, is returned as it is.
    """
    if isinstance(function, list | tuple):
        return type(function)(map(asynced, function))
    if not callable(function) or inspect.iscoroutinefunction(function):
        return function
    if isinstance(function, mock.NonCallableMock):
        return function if isinstance(function, mock.AsyncMock) else mock.AsyncMock(side_effect=function)

    @functools.wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        return await result if inspect.isawaitable(result) else result

    # As a class's attribute, only a function takes the object that it is read from.
    return call if inspect.isfunction(function) else staticmethod(call)
