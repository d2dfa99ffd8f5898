"""Caches of coroutine functions: what is kept, who runs the function, and what a failure leaves."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from aioport.runtime_caching import acache, alru_cache


def decorated_by(decorator: Any) -> Callable[[object], Any]:
    """A decorator without a type, as one that says what it makes of any function."""
    untyped: Callable[[object], Any] = decorator
    return untyped


def test_calls_at_the_same_time_run_the_function_once() -> None:
    """Whoever asks while a call runs waits for it and gets its result."""
    runs = []

    @decorated_by(acache)
    async def square(n: int) -> int:
        runs.append(n)
        await asyncio.sleep(0)
        return n * n

    async def main() -> list[int]:
        return await asyncio.gather(*(square(3) for _ in range(5)), square(2))

    assert asyncio.run(main()) == [9, 9, 9, 9, 9, 4]
    assert runs == [3, 2]
    assert tuple(square.cache_info()) == (4, 2, None, 2)


def test_a_failure_is_not_kept_and_is_not_shared() -> None:
    """Each of those that wait runs the function itself, as it would have without the cache."""
    runs = []

    @decorated_by(alru_cache)
    async def fail() -> None:
        runs.append(1)
        await asyncio.sleep(0)
        raise OSError(len(runs))

    async def main() -> list[object]:
        return list(await asyncio.gather(fail(), fail(), return_exceptions=True))

    assert [str(one) for one in asyncio.run(main())] == ["1", "2"]
    assert fail.cache_info().currsize == 0


def test_who_is_cancelled_leaves_the_call_to_the_next() -> None:
    """A cancelled call does not cancel those that wait for it."""
    runs = []

    @decorated_by(acache)
    async def slow() -> int:
        runs.append(1)
        await asyncio.sleep(0.01)
        return len(runs)

    async def main() -> object:
        first, second = asyncio.create_task(slow()), asyncio.create_task(slow())
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        return await second

    assert asyncio.run(main()) == 2


def test_the_oldest_result_goes_first() -> None:
    """`maxsize` bounds what is kept; what was asked for last stays; 0 keeps nothing."""

    @decorated_by(alru_cache(maxsize=2))
    async def same(n: int) -> int:
        return n

    @decorated_by(alru_cache(0))
    async def never(n: int) -> int:
        return n

    async def main() -> None:
        for n in (1, 2, 1, 3, 1):
            assert await same(n) == n
            await never(1)

    asyncio.run(main())
    assert tuple(same.cache_info()) == (2, 3, 2, 2)
    assert tuple(never.cache_info()) == (0, 5, 0, 0)


def test_types_count_where_they_are_asked_to() -> None:
    """`typed` tells 1 from 1.0; results outlive the event loop that made them."""

    @decorated_by(alru_cache(typed=True))
    async def kind(x: object) -> type:
        return type(x)

    assert asyncio.run(kind(1)) is int
    assert asyncio.run(kind(1.0)) is float
    assert asyncio.run(kind(1)) is int
    assert kind.cache_info().hits == 1
    kind.cache_clear()
    assert kind.cache_parameters() == {"maxsize": 128, "typed": True}
