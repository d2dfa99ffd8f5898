"""Functions that dispatch, and callback Protocols: all that is called by one name has one color."""

import pytest

from tests.check import check_converts, check_unchanged
from tests.planning.programs import check_runs_alike

DISPATCHING = """
import time
from functools import singledispatch, singledispatchmethod


@singledispatch
def show(value):
    return "?"


@show.register
def _(value: int) -> str:
    time.sleep(value)
    return "int"


@show.register(str)
@show.register(bytes)
def show_text(value):
    return show(len(value))


class Shower:
    @singledispatchmethod
    def show(self, value):
        return "?"

    @show.register
    def _(self, value: int):
        return show(value)

    @show.register(str)
    def _text(self, value):
        return value


def main():
    print(show(0), show("a"), show(b""), show(1.0), show_text("bc"))
    print(Shower().show(0), Shower().show("a"), Shower().show(None))


if __name__ == "__main__":
    main()
"""

DISPATCHED = """
import asyncio
from functools import singledispatch, singledispatchmethod

from _aio import run


@singledispatch
async def show(value):
    return "?"


@show.register
async def _(value: int) -> str:
    await asyncio.sleep(value)
    return "int"


@show.register(str)
@show.register(bytes)
async def show_text(value):
    return await show(len(value))


class Shower:
    @singledispatchmethod
    async def show(self, value):
        return "?"

    @show.register
    async def _(self, value: int):
        return await show(value)

    @show.register(str)
    async def _text(self, value):
        return value


async def main():
    print(await show(0), await show("a"), await show(b""), await show(1.0), await show_text("bc"))
    print(await Shower().show(0), await Shower().show("a"), await Shower().show(None))


if __name__ == "__main__":
    run(main())
"""


def test_all_that_a_function_dispatches_to_has_its_color() -> None:
    """One that waits makes all of them async, since a call does not say which it runs; so with methods."""
    check_converts(DISPATCHING, DISPATCHED)


def test_what_a_function_dispatches_to_blocks_in_its_place() -> None:
    """Where it all stays sync, a call of the one runs in a thread for what the others wait for."""
    check_converts(
        """
        import time
        from functools import singledispatch


        @singledispatch
        def load(path):
            return path


        @load.register
        def _(path: str):
            with open(path) as file:
                return file.read()


        def main():
            time.sleep(1)
            print(load("x"))
        """,
        """
        import asyncio
        from functools import singledispatch

        from _aio import offload


        @singledispatch
        def load(path):
            return path


        @load.register
        def _(path: str):
            with open(path) as file:
                return file.read()


        async def main():
            await asyncio.sleep(1)
            print(await offload(load, "x"))
        """,
    )


USES = {
    "registers a function that may be any": "show.register(bytes, len)",
    "looks one up": "print(show.dispatch(int)(1))",
    "hands it on": "print([*map(show, [1])])",
    "binds it": "other = show",
}


@pytest.mark.parametrize("use", USES)
def test_what_is_dispatched_otherwise_stays_sync(use: str) -> None:
    """The reason names the place."""
    check_unchanged(
        f"""
import time
from functools import singledispatch


@singledispatch
def show(value):
    time.sleep(1)


@show.register
def _(value: int):
    return value


{USES[use]}


def main():
    print(show(1))
""",
        "does something else with show than calling it",
        mutations=False,
    )


def test_generators_are_not_dispatched_with_functions() -> None:
    """A call could not say whether to await or to go through what it gives."""
    check_unchanged(
        """
        import time
        from functools import singledispatch


        @singledispatch
        def walk(value):
            time.sleep(1)
            yield value


        @walk.register
        def _(value: int):
            return [value]


        def main():
            for one in walk(1):
                print(one)
        """,
        "program.walk is a generator",
        mutations=False,
    )


def test_both_forms_of_a_function_that_dispatches_are_not_written() -> None:
    """They would register over one another."""
    check_unchanged(
        DISPATCHING.replace("class Shower", "class _Shower").replace("Shower()", "_Shower()"),
        "its sync form is kept: one of several functions is called by its name",
        mutations=False,
        keep_sync=True,
    )


PROTOCOLS = """
import time
from typing import Protocol


class Fetch(Protocol):
    def __call__(self, key: str, times: int = 1) -> str: ...


class Show(Protocol):
    def __call__(self, key: str) -> None: ...


def slow(key: str, times: int = 1) -> str:
    time.sleep(0.001)
    return key * times


def quick(key: str, times: int = 1) -> str:
    return key.upper()


class Loader:
    def __call__(self, key: str, times: int = 1) -> str:
        time.sleep(0.001)
        return f"<{key}>"


def use(fetch: Fetch | None) -> str:
    return fetch("a") + fetch("b", times=2) if fetch else ""


class Holder:
    def __init__(self, fetch: Fetch, show: Show) -> None:
        self.fetch, self.show = fetch, show

    def run(self) -> None:
        self.show(self.fetch("c"))


def main():
    print(use(slow), use(Loader()), use(None), use(quick), use(lambda key, times=1: slow(key)))
    Holder(slow, print).run()


if __name__ == "__main__":
    main()
"""

CALLED = """
import asyncio
from typing import Protocol

from _aio import run


class Fetch(Protocol):
    async def __call__(self, key: str, times: int = 1) -> str: ...


class Show(Protocol):
    def __call__(self, key: str) -> None: ...


async def slow(key: str, times: int = 1) -> str:
    await asyncio.sleep(0.001)
    return key * times


async def quick(key: str, times: int = 1) -> str:
    return key.upper()


class Loader:
    async def __call__(self, key: str, times: int = 1) -> str:
        await asyncio.sleep(0.001)
        return f"<{key}>"


async def use(fetch: Fetch | None) -> str:
    return await fetch("a") + await fetch("b", times=2) if fetch else ""


class Holder:
    def __init__(self, fetch: Fetch, show: Show) -> None:
        self.fetch, self.show = fetch, show

    async def run(self) -> None:
        self.show(await self.fetch("c"))


async def main():
    print(await use(slow), await use(Loader()), await use(None), await use(quick), await use(lambda key, times=1: slow(key)))
    await Holder(slow, print).run()


if __name__ == "__main__":
    run(main())
"""


def test_a_callback_protocol_has_the_color_of_what_is_passed() -> None:
    """Its `__call__` becomes async with the functions and objects that are passed; another one stays as it is."""
    check_converts(PROTOCOLS, CALLED, mutations=False)


@pytest.mark.parametrize("program", [DISPATCHING, PROTOCOLS])
def test_they_do_the_same_as_before(program: str) -> None:
    """Run before and after."""
    check_runs_alike(program)


def test_a_callback_protocol_stays_where_something_else_calls_it() -> None:
    """What is handed to `sorted` is called synchronously, wherever else it is passed."""
    check_unchanged(
        """
        import time
        from typing import Protocol


        class Key(Protocol):
            def __call__(self, value: str) -> str: ...


        def slow(value: str) -> str:
            time.sleep(1)
            return value


        def first(key: Key) -> str:
            return key("a")


        def order(key: Key, values: list[str]) -> list[str]:
            return sorted(values, key=key)


        def main():
            print(first(slow), order(slow, ["a"]))
        """,
        "hands it to builtins.sorted, which calls it synchronously",
        mutations=False,
    )


def test_a_callback_protocol_of_a_generator_stays() -> None:
    """It says that an iterator is returned, and not what goes through it."""
    check_converts(
        """
        import time
        from collections.abc import Iterator
        from typing import Protocol


        class Walk(Protocol):
            def __call__(self, key: str) -> Iterator[str]: ...


        def slow(key: str) -> Iterator[str]:
            time.sleep(1)
            yield key


        def use(walk: Walk) -> None:
            for one in walk("a"):
                print(one)


        def main():
            time.sleep(2)
            use(slow)
        """,
        """
        import asyncio
        import time
        from collections.abc import Iterator
        from typing import Protocol

        from _aio import offload


        class Walk(Protocol):
            def __call__(self, key: str) -> Iterator[str]: ...


        def slow(key: str) -> Iterator[str]:
            time.sleep(1)
            yield key


        def use(walk: Walk) -> None:
            for one in walk("a"):
                print(one)


        async def main():
            await asyncio.sleep(2)
            await offload(use, slow)
        """,
        mutations=False,
    )
