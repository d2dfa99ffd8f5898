"""Builtins over asynchronous iterables, copied into projects as far as they are used: Python 3.10 to 3.14.

They read no further than their namesakes do, and one item at a time; like `aiter` and `anext` they are called with
an `a` in front. What is not asynchronous may be handed over where several iterables are taken.
"""

from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Any, TypeVar

__all__ = ["aall", "aany", "achain", "achain_from", "acontains", "aenumerate", "aislice", "azip"]

T = TypeVar("T")


async def aany(iterable: AsyncIterable[object]) -> bool:
    """Whether an item is true; stops at the first one, as any() does."""
    async for item in iterable:
        if item:
            return True
    return False


async def aall(iterable: AsyncIterable[object]) -> bool:
    """Whether every item is true; stops at the first one that is not, as all() does."""
    async for item in iterable:
        if not item:
            return False
    return True


async def acontains(iterable: AsyncIterable[object], wanted: object) -> bool:
    """Whether `wanted` is among the items; stops when it is found, as `wanted in iterable` does."""
    async for item in iterable:
        if item is wanted or item == wanted:
            return True
    return False


async def aenumerate(iterable: AsyncIterable[T], start: int = 0) -> AsyncIterator[tuple[int, T]]:
    """The items with their numbers, as enumerate() gives them."""
    number = start
    async for item in iterable:
        yield number, item
        number += 1


async def azip(*iterables: Iterable[Any] | AsyncIterable[Any]) -> AsyncIterator[tuple[Any, ...]]:
    """One item of each in turn, from left to right, until one has no more, as zip() gives them."""
    iterators = [_each(one) for one in iterables]
    while iterators:
        items = []
        for one in iterators:
            try:
                items.append(await anext(one))
            except StopAsyncIteration:
                return
        yield tuple(items)


async def achain(*iterables: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    """The items of the first, then those of the next, as itertools.chain() gives them."""
    for one in iterables:
        async for item in _each(one):
            yield item


async def achain_from(iterables: AsyncIterable[Iterable[T]]) -> AsyncIterator[T]:
    """The items of each item, as itertools.chain.from_iterable() gives them."""
    async for one in iterables:
        for item in one:
            yield item


async def aislice(iterable: AsyncIterable[T], *bounds: int | None) -> AsyncIterator[T]:
    """Items by their numbers, as itertools.islice() gives them, which reads none behind the last."""
    chosen = slice(*bounds)
    start, step = chosen.start or 0, chosen.step or 1
    end = None if chosen.stop is None else max(start, chosen.stop)
    number = 0
    if end == 0:
        return
    async for item in iterable:
        if number >= start and (number - start) % step == 0 and (chosen.stop is None or number < chosen.stop):
            yield item
        number += 1
        if number == end:
            return


async def _each(iterable: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    if isinstance(iterable, AsyncIterable):
        async for item in iterable:
            yield item
    else:
        for item in iterable:
            yield item
