"""Decorators: what they make of functions that become async."""

from pathlib import Path

from tests.check import check_converts
from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

WRAPPERS = """
import time
from functools import wraps


def timed(f):
    @wraps(f)
    def wrapper(*a, **k):
        # how long it takes
        print("begin", f.__name__)
        try:
            result = f(*a, **k)
        finally:
            print("end", f.__name__)
        return result
    return wrapper


def logged(f):
    def wrapper(*args):
        print("calls", args[-1])
        return f(*args)
    return wrapper


class Retry:
    def __init__(self, times):
        self.times = times

    def __call__(self, function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            for _ in range(self.times):
                try:
                    return function(*args, **kwargs)
                except OSError as error:
                    print("again:", error)
                    time.sleep(0.001)
            raise OSError
        return wrapper


class Counted:
    def __init__(self, f):
        self.f = f
        self.calls = 0

    def __call__(self, *args):
        self.calls += 1
        return self.f(*args)


def option(function=None, *, loud=False):
    def decorate(f):
        def wrapper(*args):
            if loud:
                print("loud")
            return f(*args)
        return wrapper
    if function is None:
        return decorate
    return decorate(function)


HANDLERS = {}


def handles(name):
    def decorate(f):
        HANDLERS[name] = f
        return f
    return decorate


class Client:
    @logged
    @timed
    def get(self, key):
        time.sleep(0.001)
        return key


@timed
def load(x):
    time.sleep(0.001)
    return x


@timed
def parse(x):
    return x + 1


@Retry(2)
def flaky(x, seen=[]):
    time.sleep(0.001)
    seen.append(x)
    if len(seen) < 2:
        raise OSError("not yet")
    return x


@Counted
def counted(x):
    time.sleep(0.001)
    return x


@option
def plain(x):
    time.sleep(0.001)
    return x


@option(loud=True)
def loud(x):
    time.sleep(0.001)
    return x


@handles("one")
def one(x):
    time.sleep(0.001)
    return x


@handles("two")
def two(x):
    return x * 2


@logged
def numbers(n):
    for i in range(n):
        time.sleep(0.001)
        yield i


def main():
    print(load(1), parse(2), flaky(3), counted(4), plain(5), loud(6))
    print(counted.calls, flaky.__name__, Client().get("key"))
    for name in ("one", "two"):
        print(HANDLERS[name](7))
    for number in numbers(2):
        print(number)


if __name__ == "__main__":
    main()
"""


@trap(
    6,
    "converted",
    "a wrapper awaits what it wraps; it is made twice where sync functions stand under it as well",
)
@trap(
    6,
    "converted",
    "decorator factories, classes with `__call__`, stacked ones, and those that hand back what they get",
)
def test_wrappers_become_async_with_what_they_wrap() -> None:
    """The program prints the same, and each wrapper is in the color, or the colors, of what stands under it."""
    text = check_runs_alike(WRAPPERS).files["program.py"]
    assert (
        """
    @wraps(f)
    async def async_wrapper(*a, **k):
        # how long it takes
        print("begin", f.__name__)
        try:
            result = await f(*a, **k)
        finally:
            print("end", f.__name__)
        return result

    @wraps(f)
    def wrapper(*a, **k):
        # how long it takes
        print("begin", f.__name__)
        try:
            result = f(*a, **k)
        finally:
            print("end", f.__name__)
        return result
    return async_wrapper if inspect.iscoroutinefunction(f) else wrapper
"""
        in text
    )
    assert "                    return await function(*args, **kwargs)\n" in text
    assert "                    await asyncio.sleep(0.001)\n" in text
    assert "        return await self.f(*args)\n" in text
    assert "@timed\ndef parse(x):" in text
    assert (
        "print(await load(1), parse(2), await flaky(3), await counted(4), await plain(5), await loud(6))"
        in text
    )
    assert "        print(await HANDLERS[name](7))\n" in text
    assert "    async for number in numbers(2):\n" in text


REFUSED = {
    "program.py": """
        import time

        from elsewhere import decorator


        def scheduled(f):
            JOBS.schedule(f)
            return Job(f)


        def twice(f):
            return [f() for _ in range(2)]


        JOBS = decorator()


        @decorator
        def foreign():
            time.sleep(0.1)


        @twice
        def called():
            time.sleep(0.2)


        def setting():
            time.sleep(0.3)
            return lambda f: f


        @setting()
        def configured():
            return 1


        def main():
            time.sleep(0.4)
            foreign()
            configured()
        """,
}


@trap(
    6,
    "refused",
    "a decorator that returns something else than a function, or is not known, calls it as it was",
)
@trap(
    37,
    "refused",
    "what a decorator's arguments or a decorator itself call when a function is defined stays sync",
)
def test_what_is_not_understood_is_not_changed(tmp_path: Path) -> None:
    """The functions stay, each with its reason, and async callers run them in a thread."""
    decided = decide(tmp_path, REFUSED)
    reasons = decided.reasons
    assert decided.colors["program.foreign"] == "unit"
    assert (
        "the decorator @twice may call it synchronously: line 12 of program.py returns something else"
        in (reasons["program.called"])
    )
    assert "await offload(foreign)" in decided.files["program.py"]
    assert decided.colors["program.setting"] == "sync"
    assert "decorators are evaluated when the function is defined" in reasons["program.setting"]


CACHES = """
import functools
import time
from functools import cache, lru_cache


class Store:
    @lru_cache(maxsize=None)
    def get(self, key):
        print("get", key)
        time.sleep(0.001)
        return key


@lru_cache(maxsize=2)
def name(number, *, loud=False):
    print("name", number, loud)
    time.sleep(0.001)
    if number == 0:
        raise ValueError("zero")
    return number


@functools.lru_cache
def bare(number):
    time.sleep(0.001)
    return [number]


@cache
def price(number):
    print("price")
    time.sleep(0.001)
    return number * 2


def main():
    print(name(1), name(1), name(2), name(3), name(1, loud=True))
    for _ in range(2):
        try:
            name(0)
        except ValueError as error:
            print(error)
    print(name.cache_info())
    name.cache_clear()
    print(name(1), name.cache_info().hits, name.cache_parameters())
    print(price(3) + price(3), bare(1) is bare(1))
    store = Store()
    print(store.get(1), store.get(1), Store().get(1))


if __name__ == "__main__":
    main()
"""


@trap(
    1,
    "converted",
    "`lru_cache` and `cache` become caches of results that await, with their `cache_info` and `cache_clear`",
)
def test_caches_keep_results_and_no_coroutines() -> None:
    """The program prints the same: hits, misses, failures that are not kept, and caches of methods."""
    text = check_runs_alike(CACHES).files["program.py"]
    assert "from _aio import acache, alru_cache, run\n" in text
    assert "    @alru_cache(maxsize=None)\n    async def get(self, key):\n" in text
    assert "@alru_cache\nasync def bare(number):\n" in text
    assert "@acache\nasync def price(number):\n" in text


LEFT = {
    "program.py": """
        import functools
        import time

        import cachetools
        import retrying


        class Box:
            @functools.cached_property
            def size(self):
                time.sleep(0.1)
                return 1


        def plain(x):
            time.sleep(0.2)
            return x


        cached = functools.lru_cache(plain)


        @functools.singledispatch
        def show(x):
            time.sleep(0.3)


        show.register(int, print)


        @cachetools.cached({})
        def kept(x):
            time.sleep(0.4)


        @retrying.retry
        def again():
            time.sleep(0.5)


        def main(box: Box):
            time.sleep(0.6)
            show(1)
            kept(1)
            again()
            return box.size + cached(1)
        """,
}


@trap(1, "refused", "`lru_cache(f)` called as a function keeps f as it is")
@trap(2, "thread", "a `cached_property` that waits is read in a thread")
@trap(
    4,
    "refused",
    "where more is done with a function under `singledispatch` than calling it, all of it stays sync",
)
@trap(
    7,
    "refused",
    "a decorator that no catalog file knows to be aware of coroutines keeps the function as it is",
)
def test_caches_and_dispatchers_that_stay(tmp_path: Path) -> None:
    """Nothing that is kept is async, and an async caller runs it in a thread."""
    decided = decide(tmp_path, LEFT)
    names = ("Box.size", "plain", "show", "kept", "again")
    assert {decided.colors[f"program.{name}"] for name in names} <= {"sync", "unit"}
    text = decided.files["program.py"]
    for call in ("await offload(show, 1)", "await offload(kept, 1)", "await offload(again)"):
        assert call in text
    assert "hands it to functools.lru_cache" in decided.reasons["program.plain"]


AWARE = """
import time

import backoff
import tenacity


@tenacity.retry(stop=tenacity.stop_after_attempt(2))
def load(x):
    time.sleep(0.001)
    return x


@backoff.on_exception(backoff.expo, OSError, max_tries=2)
def send(x):
    time.sleep(0.001)
    return x


def main():
    print(load(1), send(2))
"""


@trap(
    7, "converted", "decorators that the catalog knows to be aware of coroutines stay on what becomes async"
)
def test_decorators_that_know_coroutines_stay(tmp_path: Path) -> None:
    """tenacity and backoff decorate an `async def` as they decorate a `def`."""
    text = decide(tmp_path, {"program.py": AWARE}).files["program.py"]
    assert "max_tries=2)\nasync def send(x):" in text
    assert "stop_after_attempt(2))\nasync def load(x):" in text
    assert "print(await load(1), await send(2))" in text


@trap(25, "refused", "a context manager that is used as a decorator stays sync, and so does what is under it")
def test_context_managers_as_decorators_stay(tmp_path: Path) -> None:
    """Both are kept, since a sync context manager would be left before a coroutine runs; async callers use threads."""
    decided = decide(
        tmp_path,
        {
            "program.py": """
                import time
                from contextlib import contextmanager


                @contextmanager
                def held(name):
                    time.sleep(1)
                    yield


                @held("a")
                def work(x):
                    time.sleep(2)


                def main():
                    time.sleep(3)
                    work(1)
                """,
        },
    )
    assert decided.colors["program.held"] == "sync"
    assert decided.colors["program.work"] == "unit"
    assert "await offload(work, 1)" in decided.files["program.py"]


@trap(4, "converted", "all that a function under `singledispatch` may call becomes async with it")
def test_what_is_dispatched_becomes_async_together() -> None:
    """`planning.test_dispatching` has the forms, and what keeps them."""
    check_converts(
        """
        import time
        from functools import singledispatch


        @singledispatch
        def show(value):
            return "?"


        @show.register
        def _(value: int):
            time.sleep(value)
            return "int"


        def main():
            print(show(1))
        """,
        """
        import asyncio
        from functools import singledispatch


        @singledispatch
        async def show(value):
            return "?"


        @show.register
        async def _(value: int):
            await asyncio.sleep(value)
            return "int"


        async def main():
            print(await show(1))
        """,
    )


@trap(
    6,
    "converted",
    "what a wrapper of both colors gives may be looked into, whatever the checker takes it for",
)
def test_what_a_wrapper_of_both_colors_gives_is_used() -> None:
    """Without annotations the checker takes the result for that of either wrapper, and an item of it for a mistake."""
    text = check_runs_alike(
        """
        import time
        from functools import wraps


        def checked(f):
            @wraps(f)
            def wrapped(self, key=None, *args, **kwargs):
                if not key:
                    raise ValueError("no key")
                return f(self, key, *args, **kwargs)

            return wrapped


        class Api:
            @checked
            def fetch(self, key):
                time.sleep(0.001)
                return {"Config": {"key": key}}

            @checked
            def local(self, key):
                return {"Config": {"key": key}}


        def main():
            api = Api()
            found = api.local("x")
            print(found["Config"]["key"], api.local("z")["Config"].get("key"))
            print(api.fetch("y")["Config"]["key"])


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert 'found = api.local("x")' in text
    assert '(await api.fetch("y"))["Config"]["key"]' in text


@trap(
    6, "converted", "what a wrapper that waits stands in for is awaited there, whether it waits itself or not"
)
def test_a_wrapper_that_waits_around_what_does_not() -> None:
    """Between the tries the wrapper sleeps; what it tries waits for nothing, or for something that is not known."""
    text = check_runs_alike(
        """
        import functools
        import time


        class Channel:
            def __init__(self, failures):
                self.failures = failures

            def deliver(self, text):
                if self.failures:
                    self.failures -= 1
                    raise OSError(text)
                return text.upper()


        def retried(times):
            def decorate(func):
                @functools.wraps(func)
                def wrapper(self, *args):
                    for attempt in range(times):
                        try:
                            return func(self, *args)
                        except OSError as error:
                            print("again", error)
                            time.sleep(0.001)
                return wrapper
            return decorate


        class Sender:
            def __init__(self, channel):
                self.channel = channel

            @retried(times=3)
            def send(self, text):
                return self.channel.deliver(text)


        def main():
            print(Sender(Channel(2)).send("hello"))


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "return await func(self, *args)" in text
