"""The thread pools of `multiprocessing` with tasks in the place of threads, copied into projects where they are used."""

import asyncio
import multiprocessing
import os
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from aioport.runtime_pools import TaskFuture, _Tasks, completed, waited

__all__ = ["TaskPool", "TaskResult"]

T = TypeVar("T")


class TaskPool:
    """`multiprocessing.pool.ThreadPool` for functions that are awaited.

    At the end of an `async with` what has not begun is given up, and what runs is waited for.
    """

    def __init__(self, processes: int | None = None) -> None:
        if processes is None:
            processes = getattr(os, "process_cpu_count", os.cpu_count)() or 1
        if processes < 1:
            raise ValueError("Number of processes must be at least 1")
        self._width, self._tasks, self._is_closed = processes, _Tasks(processes), False

    def _start(self, function: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> TaskFuture[T]:
        if self._is_closed:
            raise ValueError("Pool not running")
        return self._tasks.start(function, *args, **kwargs)

    async def apply(
        self,
        func: Callable[..., Awaitable[T]],
        args: Iterable[Any] = (),
        kwds: Mapping[str, Any] | None = None,
    ) -> T:
        return await self._start(func, *args, **(kwds or {})).result()

    def apply_async(
        self,
        func: Callable[..., Awaitable[T]],
        args: Iterable[Any] = (),
        kwds: Mapping[str, Any] | None = None,
    ) -> "TaskResult[T]":
        return TaskResult(self._start(func, *args, **(kwds or {})))

    async def map(
        self, func: Callable[..., Awaitable[T]], iterable: Iterable[Any], chunksize: int | None = None
    ) -> list[T]:
        """The results in order; if some fail, the exception of the first to do so, when all have ended."""
        return await self._map(func, [(one,) for one in iterable], chunksize)

    async def starmap(
        self,
        func: Callable[..., Awaitable[T]],
        iterable: Iterable[Iterable[Any]],
        chunksize: int | None = None,
    ) -> list[T]:
        """As map(), with the items as arguments."""
        return await self._map(func, list(iterable), chunksize)

    async def _map(
        self, function: Callable[..., Awaitable[T]], items: list[Any], chunksize: int | None
    ) -> list[T]:
        if chunksize is None:  # as few chunks as threads would be given: an exception ends its chunk
            chunksize = -(-len(items) // (self._width * 4))
        chunks = [items[one : one + chunksize] for one in range(0, len(items), max(chunksize, 1))]
        futures = [self._start(_in_turn, function, chunk) for chunk in chunks]
        failure: BaseException | None = None
        async for future in completed(futures):
            failure = failure or await future.exception()
        if failure is not None:
            raise failure
        return [result for future in futures for result in await future.result()]

    def imap(
        self, func: Callable[..., Awaitable[T]], iterable: Iterable[Any], chunksize: int = 1
    ) -> AsyncIterator[T]:
        """The results in order, for `async for`; everything is submitted at once."""
        return _gone_through(deque(self._chunks(func, iterable, chunksize)))

    def imap_unordered(
        self, func: Callable[..., Awaitable[T]], iterable: Iterable[Any], chunksize: int = 1
    ) -> AsyncIterator[T]:
        """The same as they are done."""
        return _as_done(self._chunks(func, iterable, chunksize))

    def _chunks(
        self, function: Callable[..., Awaitable[T]], iterable: Iterable[Any], chunksize: int
    ) -> list[TaskFuture[list[T]]]:
        if chunksize < 1:
            raise ValueError(f"Chunksize must be 1+, not {chunksize:n}")
        found: list[TaskFuture[list[T]]] = []
        chunk: list[Any] = []
        try:
            for item in iterable:
                chunk.append((item,))
                if len(chunk) == chunksize:
                    found.append(self._start(_in_turn, function, chunk))
                    chunk = []
        except Exception as error:  # noqa: BLE001 - it stands for the item that the iterable did not give
            return [*found, self._start(_fail, error)]
        return [*found, self._start(_in_turn, function, chunk)] if chunk else found

    def close(self) -> None:
        """Take nothing more."""
        self._is_closed = True

    async def join(self) -> None:
        """Wait until all is done, after close() or terminate()."""
        if not self._is_closed:
            raise ValueError("Pool is still running")
        await self._tasks.finish()

    async def terminate(self) -> None:
        """Take nothing more, give up what has not begun, and wait for what runs."""
        self._is_closed = True
        self._tasks.drop()
        await self._tasks.finish()

    async def __aenter__(self) -> "TaskPool":
        if self._is_closed:
            raise ValueError("Pool not running")
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            await self._tasks.stop()
        await self.terminate()


class TaskResult(Generic[T]):
    """`multiprocessing.pool.AsyncResult` of a function that tasks run: `get` and `wait` are awaited."""

    def __init__(self, future: TaskFuture[T]) -> None:
        self._future = future

    async def get(self, timeout: float | None = None) -> T:
        await self.wait(timeout)
        if not self._future.done():
            raise multiprocessing.TimeoutError
        return await self._future.result()

    async def wait(self, timeout: float | None = None) -> None:
        await waited([self._future], timeout)

    def ready(self) -> bool:
        return self._future.done()


async def _in_turn(function: Callable[..., Awaitable[T]], chunk: Iterable[Iterable[Any]]) -> list[T]:
    return [await function(*args) for args in chunk]


async def _fail(error: Exception) -> Any:
    raise error


async def _gone_through(futures: deque[TaskFuture[list[T]]]) -> AsyncIterator[T]:
    while futures:
        for result in await futures.popleft().result():
            yield result


async def _as_done(futures: Iterable[TaskFuture[list[T]]]) -> AsyncIterator[T]:
    async for future in completed(futures):
        for result in await future.result():
            yield result
