"""Builtins over asynchronous iterables read what their namesakes read, and no more."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from aioport.runtime_iteration import aall, aany, achain, achain_from, acontains, aenumerate, aislice, azip


def items(n: int, log: list[int]) -> Iterator[int]:
    for i in range(n):
        log.append(i)
        yield i


async def aitems(n: int, log: list[int]) -> AsyncIterator[int]:
    for i in range(n):
        log.append(i)
        await asyncio.sleep(0)
        yield i


async def read(iterable: AsyncIterator[object]) -> list[object]:
    return [item async for item in iterable]


@pytest.mark.parametrize("n", range(4))
@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (lambda log, n: any(items(n, log)), lambda log, n: aany(aitems(n, log))),
        (lambda log, n: all(items(n, log)), lambda log, n: aall(aitems(n, log))),
        (lambda log, n: 1 in items(n, log), lambda log, n: acontains(aitems(n, log), 1)),
        (
            lambda log, n: list(enumerate(items(n, log), 2)),
            lambda log, n: read(aenumerate(aitems(n, log), 2)),
        ),
        (
            lambda log, n: list(zip(items(n, log), "ab", items(3, log), strict=False)),
            lambda log, n: read(azip(aitems(n, log), "ab", aitems(3, log))),
        ),
        (
            lambda log, n: list(itertools.chain(items(n, log), [7], items(2, log))),
            lambda log, n: read(achain(aitems(n, log), [7], aitems(2, log))),
        ),
    ],
)
def test_same_items_and_no_further(
    expected: Callable[[list[int], int], object], got: Callable[[list[int], int], Awaitable[object]], n: int
) -> None:
    """Results are the same, and so is what has been read of the iterables for them."""

    async def main() -> object:
        return await got(after, n)

    before: list[int] = []
    after: list[int] = []
    assert asyncio.run(main()) == expected(before, n)
    assert after == before


@pytest.mark.parametrize("start", [None, 0, 1, 3])
@pytest.mark.parametrize("stop", [None, 0, 1, 2, 4])
@pytest.mark.parametrize("step", [None, 1, 2, 3])
def test_islice(start: int | None, stop: int | None, step: int | None) -> None:
    """aislice() gives what itertools.islice() gives, and reads as far."""
    for n in range(6):
        before: list[int] = []
        after: list[int] = []
        expected = list(itertools.islice(items(n, before), start, stop, step))
        assert asyncio.run(read(aislice(aitems(n, after), start, stop, step))) == expected
        assert after == before


def test_chain_of_what_is_given() -> None:
    """achain_from() goes through each item."""

    async def words() -> AsyncIterator[str]:
        yield "ab"
        yield ""
        yield "c"

    assert asyncio.run(read(achain_from(words()))) == ["a", "b", "c"]


def test_zip_of_nothing() -> None:
    """azip() without arguments gives nothing, as zip() does."""
    assert asyncio.run(read(azip())) == []
