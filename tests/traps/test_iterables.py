"""Objects of the project's own that are gone through by anything but a `for` loop."""

from pathlib import Path

from tests.check import check_converts
from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

PAGES = """
import time
import typing as t


class Pages:
    def __init__(self, count):
        self.count = count

    def list(self, start=0) -> t.Iterator[int]:
        for number in range(start, self.count):
            time.sleep(0.001)
            yield number

    def __iter__(self):
        return self.list()
"""


@trap(
    13,
    "converted",
    "`__iter__` that returns what a generator makes; `list(x)`, `*x`, `a, b = x` and `in x` of an object",
)
@trap(89, "converted", "overloads, whatever `typing` is imported as")
def test_objects_are_gone_through() -> None:
    """What `for` does with an object, builtins, stars, assignments and `in` do as well."""
    check_converts(
        f"""{PAGES}
class Store:
    def __init__(self, pages: Pages):
        self.pages = pages

    @t.overload
    def find(self, wanted: int, default: None = None) -> int | None: ...
    @t.overload
    def find(self, wanted: int, default: int) -> int: ...
    def find(self, wanted, default=None):
        return next((page for page in self.pages if page == wanted), default)


def main():
    pages = Pages(3)
    first, *rest = pages
    print(first, rest, *pages)
    print(list(pages), len(tuple(pages)), sum(pages), 2 in pages, any(pages))
    print({{page: 1 for page in pages}}, [*pages, 7], dict(enumerate(pages)), list(map(str, pages)))
    print(Store(pages).find(2), Store(pages).find(7, 0))


if __name__ == "__main__":
    main()
""",
        """
import asyncio
import typing as t

from _aio import aany, acontains, aenumerate, run


class Pages:
    def __init__(self, count):
        self.count = count

    async def list(self, start=0) -> t.AsyncIterator[int]:
        for number in range(start, self.count):
            await asyncio.sleep(0.001)
            yield number

    def __aiter__(self):
        return self.list()

class Store:
    def __init__(self, pages: Pages):
        self.pages = pages

    @t.overload
    async def find(self, wanted: int, default: None = None) -> int | None: ...
    @t.overload
    async def find(self, wanted: int, default: int) -> int: ...
    async def find(self, wanted, default=None):
        return await anext((page async for page in self.pages if page == wanted), default)


async def main():
    pages = Pages(3)
    first, *rest = [item async for item in pages]
    print(first, rest, *[item async for item in pages])
    print([item async for item in pages], len(tuple([item async for item in pages])), sum([item async for item in pages]), await acontains(pages, 2), await aany(pages))
    print({page: 1 async for page in pages}, [*[item async for item in pages], 7], dict([item async for item in aenumerate(pages)]), [str(item) async for item in pages])
    print(await Store(pages).find(2), await Store(pages).find(7, 0))


if __name__ == "__main__":
    run(main())
""",
        mutations=False,
    )


def test_iterators_of_a_class_and_of_those_below() -> None:
    """An object that is its own iterator, an override, and `yield from` it: the same output before and after."""
    conversion = check_runs_alike(
        """
        import time


        class Countdown:
            def __init__(self, start):
                self.left = start

            def __iter__(self):
                return self

            def __next__(self):
                time.sleep(0.001)
                if self.left == 0:
                    raise StopIteration
                self.left -= 1
                return self.left


        class Doubled(Countdown):
            def __next__(self):
                return 2 * super().__next__()


        def twice(start):
            yield from Countdown(start)
            yield from Doubled(start)


        def main():
            counter = Countdown(3)
            print(list(counter), list(counter))
            print(sorted(Doubled(3)), 4 in Doubled(4), list(twice(2)))


        if __name__ == "__main__":
            main()
        """
    )
    assert "async def __anext__" in conversion.files["program.py"]


@trap(13, "converted", "`iter(x)` of an object, with `next` of what it gives, at once or later")
def test_iter_of_an_object() -> None:
    """It is asked for its async iterator, of `self` as of others; where the first item is all that is wanted too."""
    check_converts(
        """
        import time


        class Pages:
            def __iter__(self):
                for number in range(3):
                    time.sleep(0)
                    yield number

            def first(self):
                return next(iter(self), None)


        def main():
            pages = Pages()
            numbers = iter(pages)
            print(next(numbers), next(numbers), pages.first(), next(iter(pages)))


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run


        class Pages:
            async def __aiter__(self):
                for number in range(3):
                    await asyncio.sleep(0)
                    yield number

            async def first(self):
                return await anext(aiter(self), None)


        async def main():
            pages = Pages()
            numbers = aiter(pages)
            print(await anext(numbers), await anext(numbers), await pages.first(), await anext(aiter(pages)))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(13, "refused", "what may be another object as well is gone through by a builtin: `__iter__` stays")
def test_what_may_be_something_else_stays(tmp_path: Path) -> None:
    """`list` of an object or of a plain list has no form for both."""
    decided = decide(
        tmp_path,
        {
            "program.py": f"""{PAGES}

def main(chosen: bool):
    time.sleep(0.001)
    pages = Pages(3) if chosen else [1, 2]
    print(list(pages))


if __name__ == "__main__":
    main(True)
"""
        },
    )
    assert decided.colors["program.Pages.__iter__"] != "async"
    assert "list(pages)" in decided.files["program.py"]
    assert "await" in decided.files["program.py"]


@trap(
    14, "converted", "`obj[key]` of an object that builtins go through, which ask its `__iter__` and no item"
)
def test_items_of_an_object_that_is_gone_through() -> None:
    """`list(x)` asks for items by number only where there is no `__iter__`."""
    check_converts(
        f"""{PAGES}
    def __getitem__(self, number):
        time.sleep(0.001)
        return number


def main():
    pages = Pages(2)
    print(pages[1], list(pages))


if __name__ == "__main__":
    main()
""",
        """
import asyncio
import typing as t

from _aio import run


class Pages:
    def __init__(self, count):
        self.count = count

    async def list(self, start=0) -> t.AsyncIterator[int]:
        for number in range(start, self.count):
            await asyncio.sleep(0.001)
            yield number

    def __aiter__(self):
        return self.list()

    async def get_item(self, number):
        await asyncio.sleep(0.001)
        return number


async def main():
    pages = Pages(2)
    print(await pages.get_item(1), [item async for item in pages])


if __name__ == "__main__":
    run(main())
""",
        mutations=False,
    )
