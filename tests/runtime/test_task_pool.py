"""Pools of tasks that stand for those of `multiprocessing`: the same results, chunks, exceptions and complaints."""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from multiprocessing.pool import ThreadPool
from typing import Any

import pytest

from aioport.runtime import run
from aioport.runtime_task_pool import TaskPool


def _double(number: int) -> int:
    if number < 0:
        raise ValueError(number)
    return number * 2


async def _async_double(number: int) -> int:
    await asyncio.sleep(0)
    return _double(number)


class Seen:
    """A function for either kind of pool, and what it was called with."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def double(self, number: int) -> int:
        self.numbers.append(number)
        return _double(number)

    async def async_double(self, number: int) -> int:
        self.numbers.append(number)
        return await _async_double(number)


def _outcome(call: Callable[[], Any]) -> str:
    try:
        return repr(call())
    except Exception as error:  # noqa: BLE001 - the outcome is what is compared
        return repr(error)


CASES: list[tuple[list[int], int | None]] = [
    ([], None),
    ([1], None),
    (list(range(30)), None),
    ([1, -1, 3], None),
    ([*range(20), -1, *range(20)], None),
    (list(range(7)), 3),
    ([1, -1, 3, 4], 2),
    ([1, -1, 3, 4], 4),
]


@pytest.mark.parametrize(("items", "chunksize"), CASES)
def test_map_is_that_of_threads(items: list[int], chunksize: int | None) -> None:
    """Its result or its exception, and what was called: an exception ends its chunk."""
    before, after = Seen(), Seen()

    async def main() -> list[int]:
        async with TaskPool(2) as pool:
            return await pool.map(after.async_double, items, chunksize)

    with ThreadPool(2) as threads:
        expected = _outcome(lambda: threads.map(before.double, items, chunksize))
    assert _outcome(lambda: run(main())) == expected
    assert sorted(after.numbers) == sorted(before.numbers)


@pytest.mark.parametrize(("items", "chunksize"), CASES)
def test_results_one_by_one_are_those_of_threads(items: list[int], chunksize: int | None) -> None:
    """In order, up to the exception; and the same ones, in any order, as they are done."""
    size = chunksize or 1

    async def main() -> list[int]:
        async with TaskPool(2) as pool:
            return [one async for one in pool.imap(_async_double, items, size)]

    async def unordered() -> list[int]:
        async with TaskPool(2) as pool:
            return sorted([one async for one in pool.imap_unordered(_async_double, iter(items), size)])

    with ThreadPool(2) as threads:
        assert _outcome(lambda: run(main())) == _outcome(lambda: list(threads.imap(_double, items, size)))
        expected = _outcome(lambda: sorted(threads.imap_unordered(_double, items, size)))
        assert _outcome(lambda: run(unordered())) == expected


def test_an_iterable_that_fails() -> None:
    """Its exception stands for the item that it did not give."""

    def items() -> Iterator[int]:
        yield 1
        raise KeyError("gone")

    async def main() -> list[object]:
        found: list[object] = []
        async with TaskPool(2) as pool:
            results = pool.imap(_async_double, items())
            with pytest.raises(KeyError):  # noqa: PT012 - going through it is one thing
                async for one in results:
                    found.append(one)  # noqa: PERF401 - it ends with an exception
        return found

    assert run(main()) == [2]


def test_calls_with_arguments() -> None:
    """`starmap`, `apply` and `apply_async`."""

    async def add(one: int, other: int = 10) -> int:
        await asyncio.sleep(0)
        return one + other

    async def main() -> list[object]:
        async with TaskPool(2) as pool:
            result = pool.apply_async(add, (1,), {"other": 2})
            assert not result.ready()
            found = [await pool.starmap(add, [(1, 2), (3,)]), await pool.apply(add, (5,)), await result.get()]
            await result.wait()
            assert result.ready()
            return found

    assert run(main()) == [[3, 13], 15, 3]


def test_a_result_that_is_late() -> None:
    """The time-out is that of `multiprocessing`."""

    async def main() -> None:
        is_free = asyncio.Event()
        pool = TaskPool(1)
        result = pool.apply_async(is_free.wait)
        await result.wait(timeout=0.001)
        with pytest.raises(multiprocessing.TimeoutError):
            await result.get(timeout=0.001)
        is_free.set()
        assert await result.get()
        with pytest.raises(ValueError, match="still running"):
            await pool.join()
        pool.close()
        await pool.join()
        with pytest.raises(ValueError, match="not running"):
            pool.apply_async(is_free.wait)

    run(main())


def test_a_block_gives_up_at_its_end_what_has_not_begun() -> None:
    """And `close` does not: `join` waits for all."""
    seen = Seen()

    async def main() -> None:
        async with TaskPool(1) as pool:
            pool.imap(seen.async_double, range(10))
            await asyncio.sleep(0)
        assert seen.numbers == [0]
        closed = TaskPool(1)
        closed.imap(seen.async_double, range(1, 5))
        closed.close()
        await closed.join()

    run(main())
    assert seen.numbers == list(range(5))


def test_widths() -> None:
    """As many as there are processors, or as many as are asked for."""
    with ThreadPool() as threads:
        width = threads._processes  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else says it
    assert TaskPool()._width == width  # noqa: SLF001
    with pytest.raises(ValueError, match="at least 1"):
        TaskPool(0)
