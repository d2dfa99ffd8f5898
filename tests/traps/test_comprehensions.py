"""Comprehensions and generator expressions whose items wait."""

from pathlib import Path

from tests.check import check_converts
from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

PLACES = """
import time


def slow(x):
    print("slow", x)
    time.sleep(0.001)
    return x


def shapes(xs):
    lists = [slow(x) for x in slow(xs) if slow(x)]
    dicts = {slow(x): slow(x + 1) for x in xs}
    sets = {slow(x) for x in xs}
    nested = [[slow(y) for y in range(x)] for x in xs]
    flat = [slow(y) for x in xs for y in range(slow(x))]
    return lists, dicts, sets, nested, flat


def lazy(xs):
    waiting = (slow(x) for x in xs)
    print("nothing yet")
    for x in waiting:
        print(x)
    inner = (y for y in (slow(x) for x in xs) if y)
    return next(inner), [y for y in inner]


def walrus(xs):
    found = [last for x in xs if (last := slow(x))]
    return found, last


def main():
    print(shapes([1, 2]))
    print(lazy([1, 2]))
    print(walrus([1, 2]))


if __name__ == "__main__":
    main()
"""


@trap(29, "converted", "an `await` in every kind of comprehension, nested ones too, where Python has them")
@trap(
    30,
    "converted",
    "a generator expression that is gone through in a loop or by `next` stays one, and stays lazy",
)
@trap(35, "converted", "a walrus in a comprehension binds the same name outside, and nothing overlaps")
def test_comprehensions_await_in_place() -> None:
    """Comprehensions keep their shape and order; a generator expression that awaits is read asynchronously."""
    check_converts(
        PLACES,
        """
        import asyncio

        from _aio import run


        async def slow(x):
            print("slow", x)
            await asyncio.sleep(0.001)
            return x


        async def shapes(xs):
            lists = [await slow(x) for x in await slow(xs) if await slow(x)]
            dicts = {await slow(x): await slow(x + 1) for x in xs}
            sets = {await slow(x) for x in xs}
            nested = [[await slow(y) for y in range(x)] for x in xs]
            flat = [await slow(y) for x in xs for y in range(await slow(x))]
            return lists, dicts, sets, nested, flat


        async def lazy(xs):
            waiting = (await slow(x) for x in xs)
            print("nothing yet")
            async for x in waiting:
                print(x)
            inner = (y async for y in (await slow(x) for x in xs) if y)
            return await anext(inner), [y async for y in inner]


        async def walrus(xs):
            found = [last for x in xs if (last := await slow(x))]
            return found, last


        async def main():
            print(await shapes([1, 2]))
            print(await lazy([1, 2]))
            print(await walrus([1, 2]))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )
    check_runs_alike(PLACES)


@trap(
    29,
    "refused",
    "a comprehension within another one, where Python 3.10 is supported, which has no such thing",
)
@trap(30, "refused", "a generator expression that awaits is kept, or given to what is not known to read it")
def test_generator_expressions_that_cannot_be_followed(tmp_path: Path) -> None:
    """Where nobody is seen to read a generator expression, its items stay sync; so they do in old nested ones."""
    decided = decide(
        tmp_path,
        {
            "pyproject.toml": '[project]\nname = "library"\nrequires-python = ">=3.10"\n',
            "library.py": """
                import time


                def one(x): time.sleep(x); return x
                def two(x): time.sleep(x); return x
                def three(x): time.sleep(x); return x


                def use(xs):
                    kept = {"rows": (one(x) for x in xs)}
                    print(two(x) for x in xs)
                    return kept, [[three(y) for y in x] for x in xs]
                """,
        },
    )
    reasons = {name: reason for name, reason in decided.reasons.items() if reason.startswith("kept: ")}
    assert reasons == {
        "library.one": "kept: library.py:10: it is used in a way that has no asynchronous form",
        "library.two": "kept: library.py:11: `print` cannot go through something asynchronous",
        "library.three": "kept: library.py:12: before Python 3.11, a comprehension within another one cannot await",
    }
