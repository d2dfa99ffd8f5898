"""The check that every coroutine is awaited, shown mistakes and right programs."""

from pathlib import Path

from aioport.verifying.awaited import check_awaited
from tests.verifying.seeding import analysis_of

WRONG = """
    async def load(n=1):
        return [n]


    class Store:
        async def get(self, key):
            return key

        async def __call__(self):
            return 1


    async def mistakes(store: Store, xs):
        load()  # 1
        f"{load()}"  # 2
        xs + [load()]  # 3
        load() == 1  # 4
        if load():  # 5
            pass
        while not load():  # 6
            break
        len(xs) or load()  # 7
        load().append(1)  # 8
        load()[0]  # 9
        for x in load():  # 10
            print(x)
        forgotten = load()  # 11
        xs[load()] = 1  # 12
        [x for x in load()]  # 13
        {"a": load()}  # 14
        assert load()  # 15
        store.get(1)  # 16
        yield_ = lambda: 1
        with load():  # 17
            pass
        raise load()  # 18
        store()  # 19
        -load()  # 20


    def sync():
        load()  # 21
        value = load()  # 22
        print("no" if load() else "yes")  # 23
        return 1


    class Config:
        value = [load() for _ in range(2)] == 1  # 24
    """

RIGHT = """
    import asyncio
    from collections.abc import AsyncIterator


    async def load(n=1):
        return [n]


    async def ticks() -> AsyncIterator[int]:
        yield 1


    class Pause:
        async def __aenter__(self):
            return self

        async def __aexit__(self, *error):
            pass

        def __await__(self):
            return self.__aenter__().__await__()


    def passed_on():
        return load()


    async def fine(xs):
        await load()
        (await load())[0]
        one = load()
        two = asyncio.create_task(load())
        three = [load(x) for x in xs]
        await asyncio.gather(load(), *(load(x) for x in xs), *three)
        async for tick in ticks():
            print(tick)
        async with Pause() as pause:
            print(pause, await two)
        load().close()
        coroutine = load() if xs else load(2)
        await coroutine
        later = lambda: load()
        await later()
        return await one, [await load(x) for x in xs], f"{await load()}"


    if __name__ == "__main__":
        asyncio.run(fine([]))
    """


def test_each_forgotten_await_is_found_at_its_line(tmp_path: Path) -> None:
    """In f-strings, lists, comparisons, truth tests, operators, loops, as statements, and never used variables."""
    with (
        analysis_of(tmp_path, {"wrong.py": ""}) as before,
        analysis_of(tmp_path, {"wrong.py": WRONG}) as found,
    ):
        lines = {one.line: str(one) for one in check_awaited(before.analysis, found.analysis)}
        text = found.analysis.project.sources["wrong.py"].text.splitlines()
        marked = {number for number, line in enumerate(text, 1) if "  # " in line}
    assert {text[line - 1].rpartition("# ")[2] for line in marked - lines.keys()} == set()
    assert {text[line - 1] for line in lines.keys() - marked} == set()
    assert lines[14] == "wrong.py:14: `load()` is never awaited (awaited)"


def test_right_programs_pass(tmp_path: Path) -> None:
    """Awaited at once or later, handed to tasks and gather, returned for others to await, iterated, entered."""
    with (
        analysis_of(tmp_path, {"right.py": ""}) as before,
        analysis_of(tmp_path, {"right.py": RIGHT}) as found,
    ):
        assert [str(one) for one in check_awaited(before.analysis, found.analysis)] == []


def test_what_the_author_forgot_is_not_held_against_a_conversion(tmp_path: Path) -> None:
    """The same call in the same function was there before; one more of it was not."""
    again = WRONG.replace("load()  # 1\n", "load(), load()\n")
    with analysis_of(tmp_path, {"wrong.py": WRONG}) as before:
        assert list(check_awaited(before.analysis, before.analysis)) == []
        with analysis_of(tmp_path, {"wrong.py": again}) as found:
            messages = [one.message for one in check_awaited(before.analysis, found.analysis)]
    assert messages == ["`load()` is never awaited"]
