"""Names that are imported from one place or another, of which only the running program knows which."""

from pathlib import Path

import pytest

from tests.check import check_converts, check_unchanged
from tests.planning.deciding import decide

SLOW = """
    import time


    def load(n):
        time.sleep(n)
        return n


    class Parser:
        def __init__(self, n):
            time.sleep(n)

        def parse(self, n):
            time.sleep(n)
            return n
    """

STUB = """
    def load(n: int) -> int: ...

    class Parser:
        def __init__(self, n: int) -> None: ...
        def parse(self, n: int) -> int: ...
    """

USE = """

    def use(n):
        parser = Parser(n)
        return load(n) + parser.parse(n)
    """

EITHER = {
    "of a stub, then ours": """
    try:
        from fast import Parser, load
    except ImportError:
        from slow import Parser, load
    """,
    "ours, then of a stub": """
    from slow import Parser, load

    try:
        from fast import Parser, load
    except ImportError:
        pass
    """,
    "not installed": """
    try:
        from missing import Parser, load
    except ModuleNotFoundError:
        from slow import Parser, load
    """,
    "by the platform": """
    import sys

    if sys.platform == "win32":
        from fast import Parser, load
    else:
        from slow import Parser, load
    """,
}


@pytest.mark.parametrize("head", EITHER.values(), ids=EITHER)
def test_what_something_else_may_take_the_place_of_stays_sync(tmp_path: Path, head: str) -> None:
    """An extension that is imported where it is at hand is called in the same places, and cannot be awaited there."""
    files = {"slow.py": SLOW, "fast.pyi": STUB, "program.py": head + USE}
    decided = decide(tmp_path, files, entry=("program:use",))
    assert decided.colors["slow.load"] != "async"
    assert decided.colors["slow.Parser.__init__"] != "async"
    assert decided.colors["slow.Parser.parse"] != "async"
    assert "may call it or something that stays sync" in decided.reasons["slow.load"]
    assert decided.conversion.problems == ()


def test_the_choice_may_be_made_in_another_file() -> None:
    """A module that only chooses is imported by those that call, by name or as a whole."""
    check_unchanged(
        {
            "slow.py": "import time\n\n\ndef load(n):\n    time.sleep(n)\n",
            "fast.pyi": "def load(n: int) -> None: ...\n",
            "chosen/__init__.py": "from chosen.compat import load\n",
            "chosen/compat.py": """
                try:
                    from fast import load
                except ImportError:
                    from slow import load
                """,
            "program.py": """
                from chosen import load


                def first():
                    return load(1)
                """,
            "other.py": """
                from chosen import compat


                def second():
                    return compat.load(2)
                """,
        },
        "may call it or something that stays sync",
        entry=("slow:load",),
    )


def test_where_all_are_the_projects_own_they_turn_together() -> None:
    """Both wait, and so what calls one of them awaits either."""
    check_converts(
        {
            "posix.py": "import time\n\n\ndef load(n):\n    time.sleep(n)\n",
            "windows.py": "import time\n\n\ndef load(n):\n    time.sleep(2 * n)\n",
            "program.py": """
                import sys

                if sys.platform == "win32":
                    import windows as system
                else:
                    import posix as system


                def use(n):
                    return system.load(n)
                """,
        },
        {
            "posix.py": "import asyncio\n\n\nasync def load(n):\n    await asyncio.sleep(n)\n",
            "windows.py": "import asyncio\n\n\nasync def load(n):\n    await asyncio.sleep(2 * n)\n",
            "program.py": """
                import sys

                if sys.platform == "win32":
                    import windows as system
                else:
                    import posix as system


                async def use(n):
                    return await system.load(n)
                """,
        },
    )


REPLACED = {
    "by a lambda": """
    import sys

    from slow import load

    if "pytest" in sys.modules:
        load = lambda n: n
    """,
    "by a variable": """
    from slow import load

    loaders = {"quick": int}
    if loaders:
        load = loaders["quick"]
    """,
    "in a function": """
    from slow import load


    def be_quick():
        global load
        load = int
    """,
}


@pytest.mark.parametrize("head", REPLACED.values(), ids=REPLACED)
def test_what_is_assigned_to_an_imported_name_is_called_in_its_place(tmp_path: Path, head: str) -> None:
    """It cannot be awaited, and gets no second form that would be called instead."""
    use = "\n\n    def use(n):\n        return load(n)\n\n\n    value = load(0)\n"
    for entry in ("program:use", "api"):
        decided = decide(tmp_path / entry[:3], {"slow.py": SLOW, "program.py": head + use}, entry=(entry,))
        assert decided.colors["slow.load"] != "async"
        assert "_load_sync" not in str(decided.conversion.files)


def test_what_cannot_be_called_changes_nothing(tmp_path: Path) -> None:
    """The usual end of `except ImportError`."""
    head = """
    try:
        from slow import load
    except ImportError:
        load = None
    """
    use = "\n\n    def use(n):\n        return load(n)\n"
    decided = decide(tmp_path, {"slow.py": SLOW, "program.py": head + use}, entry=("program:use",))
    assert decided.colors["slow.load"] == "async"


def test_definitions_in_branches_turn_together() -> None:
    """Of functions that are defined under one name in different branches, a call may run either."""
    check_converts(
        """
        import sys
        import time

        if sys.argv[1:]:

            def load():
                time.sleep(1)
                return 3
        else:

            def load():
                with open("a") as file:
                    return file.read()


        def main(flag):
            if flag:

                def read():
                    time.sleep(1)
                    return 1
            else:

                def read():
                    return 2

            print(read(), load())


        if __name__ == "__main__":
            main(True)
        """,
        """
        import asyncio
        import sys

        from _aio import offload, run

        if sys.argv[1:]:

            async def load():
                await asyncio.sleep(1)
                return 3
        else:

            async def load():
                def load_in_thread():
                    with open("a") as file:
                        return file.read()

                return await offload(load_in_thread)


        async def main(flag):
            if flag:

                async def read():
                    await asyncio.sleep(1)
                    return 1
            else:

                async def read():
                    return 2

            print(await read(), await load())


        if __name__ == "__main__":
            run(main(True))
        """,
        mutations=False,
    )
