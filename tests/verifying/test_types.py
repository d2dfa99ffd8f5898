"""The check for type errors that a conversion brings."""

from pathlib import Path

from aioport.verifying.types import check_types
from tests.verifying.seeding import analysis_of

BEFORE = """
    import time


    class Ticks:
        def __iter__(self):
            return self

        def __next__(self):
            raise StopIteration


    class Pause:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass


    class Base:
        def load(self) -> int:
            return 1


    class Child(Base):
        def load(self) -> int:
            return 2


    def load(n: int) -> int:
        time.sleep(n)
        return n


    def use() -> int:
        for tick in Ticks():
            print(tick)
        list(Ticks())
        with Pause():
            print(1)
        print(load("no"))
        return load(1) + 1
    """


def converted(*changes: tuple[str, str]) -> str:
    """The program with some text replaced."""
    text = BEFORE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def test_mistakes_of_a_conversion_are_new_errors(tmp_path: Path) -> None:
    """Sums and returns of coroutines, half an override, the wrong color of a protocol, names that nobody defined."""
    wrong = {
        "added": converted(("    def load(n: int)", "    async def load(n: int)")),
        "iterated": converted(
            ("def __iter__", "def __aiter__"), ("    def __next__", "    async def __anext__")
        ),
        "entered": converted(
            ("    def __enter__", "    async def __aenter__"), ("def __exit__", "async def __aexit__")
        ),
        "half": converted(
            (
                "class Base:\n        def load",
                "class Base:\n        async def load",
            )
        ),
        "names": converted(("time.sleep(n)", "offload(n)")),
        "module": converted(("import time", "from time import asleep")),
    }
    with analysis_of(tmp_path / "before", {f"{name}.py": BEFORE for name in wrong}) as before:
        errors = before.errors
    with analysis_of(tmp_path / "after", {f"{name}.py": text for name, text in wrong.items()}) as after:
        found = list(check_types(errors, after.errors, after.analysis, ()))
    functions = {(one.path.removesuffix(".py"), one.function) for one in found}
    assert functions == {
        ("added", "added.use"),
        ("iterated", "iterated.use"),
        ("entered", "entered.use"),
        ("half", "half.Child.load"),
        ("names", "names.load"),
        ("module", ""),
        ("module", "module.load"),
    }
    messages = " ".join(one.message for one in found if one.path == "iterated.py")
    assert "not iterable" in messages
    assert "list.__init__" in messages


def test_right_conversions_bring_none(tmp_path: Path) -> None:
    """Errors that were there before do not count, nor do overrides that both are coroutine functions."""
    right = """
        import asyncio
        from abc import ABC, abstractmethod


        class Base(ABC):
            @abstractmethod
            async def load(self): ...

            async def make(self, attributes=None):
                raise NotImplementedError


        class Child(Base):
            async def load(self):
                return 2

            async def make(self, picture_that_it_is_made_of, command_that_it_runs=None, **every_other_thing):
                return image


        async def load(n: int) -> int:
            await asyncio.sleep(n)
            return n


        async def use() -> int:
            print(await load("no"))
            return await load(1) + 1
        """
    sync = right.replace("import asyncio", "import time").replace("asyncio.", "time.")
    sync = sync.replace("async ", "").replace("await ", "")
    with analysis_of(tmp_path / "before", {"right.py": sync}) as before:
        errors = before.errors
    assert any("no" in one.message for one in errors)
    with analysis_of(tmp_path / "after", {"right.py": right}) as after:
        assert [str(one) for one in check_types(errors, after.errors, after.analysis, ["right.py"])] == []


def test_what_is_wrong_beside_a_decorated_call_counts(tmp_path: Path) -> None:
    """The checker errs about calls under a decorator without annotations, and only about these on their lines."""
    right = """
        import asyncio


        def option(function=None, *, loud=False):
            def decorate(f):
                async def wrapper(x):
                    return await f(x)

                return wrapper

            if function is None:
                return decorate
            return decorate(function)


        @option
        async def plain(x):
            await asyncio.sleep(1)


        async def rows():
            yield 1


        def count() -> int:
            return 1


        async def main():
            print(await plain(1), count(), [one async for one in rows()])


        asyncio.run(main())
        """
    wrong = right.replace("count(), [", "await count(), [").replace("async for", "for")
    found = []
    for name, text in (("right", right), ("wrong", wrong)):
        with analysis_of(tmp_path / name, {"program.py": text}) as after:
            assert any("plain" not in one.message and "awaitable" in one.message for one in after.errors)
            found.append(
                [one.message for one in check_types([], after.errors, after.analysis, ["program.py"])]
            )
    assert found[0] == []
    assert len(found[1]) == 2


def test_functions_are_true_whatever_they_return(tmp_path: Path) -> None:
    """`if action` of a function that may be None is no forgotten `await`; of what it returns it is."""
    text = """
        import asyncio


        async def work():
            await asyncio.sleep(1)
            return "done"


        async def main():
            for name, action in {"a": lambda: work(), "b": lambda n=3: work(), "c": None}.items():
                print(name, await action() if action else "-")


        asyncio.run(main())
        """
    wrong = text.replace("if action else", "if action and work() else")
    found = []
    for name, program in (("right", text), ("wrong", wrong)):
        with analysis_of(tmp_path / name, {"program.py": program}) as after:
            kinds = {one.kind for one in after.errors}
            assert "implicit-bool" in kinds
            found.append(
                [one.message for one in check_types([], after.errors, after.analysis, ["program.py"])]
            )
    assert found[0] == []
    assert found[1]


def test_what_no_conversion_changes_may_lack_a_protocol(tmp_path: Path) -> None:
    """Types that the checker infers change from run to run; an error counts where they have a color in them."""
    text = """
        class Plain:
            pass


        class Stream:
            async def __aiter__(self):
                yield 1


        async def rows():
            yield 1


        def build(path: str) -> Plain:
            return Plain()


        def use() -> None:
            list(Plain())
            list(build)
            set([1].append([Plain, build]))
            list(Stream())
            list(rows())
            list([rows, Plain()][0])
        """
    with analysis_of(tmp_path / "after", {"program.py": text}) as after:
        lines = [int(one.location.partition(":")[0]) for one in after.errors if "Protocol" in one.message]
        found = [one.line for one in check_types([], after.errors, after.analysis, ["program.py"])]
    assert [text.splitlines()[line].strip() for line in lines][:2] == ["list(Plain())", "list(build)"]
    assert [text.splitlines()[line].strip() for line in found] == [
        "list(Stream())",
        "list(rows())",
        "list([rows, Plain()][0])",
    ]
