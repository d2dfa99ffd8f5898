"""`functools.lru_cache` and `functools.cache` for coroutine functions, copied into projects as far as they are used."""

import asyncio
import functools
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, NamedTuple

__all__ = ["acache", "alru_cache"]


class CacheInfo(NamedTuple):
    """What `cache_info()` of a function under `alru_cache` tells, as with `functools.lru_cache`."""

    hits: int
    misses: int
    maxsize: int | None
    currsize: int


def alru_cache(maxsize: Any = 128, typed: bool = False) -> Any:
    """Keep the results of a coroutine function by its arguments, as functools.lru_cache does.

    While a call runs, calls with the same arguments wait for it. One that fails or is cancelled keeps nothing:
    the next of those that wait then runs the function itself, as it would have without the cache.
    """
    if callable(maxsize):
        return _cached(maxsize, 128, typed)
    return lambda function: _cached(function, None if maxsize is None else max(maxsize, 0), typed)


def acache(function: Callable[..., Awaitable[Any]]) -> Any:
    """`alru_cache` without a limit, as functools.cache."""
    return _cached(function, None, typed=False)


def _cached(function: Callable[..., Awaitable[Any]], maxsize: int | None, typed: bool) -> Any:
    kept: OrderedDict[Hashable, Any] = OrderedDict()
    running: dict[tuple[asyncio.AbstractEventLoop, Hashable], asyncio.Future[None]] = {}
    hits = misses = 0

    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        nonlocal hits, misses
        key: Hashable = (args, tuple(kwargs.items()))
        if typed:
            key = (key, *map(type, args), *map(type, kwargs.values()))
        loop = asyncio.get_running_loop()
        while key not in kept and (loop, key) in running:
            await asyncio.shield(running[loop, key])
        if key in kept:
            hits += 1
            kept.move_to_end(key)
            return kept[key]
        misses += 1
        done = running[loop, key] = loop.create_future()
        try:
            result = await function(*args, **kwargs)
        finally:
            del running[loop, key]
            done.set_result(None)
        if maxsize != 0:
            kept[key] = result
        while maxsize is not None and len(kept) > maxsize:
            kept.popitem(last=False)
        return result

    def cache_clear() -> None:
        nonlocal hits, misses
        kept.clear()
        hits = misses = 0

    wrapper.__dict__["cache_info"] = lambda: CacheInfo(hits, misses, maxsize, len(kept))
    wrapper.__dict__["cache_clear"] = cache_clear
    wrapper.__dict__["cache_parameters"] = lambda: {"maxsize": maxsize, "typed": typed}
    return wrapper
