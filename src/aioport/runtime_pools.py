"""The thread pools of `concurrent.futures` with tasks in the place of threads, copied into projects where they are used.

As many functions run at a time, in the order of their submission; each result and exception stays with its future.
Context variables are those that a new thread has: none.
"""

import asyncio
import contextvars
import functools
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent import futures
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from aioport.runtime import _scope

__all__ = ["TaskFuture", "TaskPoolExecutor", "completed", "waited"]

P = ParamSpec("P")
T = TypeVar("T")


class TaskFuture(Generic[T]):
    """`concurrent.futures.Future` of a function that tasks run: `result` and `exception` are awaited."""

    def __init__(self) -> None:
        self._outcome: futures.Future[T] = futures.Future()
        self._is_settled = asyncio.Event()
        self._told: list[Callable[[TaskFuture[T]], object]] = []

    async def result(self, timeout: float | None = None) -> T:
        """What the function returned, or raises what it raised; TimeoutError, and CancelledError of futures."""
        await self._settled(timeout)
        return self._outcome.result()

    async def exception(self, timeout: float | None = None) -> BaseException | None:
        """What the function raised, or None."""
        await self._settled(timeout)
        return self._outcome.exception()

    def cancel(self) -> bool:
        """Give up what has not begun; whether it was."""
        is_cancelled = self._outcome.cancel()
        if is_cancelled:
            self._settle()
        return is_cancelled

    def cancelled(self) -> bool:
        return self._outcome.cancelled()

    def running(self) -> bool:
        return self._outcome.running()

    def done(self) -> bool:
        return self._outcome.done()

    def add_done_callback(self, function: Callable[["TaskFuture[T]"], object]) -> None:
        """Have a function called once this is done, on the event loop; at once where it is."""
        self._outcome.add_done_callback(lambda _: function(self))

    async def _settled(self, timeout: float | None) -> None:
        if not self._is_settled.is_set():
            try:
                await asyncio.wait_for(self._is_settled.wait(), timeout)
            except asyncio.TimeoutError:  # noqa: UP041 - another class before Python 3.11
                raise futures.TimeoutError from None

    def _settle(self) -> None:
        self._is_settled.set()
        told, self._told = self._told, []
        for tell in told:
            tell(self)

    def _tell(self, tell: Callable[["TaskFuture[T]"], object]) -> None:
        """Have a function called once this is done; at once where it is."""
        if self._is_settled.is_set():
            tell(self)
        else:
            self._told.append(tell)

    def _begin(self) -> bool:
        """Say that it runs from now on; False where it was given up."""
        return self._outcome.set_running_or_notify_cancel()

    def _abandon(self) -> None:
        """What runs it was cancelled before it had begun."""
        if not self._outcome.done():
            self._outcome.set_exception(futures.CancelledError())
            self._settle()

    async def _run(self, call: Callable[[], Awaitable[T]]) -> None:
        try:
            self._outcome.set_result(await call())
        except asyncio.CancelledError:
            self._outcome.set_exception(futures.CancelledError())
            raise
        except KeyboardInterrupt as error:
            self._outcome.set_exception(error)
            raise
        except BaseException as error:  # noqa: BLE001 - whoever asks for the result gets it, as from a thread
            self._outcome.set_exception(error)
        finally:
            self._settle()


class _Tasks:
    """At most `width` tasks that run what is submitted, first come, first served."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._waiting: deque[tuple[TaskFuture[Any], Callable[[], Awaitable[Any]]]] = deque()
        self._running: dict[asyncio.Task[None], TaskFuture[Any]] = {}

    def start(self, function: Callable[..., Awaitable[T]], *args: Any, **kwargs: Any) -> TaskFuture[T]:
        future, call = TaskFuture[T](), functools.partial(function, *args, **kwargs)
        if len(self._running) < self._width:
            future._begin()
            task = contextvars.Context().run(asyncio.create_task, self._work(future, call))
            self._running[task] = future
            task.add_done_callback(self._forget)
        else:
            self._waiting.append((future, call))
        return future

    async def _work(self, future: TaskFuture[Any], call: Callable[[], Awaitable[Any]]) -> None:
        try:
            await future._run(call)
            while self._waiting:
                future, call = self._waiting.popleft()
                if future._begin():
                    await future._run(call)
        except asyncio.CancelledError:
            self.drop()
            raise
        finally:
            task = asyncio.current_task()
            if task is not None:
                self._running.pop(task, None)

    def _forget(self, task: asyncio.Task[None]) -> None:
        """What was cancelled before its first step has not done so itself."""
        future = self._running.pop(task, None)
        if future is not None:
            future._abandon()
            self.drop()

    def drop(self) -> None:
        """Give up what has not begun."""
        while self._waiting:
            self._waiting.popleft()[0].cancel()

    async def finish(self) -> None:
        """Wait until all is done. Cancelled, it cancels what runs, and waits for that."""
        while running := list(self._running):
            try:
                await asyncio.wait(running)
            except asyncio.CancelledError:
                await self.stop()
                raise

    async def stop(self) -> None:
        """Cancel everything, and wait until it has ended."""
        self.drop()
        running = list(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)


class TaskPoolExecutor:
    """`concurrent.futures.ThreadPoolExecutor` for functions that are awaited.

    At the end of an `async with` everything that was submitted has ended, and at the end of the event loop without
    one. Cancelling cancels what runs.
    """

    def __init__(self, max_workers: int | None = None, thread_name_prefix: str = "") -> None:
        # It starts no thread as long as it is given nothing, and knows how many this Python would.
        self._tasks = _Tasks(futures.ThreadPoolExecutor(max_workers, thread_name_prefix)._max_workers)
        self._is_shut = False
        _scope().closers[self] = self.shutdown

    def submit(
        self, function: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> TaskFuture[T]:
        """Have a function called and awaited as soon as fewer than `max_workers` others are."""
        if self._is_shut:
            raise RuntimeError("cannot schedule new futures after shutdown")
        return self._tasks.start(function, *args, **kwargs)

    def map(
        self,
        function: Callable[..., Awaitable[T]],
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,
    ) -> AsyncIterator[T]:
        """The results in order, for `async for`; everything is submitted at once."""
        end = None if timeout is None else time.monotonic() + timeout
        return _Results([self.submit(function, *args) for args in zip(*iterables, strict=False)], end)

    async def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more, and wait until all is done."""
        self._is_shut = True
        if cancel_futures:
            self._tasks.drop()
        if wait:
            await self._tasks.finish()
            _scope().closers.pop(self, None)

    async def __aenter__(self) -> "TaskPoolExecutor":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            await self._tasks.stop()
        await self.shutdown()


class _Results(Generic[T]):
    """What `map` gives. Left early, it gives up what has not begun."""

    def __init__(self, tasks: Iterable[TaskFuture[T]], end: float | None) -> None:
        self._futures, self._end = deque(tasks), end
        self._has_begun = False

    def __aiter__(self) -> "_Results[T]":
        return self

    async def __anext__(self) -> T:
        self._has_begun = True
        if not self._futures:
            raise StopAsyncIteration
        future = self._futures.popleft()
        try:
            return await future.result(None if self._end is None else self._end - time.monotonic())
        except BaseException:
            future.cancel()
            self._give_up()
            raise

    def __del__(self) -> None:
        if self._has_begun:
            self._give_up()

    def _give_up(self) -> None:
        while self._futures:
            self._futures.popleft().cancel()


async def completed(
    tasks: Iterable[TaskFuture[T]], timeout: float | None = None
) -> AsyncIterator[TaskFuture[T]]:
    """`concurrent.futures.as_completed`, for `async for`: the same futures, as they are done."""
    asked = dict.fromkeys(tasks)
    end = None if timeout is None else time.monotonic() + timeout
    done: deque[TaskFuture[T]] = deque()
    has_more = asyncio.Event()

    def tell(future: TaskFuture[T]) -> None:
        done.append(future)
        has_more.set()

    for one in asked:
        one._tell(tell)
    for given in range(len(asked)):
        while not done:
            has_more.clear()
            try:
                await asyncio.wait_for(has_more.wait(), None if end is None else end - time.monotonic())
            except asyncio.TimeoutError:  # noqa: UP041 - another class before Python 3.11
                text = f"{len(asked) - given} (of {len(asked)}) futures unfinished"
                raise futures.TimeoutError(text) from None
        yield done.popleft()


class Waited(NamedTuple):
    """What `waited` gives: the futures that are done, and the others."""

    done: set[TaskFuture[Any]]
    not_done: set[TaskFuture[Any]]


async def waited(
    tasks: Iterable[TaskFuture[Any]], timeout: float | None = None, return_when: str = futures.ALL_COMPLETED
) -> Waited:
    """`concurrent.futures.wait`: until all are done, the first one, or the first one that failed."""
    asked = set(tasks)
    try:
        async for one in completed(asked, timeout):
            is_failure = not one.cancelled() and await one.exception() is not None
            if return_when == futures.FIRST_COMPLETED or (
                return_when == futures.FIRST_EXCEPTION and is_failure
            ):
                break
    except futures.TimeoutError:
        pass
    done = {one for one in asked if one.done()}
    return Waited(done, asked - done)
