"""Generators that wait, and everything that goes through them."""

from pathlib import Path

from tests.check import check_converts
from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

CONSUMERS = """
import itertools
import time
from collections.abc import Generator, Iterable, Iterator


def ticks(n) -> Generator[int, None, None]:
    for i in range(n):
        time.sleep(0.001)
        yield i


def collected():
    first, *rest = ticks(3)
    print(first, rest, *ticks(2), [*ticks(2), 9], {*ticks(2)})
    print(list(ticks(2)), set(ticks(2)), tuple(ticks(2)), sorted(ticks(3), reverse=True), sum(ticks(4), 1))
    print(max(ticks(3), default=0), dict(enumerate(ticks(2))), ",".join(str(t) for t in ticks(3)))
    rest.extend(ticks(2))
    return rest


def lazily(xs):
    for i, tick in enumerate(ticks(2), start=1):
        print(i, tick)
    for x, tick in zip(xs, ticks(5)):
        print(x, tick)
    for tick in itertools.islice(itertools.chain(ticks(2), xs, ticks(3)), 1, 6):
        print(tick)
    return 1 in ticks(3), xs[0] not in ticks(3)


def by_hand():
    items = ticks(4)
    first = next(items)
    second = next(items, None)
    for item in items:
        print(item)
    last = next(items, "none")
    items.close()
    return first, second, last


def doubled(numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        yield number * 2


def total(numbers: Iterator[int]) -> int:
    return sum(numbers)


def chosen(n) -> Iterator[int]:
    if n > 2:
        return ticks(n)
    return doubled(ticks(n))


def pipeline():
    rows = ticks(3)
    rows = doubled(rows)
    rows = doubled(rows)
    return total(rows), total(numbers=chosen(2)), [row for row in chosen(3)]


def main():
    print(collected())
    print(lazily([7, 8]))
    print(by_hand())
    print(pipeline())


if __name__ == "__main__":
    main()
"""

CONVERTED = """
import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator

from _aio import achain, acontains, aenumerate, aislice, azip, run


async def ticks(n) -> AsyncGenerator[int, None]:
    for i in range(n):
        await asyncio.sleep(0.001)
        yield i


async def collected():
    first, *rest = [item async for item in ticks(3)]
    print(first, rest, *[item async for item in ticks(2)], [*[item async for item in ticks(2)], 9], {*[item async for item in ticks(2)]})
    print([item async for item in ticks(2)], {item async for item in ticks(2)}, tuple([item async for item in ticks(2)]), sorted([item async for item in ticks(3)], reverse=True), sum([item async for item in ticks(4)], 1))
    print(max([item async for item in ticks(3)], default=0), dict([item async for item in aenumerate(ticks(2))]), ",".join([str(t) async for t in ticks(3)]))
    rest.extend([item async for item in ticks(2)])
    return rest


async def lazily(xs):
    async for i, tick in aenumerate(ticks(2), start=1):
        print(i, tick)
    async for x, tick in azip(xs, ticks(5)):
        print(x, tick)
    async for tick in aislice(achain(ticks(2), xs, ticks(3)), 1, 6):
        print(tick)
    return await acontains(ticks(3), 1), not await acontains(ticks(3), xs[0])


async def by_hand():
    items = ticks(4)
    first = await anext(items)
    second = await anext(items, None)
    async for item in items:
        print(item)
    last = await anext(items, "none")
    await items.aclose()
    return first, second, last


async def doubled(numbers: AsyncIterable[int]) -> AsyncIterator[int]:
    async for number in numbers:
        yield number * 2


async def total(numbers: AsyncIterator[int]) -> int:
    return sum([item async for item in numbers])


def chosen(n) -> AsyncIterator[int]:
    if n > 2:
        return ticks(n)
    return doubled(ticks(n))


async def pipeline():
    rows = ticks(3)
    rows = doubled(rows)
    rows = doubled(rows)
    return await total(rows), await total(numbers=chosen(2)), [row async for row in chosen(3)]


async def main():
    print(await collected())
    print(await lazily([7, 8]))
    print(await by_hand())
    print(await pipeline())


if __name__ == "__main__":
    run(main())
"""


@trap(
    17,
    "converted",
    "loops, `list`, `next`, unpacking, stars, `zip`, `enumerate`, `in`, variables, parameters, results",
)
@trap(89, "converted", "annotations of generators, and of parameters and results that they go through")
def test_everything_that_goes_through_a_generator() -> None:
    """A generator that waits becomes an async one with all that reads it, stopping where it stopped."""
    check_converts(CONSUMERS, CONVERTED, mutations=False)
    check_runs_alike(CONSUMERS)


EARLY = """
import time


def rows(n):
    try:
        for i in range(n):
            time.sleep(0.001)
            yield i
    finally:
        print("closed", n)


def through(n):
    for row in rows(n):
        yield row + 1


def delegated(n):
    item = "mine"
    yield from rows(n)
    yield item


def first():
    for row in rows(3):
        # the first one will do
        if row:
            return row
    return None


def some():
    for row in through(4):
        if row > 2:
            break
    else:
        print("all")
    for row in rows(1):
        print(row)


def main():
    print(first())
    some()
    print(list(delegated(2)))


if __name__ == "__main__":
    main()
"""


@trap(
    20,
    "converted",
    "a loop that may end early gets an `aclosing`, where the generator has something to clean up",
)
@trap(18, "converted", "`yield from` as a statement becomes a loop")
def test_generators_that_clean_up() -> None:
    """What a loop leaves early is closed there and then, also where it is gone through by another generator."""
    check_converts(
        EARLY,
        """
        import asyncio
        from contextlib import aclosing

        from _aio import run


        async def rows(n):
            try:
                for i in range(n):
                    await asyncio.sleep(0.001)
                    yield i
            finally:
                print("closed", n)


        async def through(n):
            async with aclosing(rows(n)) as items:
                async for row in items:
                    yield row + 1


        async def delegated(n):
            item = "mine"
            async with aclosing(rows(n)) as items:
                async for item_ in items:
                    yield item_
            yield item


        async def first():
            async with aclosing(rows(3)) as items:
                async for row in items:
                    # the first one will do
                    if row:
                        return row
            return None


        async def some():
            async with aclosing(through(4)) as items:
                async for row in items:
                    if row > 2:
                        break
                else:
                    print("all")
            async for row in rows(1):
                print(row)


        async def main():
            print(await first())
            await some()
            print([item async for item in delegated(2)])


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )
    check_runs_alike(EARLY)


@trap(18, "refused", "the value of a `yield from` is used")
@trap(19, "refused", "a generator returns a value")
@trap(20, "refused", "what may stop early is no loop, and the generator has something to clean up")
@trap(21, "refused", "something is sent into a generator, thrown into it, or it is looked at")
@trap(17, "refused", "a generator is kept in an attribute, or given to what is not known to read it")
def test_generators_that_stay(tmp_path: Path) -> None:
    """What an async generator cannot do keeps a generator as it is, and the report says what that is."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import inspect
                import time


                def valued():
                    time.sleep(1)
                    yield 1
                    return 2


                def outer():
                    time.sleep(1)
                    got = yield from [1]
                    return got


                def echo():
                    got = 0
                    while True:
                        got += (yield got) or 0
                        time.sleep(1)


                def careful():
                    with open("x"):
                        time.sleep(1)
                        yield 1


                def one(): time.sleep(1); yield 1
                def two(): time.sleep(1); yield 1
                def three(): time.sleep(1); yield 1
                def four(): time.sleep(1); yield 1
                def five(): time.sleep(1); yield 1
                def six(): time.sleep(1); yield 1


                def read(rows):
                    return [row for row in rows]


                class Kept:
                    def __init__(self):
                        self.rows = two()


                def use(xs):
                    next(careful(), None)
                    rows = one()
                    rows.send(None)
                    print(inspect.isgenerator(three()))
                    read(four())
                    read([1])
                    later = five()
                    return lambda: list(later), {"rows": six()}
                """
        },
    )
    reasons = {
        name.removeprefix("library."): reason.removeprefix("kept: ").removeprefix("library.py:")
        for name, reason in decided.reasons.items()
        if reason.startswith("kept: ") and name != "library.Kept.__init__"
    }
    assert reasons == {
        "valued": "line 8: an async generator cannot return a value",
        "outer": "line 13: the value of a `yield from` is used, and an async generator returns none",
        "echo": "line 20: what is sent into a generator does not reach an async one",
        "careful": "48: `next` may stop early, and careful would clean up too late; use a `for` loop over it",
        "one": "49: line 50: it is used in a way that has no asynchronous form",
        "two": "44: it is used in a way that has no asynchronous form",
        "three": "51: `inspect.isgenerator` cannot go through something asynchronous",
        "four": "52: library.py:53 passes library.read something else for `rows`, which would have to be asynchronous",
        "five": "54: a nested function uses `later`",
        "six": "55: it is used in a way that has no asynchronous form",
    }


RECURSIVE = """
import time


def walk(tree):
    time.sleep(0.001)
    yield tree[0]
    for child in tree[1]:
        yield from walk(child)


def is_even(n):
    time.sleep(0.001)
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def depth(tree):
    time.sleep(0.001)
    return 1 + max([depth(child) for child in tree[1]], default=0)


def main():
    tree = ("a", [("b", []), ("c", [("d", [])])])
    print(list(walk(tree)), is_even(4), depth(tree))


if __name__ == "__main__":
    main()
"""


@trap(83, "converted", "functions that call themselves or one another, generators too, become async together")
def test_recursion() -> None:
    """Recursive functions and generators await themselves; what overlaps in them ends, however deep they go."""
    conversion = check_runs_alike(RECURSIVE)
    text = conversion.files["program.py"]
    assert "async for item in walk(child):" in text
    assert "else await is_odd(n - 1)" in text
    assert "else await is_even(n - 1)" in text


@trap(90, "thread", "reading a file line by line is one hop for the whole loop, never one a line")
def test_lines_of_a_file() -> None:
    """A loop over a file's lines moves to a thread whole."""
    check_converts(
        """
        import time


        def count(path):
            with open(path) as file:
                found = [len(line) for line in file]
                for line in file:
                    found.append(len(line))
            time.sleep(1)
            return found
        """,
        """
        import asyncio

        from _aio import offload


        async def count(path):
            def read_found():
                with open(path) as file:
                    found = [len(line) for line in file]
                    for line in file:
                        found.append(len(line))
                return found

            found = await offload(read_found)
            await asyncio.sleep(1)
            return found
        """,
        mutations=False,
    )


@trap(13, "refused", "an iterable object is gone through where its class is not known")
def test_iterables_of_unknown_types(tmp_path: Path) -> None:
    """A class stays as it is where one of its objects is passed to a loop over a parameter without a type."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import time


                class Rows:
                    def __iter__(self):
                        time.sleep(1)
                        yield 1


                def read(rows):
                    return [row for row in rows]


                def use(others):
                    return read(others) + read(Rows())
                """
        },
    )
    assert decided.files == {}
    assert decided.reasons["library.Rows.__iter__"] == (
        "kept: library.py:11 goes through it, by an unknown type"
    )


def test_unions_of_iterators() -> None:
    """Every part of a generator's annotation is asynchronous where all are iterators."""
    check_converts(
        """
        import time
        from collections.abc import Iterable, Iterator
        from typing import Union


        def rows(kind) -> Union[Iterator[int], Iterator[str]]:
            time.sleep(1)
            yield kind


        def items(kind) -> Iterator[int] | Iterable[str]:
            time.sleep(1)
            yield kind


        def main():
            for row in rows(1):
                print(row, *items(2))


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        from collections.abc import AsyncIterable, AsyncIterator
        from typing import Union

        from _aio import run


        async def rows(kind) -> Union[AsyncIterator[int], AsyncIterator[str]]:
            await asyncio.sleep(1)
            yield kind


        async def items(kind) -> AsyncIterator[int] | AsyncIterable[str]:
            await asyncio.sleep(1)
            yield kind


        async def main():
            async for row in rows(1):
                print(row, *[item async for item in items(2)])


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )
