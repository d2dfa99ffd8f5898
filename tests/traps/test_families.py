"""Functions that share a color: overrides, Protocols, overloads, registries, and objects that can be called."""

from pathlib import Path

from tests.check import check_unchanged
from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

FAMILIES = """
import sys
import time
from collections.abc import Callable, Iterator
from typing import Protocol, overload


class Source(Protocol):
    def read(self) -> str: ...


class Slow:
    def read(self) -> str:
        time.sleep(0.001)
        return "slow"


class Quick:
    def read(self) -> str:
        return "quick"


class Base:
    def step(self) -> int:
        raise NotImplementedError


class First(Base):
    def step(self) -> int:
        time.sleep(0.001)
        return 1


class Second(Base):
    def step(self) -> int:
        return 2


@overload
def load(key: int) -> int: ...
@overload
def load(key: str) -> str: ...
def load(key):
    time.sleep(0.001)
    return key


def both(x):
    time.sleep(0.001)
    return x


class Box:
    def __eq__(self, other):
        return both(1) == 1

    __hash__ = None


def numbers() -> Iterator[int]:
    time.sleep(0.001)
    yield 1


def run_all(makers: list[Callable[[], Iterator[int]]]) -> None:
    for make in makers:
        for number in make():
            print(number)


class Wait:
    def __call__(self, x: int) -> int:
        time.sleep(0.001)
        return x


def use(wait: Callable[[int], int]) -> int:
    return wait(3)


def main() -> int:
    sources: list[Source] = [Slow(), Quick()]
    for source in sources:
        print(source.read())
    for one in (First(), Second()):
        print(one.step())
    print(load(1), load("a"), both(2), Box() == 3)
    run_all([numbers])
    print(use(Wait()), Wait()(4), callable(use), isinstance(use, Callable))
    return 3


if __name__ == "__main__":
    sys.exit(main())
"""


@trap(86, "converted", "overrides, abstract methods and Protocol members become async together")
@trap(86, "converted", "an object with `__call__` is awaited wherever the project calls it")
@trap(89, "converted", "overloads, and `Callable[[], Iterator[T]]` of what becomes an async generator")
@trap(88, "kept", "`callable` and `isinstance(f, Callable)` are as true of an async function")
@trap(
    70,
    "thread",
    "a function that something sync calls as well stays sync, and async callers run it in a thread",
)
@trap(68, "converted", "`sys.exit(main())` in a main guard becomes `sys.exit(run(main()))`")
def test_families_share_a_color() -> None:
    """The program prints the same and ends with the same code."""
    text = check_runs_alike(FAMILIES).files["program.py"]
    assert "    async def read(self) -> str: ...\n" in text
    assert "class Second(Base):\n    async def step(self) -> int:\n" in text
    assert "async def load(key: str) -> str: ...\nasync def load(key):\n" in text
    assert "async def run_all(makers: list[Callable[[], AsyncIterator[int]]]) -> None:" in text
    assert "        async for number in make():\n" in text
    assert "async def use(wait: Callable[[int], Awaitable[int]]) -> int:\n    return await wait(3)\n" in text
    assert "print(await use(Wait()), await Wait()(4), callable(use), isinstance(use, Callable))" in text
    assert "await offload(both, 2), await offload(lambda: Box() == 3)" in text
    assert "    sys.exit(run(main()))\n" in text


@trap(
    88,
    "refused",
    "a function that is asked whether it is a coroutine function keeps its decorator's two forms",
)
def test_a_decorator_of_both_colors_stays() -> None:
    """What has an async form is not made async a second time, and the program converts around it."""
    text = check_runs_alike(
        """
        import asyncio
        import inspect
        import time


        def paced(f):
            if inspect.iscoroutinefunction(f):
                async def slowly(*args):
                    await asyncio.sleep(0.001)
                    return await f(*args)
                return slowly

            def slow(*args):
                time.sleep(0.001)
                return f(*args)
            return slow


        @paced
        def load(x):
            time.sleep(0.001)
            return x


        def main():
            print(load(1))


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "    def slow(*args):\n        time.sleep(0.001)\n        return f(*args)\n" in text
    assert "@paced\nasync def load(x):\n" in text


@trap(86, "refused", "where one of a family cannot be async, none is")
def test_a_family_with_a_member_that_stays() -> None:
    """A registry whose functions a library calls as well keeps all of them."""
    check_unchanged(
        """
        import re
        import time


        def slow(match):
            time.sleep(1)
            return "s"


        def quick(match):
            return "q"


        HANDLERS = {"slow": slow, "quick": quick}


        def main(name, text):
            print(re.sub("a", HANDLERS[name], text))


        if __name__ == "__main__":
            main("slow", "banana")
        """,
        "hands it to re.sub, which calls it synchronously",
        mutations=False,
    )


@trap(70, "refused", "what starts an event loop of its own, and all that calls it, is not made to run on one")
def test_who_starts_a_loop_stays_sync(tmp_path: Path) -> None:
    """Callers keep running where no loop is; whoever asks for a running loop first, and what stands beside, does not."""
    decided = decide(
        tmp_path,
        {
            "program.py": """
                import asyncio
                import time


                async def existing():
                    await asyncio.sleep(0)


                def bridge():
                    asyncio.run(existing())


                def asking():
                    try:
                        asyncio.get_running_loop()
                    except RuntimeError:
                        asyncio.run(existing())


                def beside():
                    asking()
                    time.sleep(1)


                def main():
                    bridge()
                    time.sleep(1)


                if __name__ == "__main__":
                    beside()
                    main()
                """
        },
    )
    assert "program.py:10 starts an event loop" in decided.reasons["program.main"]
    assert decided.colors["program.main"] == decided.colors["program.bridge"] == "sync"
    assert "starts an event loop" not in decided.reasons["program.beside"]
