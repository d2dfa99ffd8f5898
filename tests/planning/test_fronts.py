"""Public functions that stay sync for their callers' sake get an async form in front of them."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from tests.check import check_converts, check_unchanged
from tests.planning.deciding import decide

BEFORE = {
    "library.py": '''
        import time


        class Page:
            def __init__(self, path):
                self.path = path

            def read(self, size=-1):
                """The text of the file.

                >>> Page("a").read()
                """

                # All of it.
                with open(self.path) as file:
                    return file.read(size)

            @classmethod
            def of(cls, path: str, *rest: str, deep: bool = False, **more: str) -> "Page":
                time.sleep(0.01)
                return cls(path)

            @staticmethod
            def wait(seconds):
                time.sleep(seconds)

            def __str__(self):
                self.wait(0.01)
                return self.read() + str(self.of(self.path, deep=True).path)


        def pause(
            seconds: float = 0.1,  # not: long
        ):
            time.sleep(seconds)


        def work(page):
            pause(seconds=0.01)
            return page.read()
        ''',
    "other.py": """
        from library import pause


        class Other:
            def __hash__(self):
                pause(0.01)
                return 1
        """,
    "tests/test_library.py": """
        from library import Page, pause


        def test_pause():
            assert pause(0.01) is None


        def test_page(tmp_path):
            (tmp_path / "a").write_text("x")
            assert Page(tmp_path / "a").read() == "x"
        """,
}

AFTER = {
    "library.py": '''
        import time

        from _aio import offload, run


        class Page:
            def __init__(self, path):
                self.path = path

            async def read(self, size=-1):
                """The text of the file.

                >>> run(Page("a").read())
                """
                return await offload(self._read_sync, size)

            def _read_sync(self, size=-1):
                # All of it.
                with open(self.path) as file:
                    return file.read(size)

            @classmethod
            async def of(cls, path: str, *rest: str, deep: bool = False, **more: str) -> "Page":
                return await offload(cls._of_sync, path, *rest, deep=deep, **more)

            @classmethod
            def _of_sync(cls, path: str, *rest: str, deep: bool = False, **more: str) -> "Page":
                time.sleep(0.01)
                return cls(path)

            @staticmethod
            async def wait(seconds):
                return await offload(Page._wait_sync, seconds)

            @staticmethod
            def _wait_sync(seconds):
                time.sleep(seconds)

            def __str__(self):
                self._wait_sync(0.01)
                return self._read_sync() + str(self._of_sync(self.path, deep=True).path)


        async def pause(
            seconds: float = 0.1,  # not: long
        ):
            return await offload(_pause_sync, seconds)


        def _pause_sync(
            seconds: float = 0.1,  # not: long
        ):
            time.sleep(seconds)


        async def work(page):
            await offload(_pause_sync, seconds=0.01)
            return await offload(page._read_sync)
        ''',
    "other.py": """
        from library import _pause_sync


        class Other:
            def __hash__(self):
                _pause_sync(0.01)
                return 1
        """,
    "tests/test_library.py": """
        from library import Page, pause

        from _aio import run_sync


        def test_pause():
            assert run_sync(pause(0.01)) is None


        def test_page(tmp_path):
            (tmp_path / "a").write_text("x")
            assert run_sync(Page(tmp_path / "a").read()) == "x"
        """,
}


def test_what_sync_code_calls_gets_an_async_form_in_front() -> None:
    """The body goes on under a private name, the project calls that, and whoever is outside awaits."""
    check_converts(BEFORE, AFTER, entry=("api",), level="offload")


def test_both_forms_do_what_the_function_did(tmp_path: Path) -> None:
    """A program that uses the pinned method and the public functions prints the same before and after."""
    program = """
        from library import Page, pause, work
        from other import Other

        open("a", "w").write("text")
        page = Page("a")
        print(page, hash(Other()), {call}(Page.of("a", deep=True)).path)
        print({call}(page.read(2)), {call}(page.wait(0.01)), {call}(pause()), {call}(work(page)))
        """
    printed = []
    for name, call in (("before", "(lambda result: result)"), ("after", "asyncio.run")):
        folder = tmp_path / name
        decided = decide(folder, BEFORE, entry=("api",), level="offload")
        for path, text in decided.files.items() if name == "after" else ():
            (folder / path).write_text(text, encoding="utf-8")
        lines = [line.strip() for line in program.format(call=call).splitlines()]
        code = "\n".join(["import asyncio", *lines])
        done = subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", "-c", code],
            cwd=folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
        printed.append(done.stdout)
    assert printed[0] == printed[1]
    assert printed[0].startswith("texta 1 a\n")


def test_a_family_gets_its_forms_together() -> None:
    """Overrides, and the calls of them through `super()`, are renamed as one."""
    check_converts(
        """
        class Base:
            def load(self, path):
                return open(path).read()

            def __str__(self):
                return self.load("a")


        class Derived(Base):
            def load(self, path):
                return super().load(path) + open("b").read()
        """,
        """
        from _aio import offload


        class Base:
            async def load(self, path):
                return await offload(self._load_sync, path)

            def _load_sync(self, path):
                return open(path).read()

            def __str__(self):
                return self._load_sync("a")


        class Derived(Base):
            async def load(self, path):
                return await offload(self._load_sync, path)

            def _load_sync(self, path):
                return super()._load_sync(path) + open("b").read()
        """,
        entry=("program:Base.load",),
        mutations=False,
    )


PINNED = """
    class Page:
        def read(self):
            return open("a").read()

        def __str__(self):
            return self.read()
    """


def test_what_is_found_by_a_name_has_no_second_one() -> None:
    """`getattr` with its name, a method of the same name on something unknown, and a function that is passed on."""
    for use in ('getattr(page, "read")()', "keep(page.read)", "page.read.__doc__"):
        check_unchanged(
            {"program.py": PINNED, "user.py": f"def use(page, keep):\n    return {use}\n"},
            "Python itself calls __str__",
            entry=("api",),
            level="offload",
        )


def test_what_a_test_replaces_has_no_second_name() -> None:
    """A stand-in, and a method that is patched, would not reach the callers of the sync form."""
    for test in (
        "class Fake:\n    def read(self):\n        return 'x'\n",
        "from unittest import mock\n\n\ndef test_it():\n    with mock.patch('program.Page.read'):\n        pass\n",
    ):
        check_unchanged(
            {"program.py": PINNED, "tests/test_program.py": test},
            "Python itself calls __str__",
            entry=("api",),
            level="offload",
        )


def test_a_header_that_does_something_stands_once() -> None:
    """Defaults that are objects of their own, and decorators, are made once."""
    for head in ("def read(self, seen=object()):", "@functools.cache\n        def read(self):"):
        check_unchanged(
            "import functools\n\n\n" + PINNED.replace("\n    ", "\n").replace("def read(self):", head.replace("\n        ", "\n    ")),
            "Python itself calls __str__",
            entry=("api",),
            level="offload",
            mutations=False,
        )  # fmt: skip


def test_what_only_makes_a_generator_has_no_async_form(tmp_path: Path) -> None:
    """It waits when that is gone through, in no thread."""
    decided = decide(
        tmp_path,
        {
            "program.py": """
                import time


                def each():
                    time.sleep(1)
                    yield 1


                class Rows:
                    def __init__(self, rows):
                        self.rows = rows


                def rows():
                    return Rows(each())


                class Key:
                    def __hash__(self):
                        return len(list(rows().rows))
                """
        },
        entry=("api",),
        level="offload",
    )
    assert decided.colors["program.rows"] == "sync"


def test_a_second_run_knows_the_pair(tmp_path: Path) -> None:
    """The sync form stays what it is: its async one stands beside it."""
    decided = decide(
        tmp_path, {"library.py": AFTER["library.py"], "_aio.py": ""}, entry=("api",), level="offload"
    )
    assert decided.reasons["library._pause_sync"].endswith("pause is its async form")
    assert decided.colors["library._pause_sync"] == "sync"


def test_what_a_test_runs_keeps_its_type() -> None:
    """A second run sees, as the first one does, that an object is passed on, and leaves its `__len__` alone."""
    check_converts(
        {
            "library.py": """
                import time


                class Found:
                    def __init__(self, names: list[str]) -> None:
                        self.names = names

                    def __getitem__(self, number: int) -> str:
                        return self.names[number]

                    def __len__(self) -> int:
                        time.sleep(0.01)
                        return len(self.names)


                def search(name: str) -> Found:
                    time.sleep(0.01)
                    return Found([name])
                """,
            "tests/test_library.py": """
                from library import search


                def test_search():
                    found = search("a")
                    assert len(found) == 1
                    assert list(found) == ["a"]
                """,
        },
        {
            "library.py": """
                import asyncio
                import time


                class Found:
                    def __init__(self, names: list[str]) -> None:
                        self.names = names

                    def __getitem__(self, number: int) -> str:
                        return self.names[number]

                    def __len__(self) -> int:
                        time.sleep(0.01)
                        return len(self.names)


                async def search(name: str) -> Found:
                    await asyncio.sleep(0.01)
                    return Found([name])
                """,
            "tests/test_library.py": """
                from library import search

                from _aio import run_sync


                def test_search():
                    found = run_sync(search("a"))
                    assert len(found) == 1
                    assert list(found) == ["a"]
                """,
        },
        entry=("api",),
    )


def test_lines_keep_their_endings(tmp_path: Path) -> None:
    """A file with CRLF has nothing else after a front was put into it."""
    text = (
        'import time\n\n\ndef pause(seconds):\n    """Waits."""\n\n    time.sleep(seconds)\n\n\n'
        "class Page:\n    def __str__(self):\n        pause(0.01)\n        return ''\n"
    )
    (tmp_path / "library.py").write_bytes(text.replace("\n", "\r\n").encode())
    command = (
        sys.executable,
        "-m",
        "aioport",
        "convert",
        ".",
        "--level",
        "offload",
        "--entry",
        "api",
        "--write",
    )
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    after = (tmp_path / "library.py").read_bytes()
    assert b"def _pause_sync(seconds):\r\n    time.sleep(seconds)\r\n" in after
    assert after.count(b"\n") == after.count(b"\r\n")


def test_what_one_call_may_run_gets_its_forms_together(tmp_path: Path) -> None:
    """Methods of two classes that have nothing in common but a name, and a caller that takes either."""
    program = """
        class Page:
            def read(self):
                return open("a").read()

            def __str__(self):
                return self.read()


        class Book:
            def read(self):
                return open("b").read()

            def __str__(self):
                return "book " + self.read()


        class Shelf:
            def __init__(self, *things):
                self.things = things

            def __str__(self):
                return " ".join(["shelf", first(bool(self.things))])


        def first(is_page):
            thing = Page() if is_page else Book()
            return thing.read()


        if __name__ == "__main__":
            for name in "ab":
                with open(name, "w") as file:
                    file.write(name)
            print(Page(), Book(), Shelf(), Shelf(1))
        """
    decided = decide(tmp_path / "after", {"program.py": program}, entry=("api",), level="offload")
    text = decided.files["program.py"]
    assert text.count("async def read(self):") == text.count("def _read_sync(self):") == 2
    assert "return thing._read_sync()" in text
    for path, written in decided.files.items():
        (tmp_path / "after" / path).write_text(written, encoding="utf-8")
    folders = []
    for name in ("before", "after"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        if name == "before":
            (folder / "program.py").write_text(dedent(program), encoding="utf-8")
        command = [sys.executable, "-W", "error::RuntimeWarning", "program.py"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        folders.append(done.stdout)
    assert folders[0] == folders[1] == "a book b shelf b shelf a\n"


def test_what_a_call_runs_as_well_and_has_no_second_form_keeps_its_name(tmp_path: Path) -> None:
    """One of the two is passed on by its name."""
    program = """
        class Page:
            def read(self):
                return open("a").read()

            def __str__(self):
                return self.read()


        class Book:
            def read(self):
                return open("b").read()

            def __str__(self):
                return "book " + self.read()


        def first(is_page):
            thing = Page() if is_page else Book()
            return str(thing) + thing.read()


        READ = Book.read
        """
    decided = decide(tmp_path, {"program.py": program}, entry=("api",), level="offload")
    assert "_read_sync" not in "".join(decided.files.values())
