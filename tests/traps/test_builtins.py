"""Builtins that go through an iterable or call a function: which stop early, which read everything, which call later."""

from pathlib import Path

from tests.check import check_converts
from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

BUILTINS = """
import time

END = 0


def slow(x):
    print("slow", x)
    time.sleep(0.001)
    return x


def short(xs):
    if any(slow(x) for x in xs) and not all(slow(x) > 1 for x in xs):
        return next((x for x in xs if slow(x)), None), next((x for x in xs if slow(x) > 9), None)
    return any(map(slow, xs))


def whole(xs):
    print(sum(slow(x) for x in xs), ",".join(str(slow(x)) for x in xs), sorted((slow(x) for x in xs), reverse=True))
    print(dict((slow(x), 1) for x in xs), max(slow(x) for x in xs), list(slow(x) for x in xs), set(slow(x) for x in xs))


def mapped(xs):
    print(list(map(slow, xs)), list(filter(slow, xs)), sum(map(slow, xs)), tuple(filter(lambda x: slow(x) > 1, xs)))
    print([x + 1 for x in map(lambda x: slow(x) * 2, xs)])
    print(list(filter(lambda x: slow(x) > 1 if x else True, map(slow, xs if xs else []))))
    for x in map(slow, xs):
        print("got", x)
        if x > 1:
            break


class Source:
    def __init__(self):
        self.left = 3

    def read(self):
        time.sleep(0.001)
        self.left -= 1
        return self.left


def until(source):
    for left in iter(source.read, END):
        print("left", left)
    for left in iter(lambda: slow(source.read()), None):
        if left < -2:
            break
    else:
        print("never")


def main():
    print(short([0, 1, 2]), short([0]))
    whole([1, 2])
    mapped([0, 1, 2, 3])
    until(Source())


if __name__ == "__main__":
    main()
"""


@trap(
    30, "converted", "what reads everything is given a list; `any`, `all` and `next` stop where they stopped"
)
@trap(
    32, "converted", "`any` and `all` over what waits, by a helper that stops at the first item that decides"
)
@trap(31, "converted", "`map` and `filter` that are used up at once become comprehensions")
@trap(24, "converted", "`for x in iter(f, end)` becomes a `while` that awaits")
def test_builtins_over_what_waits() -> None:
    """Each builtin reads as far as it did, in the same order; functions that were passed by name are awaited."""
    check_converts(
        BUILTINS,
        """
        import asyncio

        from _aio import aall, aany, run

        END = 0


        async def slow(x):
            print("slow", x)
            await asyncio.sleep(0.001)
            return x


        async def short(xs):
            if await aany(await slow(x) for x in xs) and not await aall(await slow(x) > 1 for x in xs):
                return await anext((x for x in xs if await slow(x)), None), await anext((x for x in xs if await slow(x) > 9), None)
            return await aany(await slow(item) for item in xs)


        async def whole(xs):
            print(sum([await slow(x) for x in xs]), ",".join([str(await slow(x)) for x in xs]), sorted([await slow(x) for x in xs], reverse=True))
            print(dict([(await slow(x), 1) for x in xs]), max([await slow(x) for x in xs]), [await slow(x) for x in xs], {await slow(x) for x in xs})


        async def mapped(xs):
            print([await slow(item) for item in xs], [item for item in xs if await slow(item)], sum([await slow(item) for item in xs]), tuple([x for x in xs if await slow(x) > 1]))
            print([x + 1 async for x in (await slow(x) * 2 for x in xs)])
            print([x async for x in (await slow(item) for item in (xs if xs else [])) if (await slow(x) > 1 if x else True)])
            async for x in (await slow(item) for item in xs):
                print("got", x)
                if x > 1:
                    break


        class Source:
            def __init__(self):
                self.left = 3

            async def read(self):
                await asyncio.sleep(0.001)
                self.left -= 1
                return self.left


        async def until(source):
            while (left := await source.read()) != END:
                print("left", left)
            while (left := await slow(await source.read())) is not None:
                if left < -2:
                    break
            else:
                print("never")


        async def main():
            print(await short([0, 1, 2]), await short([0]))
            await whole([1, 2])
            await mapped([0, 1, 2, 3])
            await until(Source())


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )
    check_runs_alike(BUILTINS)


@trap(8, "thread", "`reduce` calls its function as it is; async callers run the whole of it in a thread")
@trap(
    31,
    "thread",
    "`key=`, `list.sort`, `groupby`, `takewhile` and `starmap` call a function as it is, in a thread",
)
@trap(
    24,
    "refused",
    "`iter(f, end)` in another place than a loop, or with an end that is not the same for every item",
)
@trap(5, "thread", "a `partial` whose calls are not known keeps its function as it is")
def test_functions_that_builtins_call_later(tmp_path: Path) -> None:
    """What is called in the middle of something that cannot await stays sync, and runs in a thread with it."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import functools
                import itertools
                import time


                def one(x, y): time.sleep(x); return x
                def two(x): time.sleep(x); return x
                def three(x): time.sleep(x); return x
                def four(x): time.sleep(x); return x
                def five(x): time.sleep(x); return x
                def six(x): time.sleep(x); return x
                def seven(x): time.sleep(x); return x


                def use(xs, ends):
                    time.sleep(1)
                    print(functools.reduce(one, xs), sorted(xs, key=two), min(xs, key=lambda x: three(x)))
                    print(list(itertools.takewhile(four, xs)), list(itertools.starmap(five, xs)))
                    print(list(iter(functools.partial(six, 1), None)))
                    for x in iter(lambda: seven(1), ends[0]):
                        print(x)
                """
        },
    )
    assert decided.colors["library.use"] == "async"
    assert {name for name, color in decided.colors.items() if color == "async"} == {"library.use"}
    text = decided.files["library.py"]
    assert (
        "        print(functools.reduce(one, xs), sorted(xs, key=two), min(xs, key=lambda x: three(x)))\n"
        in text
    )
    assert text.count("await") == text.count("await offload(") + text.count("await asyncio.sleep(1)")
    assert "for x in iter(lambda: seven(1), ends[0]):" in text


STOPPING = """
import time


def ticks(n):
    for i in range(n):
        time.sleep(0.001)
        yield i


class Slowly:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if not self.n:
            raise StopIteration
        self.n -= 1
        time.sleep(0.001)
        return self.n


def pairs(n, other):
    items = ticks(n)
    found = []
    while True:
        try:
            found.append((next(items), next(other)))
        except StopIteration:
            return found


def one(n):
    items = ticks(n)
    try:
        return next(items)
    except (ValueError, StopIteration):
        return "none"


def main():
    print(pairs(3, iter("ab")), pairs(1, iter("abc")), one(1), one(0), [x for x in Slowly(2)])


if __name__ == "__main__":
    main()
"""


@trap(
    22,
    "converted",
    "`next` of an async generator ends with StopAsyncIteration, and so do the clauses that catch it",
)
@trap(13, "converted", "an iterator class whose `__next__` waits, with the loops over it")
def test_the_end_of_an_iteration() -> None:
    """Whoever catches the end of a generator catches the one that an async generator has, and still the other one."""
    check_converts(
        STOPPING,
        """
        import asyncio

        from _aio import run


        async def ticks(n):
            for i in range(n):
                await asyncio.sleep(0.001)
                yield i


        class Slowly:
            def __init__(self, n):
                self.n = n

            def __aiter__(self):
                return self

            async def __anext__(self):
                if not self.n:
                    raise StopAsyncIteration
                self.n -= 1
                await asyncio.sleep(0.001)
                return self.n


        async def pairs(n, other):
            items = ticks(n)
            found = []
            while True:
                try:
                    found.append((await anext(items), next(other)))
                except (StopIteration, StopAsyncIteration):
                    return found


        async def one(n):
            items = ticks(n)
            try:
                return await anext(items)
            except (ValueError, StopAsyncIteration):
                return "none"


        async def main():
            print(await pairs(3, iter("ab")), await pairs(1, iter("abc")), await one(1), await one(0), [x async for x in Slowly(2)])


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )
    check_runs_alike(STOPPING)


@trap(22, "refused", "StopIteration leaves a function, and is caught by one that calls it")
@trap(23, "kept", "`next` without a default is never handed to a thread")
def test_stop_iteration_that_no_coroutine_can_raise(tmp_path: Path) -> None:
    """A function that lets StopIteration out to who waits for it stays sync, as does an iterator around another one."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import time


                def first(items):
                    time.sleep(1)
                    return next(items)


                def maybe(items):
                    try:
                        time.sleep(1)
                        return first(items)
                    except StopIteration:
                        return None


                class Around:
                    def __init__(self, items):
                        self.items = iter(items)

                    def __iter__(self):
                        return self

                    def __next__(self):
                        item = next(self.items)
                        time.sleep(item)
                        return item


                def last(file):
                    time.sleep(1)
                    with open(file) as lines:
                        return next(lines)
                """
        },
    )
    assert decided.reasons["library.first"] == (
        "kept: line 6 may raise StopIteration, which library.maybe catches and no coroutine can raise"
    )
    assert decided.reasons["library.Around.__next__"] == (
        "kept: line 25 hands on the StopIteration of another iterator"
    )
    assert "        await asyncio.sleep(1)\n        return first(items)" in decided.files["library.py"]
    assert "offload" not in decided.files["library.py"]
    assert "return next(lines)" in decided.files["library.py"]
