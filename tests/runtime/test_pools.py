"""Pools of tasks do what pools of threads do: the order, the width, the exceptions, the futures."""

import asyncio
import concurrent.futures
import contextvars
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from aioport.runtime import run
from aioport.runtime_pools import TaskFuture, TaskPoolExecutor, completed, waited

SECRET = contextvars.ContextVar("SECRET", default="unset")


class Work:
    """Functions for a pool, which count how many of them run at a time."""

    def __init__(self) -> None:
        self.running = self.peak = 0
        self.begun: list[object] = []

    async def double(self, number: int, rounds: int = 2) -> int:
        self.begun.append(number)
        self.running += 1
        self.peak = max(self.peak, self.running)
        try:
            for _ in range(rounds):
                await asyncio.sleep(0)
            if number < 0:
                raise ValueError(number)
            return number * 2
        finally:
            self.running -= 1


async def _collected(items: AsyncIterator[int]) -> list[int | str]:
    """What is gone through, and the exception that ends it."""
    found: list[int | str] = []
    try:
        async for item in items:
            found.append(item)  # noqa: PERF401 - it may end with an exception
    except ValueError as error:
        found.append(repr(error))
    return found


def test_as_many_run_at_a_time_in_the_order_of_submission() -> None:
    """A width of 3 is used, and never passed."""
    work = Work()

    async def main() -> list[int | str]:
        async with TaskPoolExecutor(3) as pool:
            return await _collected(pool.map(work.double, range(10)))

    assert run(main()) == [number * 2 for number in range(10)]
    assert work.peak == 3
    assert work.begun == list(range(10))


def test_the_usual_width_is_that_of_threads() -> None:
    """And so are the complaints about a width."""
    work = Work()
    with concurrent.futures.ThreadPoolExecutor() as threads:
        width = threads._max_workers  # noqa: SLF001 - nothing else says it

    async def main() -> None:
        async with TaskPoolExecutor() as pool:
            pool.map(work.double, range(width + 5))
        with pytest.raises(ValueError, match="greater than 0"):
            TaskPoolExecutor(max_workers=0)

    run(main())
    assert work.peak == width


def test_map_ends_with_the_first_exception_in_order() -> None:
    """What has not begun by then is given up, what runs is waited for."""
    work = Work()

    async def main() -> list[int | str]:
        async with TaskPoolExecutor(2) as pool:
            return await _collected(pool.map(work.double, [1, -1, 3, 4, 5, 6, 7, 8]))

    assert run(main()) == [2, "ValueError(-1)"]
    assert work.running == 0
    assert len(work.begun) < 8


def test_map_that_nobody_goes_through_runs_all() -> None:
    """Its exceptions are nobody's."""
    work = Work()

    async def main() -> None:
        async with TaskPoolExecutor(2) as pool:
            pool.map(work.double, [1, -1, 3])

    run(main())
    assert work.begun == [1, -1, 3]


def test_map_that_is_left_early_gives_up_what_has_not_begun() -> None:
    """As soon as nobody holds it."""
    work = Work()

    async def main() -> None:
        async with TaskPoolExecutor(1) as pool:
            async for _ in pool.map(work.double, range(10)):
                break

    run(main())
    assert len(work.begun) < 10


def test_several_iterables_end_with_the_shortest() -> None:
    """As `map` does."""

    async def add(one: int, other: int) -> int:
        return one + other

    async def main() -> list[int | str]:
        async with TaskPoolExecutor(2) as pool:
            return await _collected(pool.map(add, [1, 2, 3], [10, 20]))

    assert run(main()) == [11, 22]


def test_futures_come_as_they_are_done_and_keep_what_is_theirs() -> None:
    """The same objects, each with its result or its exception."""
    work = Work()

    async def main() -> list[tuple[int, int | str]]:
        found: list[tuple[int, int | str]] = []
        async with TaskPoolExecutor(3) as pool:
            futures = {pool.submit(work.double, number, rounds=9 - number): number for number in (1, -1, 5)}
            async for future in completed(futures):
                try:
                    found.append((futures[future], await future.result()))
                except ValueError as error:
                    found.append(
                        (futures[future], repr(error) if error is await future.exception() else "other")
                    )
            assert all(one.done() and not one.running() for one in futures)
        return found

    assert run(main()) == [(5, 10), (1, 2), (-1, "ValueError(-1)")]


def test_waiting_for_the_first_the_first_failure_and_all() -> None:
    """`wait` with each of its conditions."""
    work = Work()

    async def main() -> None:
        async with TaskPoolExecutor(1) as pool:
            futures = [pool.submit(work.double, number) for number in (1, -1, 3)]
            done, not_done = await waited(futures, return_when=concurrent.futures.FIRST_COMPLETED)
            assert (done, not_done) == ({futures[0]}, set(futures[1:]))
            done, not_done = await waited(futures, return_when=concurrent.futures.FIRST_EXCEPTION)
            assert (done, not_done) == (set(futures[:2]), {futures[2]})
            assert (await waited(futures)).not_done == set()
            assert (await waited([])).done == set()

    run(main())


def test_time_outs_are_those_of_futures() -> None:
    """The wait ends, what is waited for goes on."""

    async def main() -> None:
        is_free = asyncio.Event()

        async def wait(_: int = 0) -> str:
            await is_free.wait()
            return "done"

        async with TaskPoolExecutor(1) as pool:
            future = pool.submit(wait)
            with pytest.raises(concurrent.futures.TimeoutError):
                await future.result(timeout=0.001)
            with pytest.raises(concurrent.futures.TimeoutError, match=r"1 \(of 1\) futures unfinished"):
                async for _ in completed([future], timeout=0.001):
                    pass
            assert (await waited([future], timeout=0)).not_done == {future}
            with pytest.raises(concurrent.futures.TimeoutError):
                async for _ in pool.map(wait, [1], timeout=0.001):
                    pass
            is_free.set()
            assert await future.result(timeout=5) == "done"

    run(main())


def test_only_what_has_not_begun_is_cancelled() -> None:
    """Its exception is the one of futures, which is no cancellation of the task that asks."""
    work = Work()

    async def main() -> None:
        async with TaskPoolExecutor(1) as pool:
            first, second = pool.submit(work.double, 1), pool.submit(work.double, 2)
            assert (first.running(), second.running()) == (True, False)
            assert (first.cancel(), second.cancel()) == (False, True)
            assert second.cancelled()
            with pytest.raises(concurrent.futures.CancelledError):
                await second.result()
            assert await first.result() == 2

    run(main())
    assert work.begun == [1]


def test_all_is_done_when_the_block_ends_whatever_ends_it() -> None:
    """What was submitted is not lost when the block raises."""
    work = Work()

    async def main() -> None:
        async with TaskPoolExecutor(1) as pool:
            pool.map(work.double, [1, 2, 3])
            raise KeyError

    with pytest.raises(KeyError):
        run(main())
    assert work.begun == [1, 2, 3]
    assert work.running == 0


def test_a_pool_without_a_block_is_finished_by_the_loop() -> None:
    """As threads are when a program ends."""
    work = Work()

    async def main() -> None:
        pool = TaskPoolExecutor(1)
        pool.map(work.double, [1, 2])
        await pool.shutdown(wait=False)
        with pytest.raises(RuntimeError, match="after shutdown"):
            pool.submit(work.double, 3)

    run(main())
    assert work.begun == [1, 2]


def test_shutdown_may_give_up_what_has_not_begun() -> None:
    """With `cancel_futures`."""
    work = Work()

    async def main() -> None:
        pool = TaskPoolExecutor(1)
        futures = [pool.submit(work.double, number) for number in (1, 2)]
        await asyncio.sleep(0)
        await pool.shutdown(cancel_futures=True)
        assert (await futures[0].result(), futures[1].cancelled()) == (2, True)

    run(main())


def _cancelled(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    async def outer() -> None:
        has_begun = asyncio.Event()
        task = asyncio.create_task(main(has_begun))
        await has_begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(asyncio.all_tasks()) == 1

    run(outer())


def test_what_is_cancelled_before_its_first_step_is_not_waited_for() -> None:
    """A task that was cancelled so early runs nothing."""
    work = Work()

    async def main() -> None:
        pool = TaskPoolExecutor(1)
        futures = [pool.submit(work.double, number) for number in (1, 2)]
        with pytest.raises(asyncio.CancelledError):
            async with pool:
                raise asyncio.CancelledError
        for future in futures:
            with pytest.raises(concurrent.futures.CancelledError):
                await future.result()

    run(main())
    assert work.begun == []


@pytest.mark.parametrize("is_inside", [True, False])
def test_a_cancelled_block_leaves_nothing_behind(is_inside: bool) -> None:
    """Whether it is cancelled in the block or at its end."""
    ended: list[str] = []

    async def main(has_begun: asyncio.Event) -> None:
        async def wait() -> None:
            has_begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("cancelled")

        async with TaskPoolExecutor(1) as pool:
            first, second = pool.submit(wait), pool.submit(wait)
            if is_inside:
                await first.result()
        assert second

    _cancelled(main)
    assert ended == ["cancelled"]


def test_functions_see_the_context_variables_of_a_new_thread() -> None:
    """None, and none of one another's."""

    async def look() -> str:
        found = SECRET.get()
        SECRET.set("seen")
        await asyncio.sleep(0)
        return found

    async def main() -> list[str]:
        SECRET.set("main")
        async with TaskPoolExecutor(2) as pool:
            futures: list[TaskFuture[str]] = [pool.submit(look) for _ in range(2)]
        return [await one.result() for one in futures] + [SECRET.get()]

    assert run(main()) == ["unset", "unset", "main"]


def test_callbacks_are_called_when_something_is_done() -> None:
    """Once, with the future; at once where it is done already."""
    work = Work()
    called: list[object] = []

    async def main() -> None:
        async with TaskPoolExecutor(1) as pool:
            first, second = pool.submit(work.double, 1), pool.submit(work.double, 2)
            first.add_done_callback(called.append)
            second.cancel()
            second.add_done_callback(called.append)
            assert called == [second]
            await first.result()
        assert called == [second, first]

    run(main())


def test_an_exit_in_a_function_is_its_future_s() -> None:
    """A thread does not end the program either."""

    async def leave() -> None:
        raise SystemExit(3)

    async def main() -> int:
        async with TaskPoolExecutor(1) as pool:
            error = await pool.submit(leave).exception()
        assert isinstance(error, SystemExit)
        return int(str(error))

    assert run(main()) == 3
