"""Caches over coroutine functions."""

from tests.mistakes.finding import check


def test_caches_as_decorators() -> None:
    """A cache over an `async def`, or over a function that returns its coroutine, keeps the coroutine."""
    first, *_ = check("""
        import functools
        from functools import cache, cached_property, lru_cache

        async def fetch(): return 1

        @lru_cache
        async def plain(): return 1  # !cached-coroutine

        @lru_cache(maxsize=8)
        async def sized(): return 1  # !cached-coroutine

        @functools.cache
        def passed_on(): return fetch()  # !cached-coroutine

        class Page:
            @cached_property
            async def text(self): return ""  # !cached-coroutine

            @staticmethod
            @cache
            async def title(): return ""  # !cached-coroutine
        """)
    assert first.function == "app.plain"
    assert "`lru_cache` keeps the coroutine of `plain`" in first.message


def test_caches_by_call() -> None:
    """A cache that is called with a coroutine function is one as well."""
    check("""
        from functools import cache, lru_cache

        async def fetch(): return 1
        def plain(): return 1

        one = cache(fetch)  # !cached-coroutine
        two = lru_cache(maxsize=8)(fetch)  # !cached-coroutine
        three = cache(plain)
        four = lru_cache(maxsize=8)(plain)
        """)


def test_caches_that_are_right() -> None:
    """Caches made for coroutines, cached tasks and plain values, and coroutines that a decorator turns into something."""
    check("""
        import asyncio
        from functools import cache, cached_property, lru_cache
        from async_lru import alru_cache

        @alru_cache
        async def fetch(): return 1

        async def load(): return 1

        def as_task(function):
            def start(*args):
                return asyncio.create_task(function(*args))
            return start

        @cache
        @as_task
        async def shared(): return 1

        @lru_cache
        def plain(): return 1

        @cache
        def factory(): return load

        class Page:
            @cached_property
            def text(self): return asyncio.ensure_future(load())

            @property
            async def title(self): return ""
        """)
