"""Where the event loop is started: main guards in all their forms, scripts, console scripts, named entries."""

from pathlib import Path
from textwrap import dedent

import pytest

from aioport.planning.entries import EntryError
from tests.check import check_converts, check_unchanged
from tests.planning.deciding import decide

HEAD = """
    import {imports}


    {color}def main(argv=()) -> int:
        {sleep}(1)
        return 0


    {color}def other():
        {sleep}(2)


    """


def guarded(guard: str) -> str:
    """A script that ends in a guard."""
    return (
        dedent(HEAD).format(imports="sys\nimport time", color="", sleep="time.sleep") + dedent(guard).lstrip()
    )


def run_from(guard: str) -> str:
    """The same script with an event loop."""
    imports = "asyncio\nimport sys\n\nfrom _aio import run"
    text = dedent(HEAD).format(imports=imports, color="async ", sleep="await asyncio.sleep")
    return text + dedent(guard).lstrip()


def test_main_guards_start_the_event_loop() -> None:
    """A call in a guard is run, in whatever stands around it."""
    guards = {
        "plain": (
            'if __name__ == "__main__":\n    main()\n',
            'if __name__ == "__main__":\n    run(main())\n',
        ),
        "turned": ("if '__main__' == __name__: main()\n", "if '__main__' == __name__: run(main())\n"),
        "exits": (
            'if __name__ == "__main__":\n    sys.exit(main(sys.argv[1:]))\n',
            'if __name__ == "__main__":\n    sys.exit(run(main(sys.argv[1:])))\n',
        ),
        "raises": (
            'if __name__ == "__main__":\n    raise SystemExit(main())\n',
            'if __name__ == "__main__":\n    raise SystemExit(run(main()))\n',
        ),
        "around": (
            """
            if __name__ == "__main__":
                print("start")
                try:
                    code = main() or 1
                except KeyboardInterrupt:
                    code = 130
                finally:
                    print("end")
                sys.exit(code)
            """,
            """
            if __name__ == "__main__":
                print("start")
                try:
                    code = run(main()) or 1
                except KeyboardInterrupt:
                    code = 130
                finally:
                    print("end")
                sys.exit(code)
            """,
        ),
        "unguarded": ("if True:\n    main()\n", "if True:\n    run(main())\n"),
    }
    check_converts(
        {f"{name}.py": guarded(before) for name, (before, _) in guards.items()},
        {f"{name}.py": run_from(after) for name, (_, after) in guards.items()},
    )


def test_methods_in_a_guard_start_the_event_loop() -> None:
    """The object is made as before, and its method run."""
    check_converts(
        """
        import time


        class App:
            def start(self, n):
                time.sleep(n)

            @classmethod
            def launch(cls):
                cls().start(1)


        if __name__ == "__main__":
            print(App().start(2))
        """,
        """
        import asyncio

        from _aio import run


        class App:
            async def start(self, n):
                await asyncio.sleep(n)

            @classmethod
            async def launch(cls):
                await cls().start(1)


        if __name__ == "__main__":
            print(run(App().start(2)))
        """,
    )


def test_module_bodies_that_are_imported_hold_what_they_call(tmp_path: Path) -> None:
    """No loop is started by an import; nor can a generator expression or a lambda at module level be awaited."""
    decided = decide(
        tmp_path,
        {
            "library.py": "import time\n\n\ndef work():\n    time.sleep(1)\n\n\nwork()\n",
            "user.py": "import library\n\n\ndef main():\n    library.work()\n\n\nif __name__ == '__main__':\n    main()\n",
            "script.py": """
                import time


                def wait(n):
                    time.sleep(n)
                    return n


                if __name__ == "__main__":
                    found = (wait(n) for n in range(3))
                    later = lambda: wait(3)
                """,
        },
    )
    assert decided.files == {}
    expected = {
        "library.work": "kept: library.py:8: a module body cannot await",
        "script.wait": "kept: script.py:10: a module body cannot await",
    }
    assert {name: decided.reasons[name] for name in expected} == expected
    assert not decided.conversion.outcome.violations


PYPROJECT = """
    [project]
    name = "tool"
    version = "1"

    [project.scripts]
    tool = "tool.cli:main"
    other = "tool.cli:other"
    launch = "tool.cli:App.launch"
    """


def test_console_scripts_keep_a_sync_shim() -> None:
    """The shim has the old name and signature; callers in the project use the async function, wherever they import it
    from; a method, which a function cannot stand in for, stays."""
    check_converts(
        {
            "pyproject.toml": PYPROJECT,
            "tool/__init__.py": "from tool.cli import main\n",
            "tool/cli.py": '''
                """The command line."""

                import sys
                import time


                def main(argv: list[str] | None = None, *, verbose: bool = False, **more: int) -> int:
                    """Runs it."""
                    time.sleep(1)
                    return 0


                def other(a, /, b=1, *args, c, d=2):  # a comment
                    time.sleep(2)
                    # the end of it

                # about the class


                class App:
                    @classmethod
                    def launch(cls):
                        time.sleep(3)


                def uses():
                    return main(["x"], verbose=True)


                def amain():
                    pass


                if __name__ == "__main__":
                    sys.exit(main())
                ''',
            "tool/__main__.py": "from tool.cli import main\n\nmain()\n",
            "tool/attribute.py": "from tool import cli\n\n\ndef nested():\n    return cli.main()\n",
            "tool/absolute.py": "from tool.cli import main\n\n\ndef nested():\n    return main()\n",
            "tool/relative.py": "from .cli import main as start, other\n\n\ndef nested():\n    other(1, c=2)\n    return start()\n",
            "tool/exported.py": "import tool\n\n\ndef nested():\n    return tool.main()\n",
        },
        {
            "tool/cli.py": '''
                """The command line."""

                import asyncio
                import sys
                import time

                from ._aio import run


                async def amain_(argv: list[str] | None = None, *, verbose: bool = False, **more: int) -> int:
                    """Runs it."""
                    await asyncio.sleep(1)
                    return 0


                def main(argv: list[str] | None = None, *, verbose: bool = False, **more: int) -> int:
                    """Runs it."""
                    return run(amain_(argv, verbose=verbose, **more))


                async def aother(a, /, b=1, *args, c, d=2):  # a comment
                    await asyncio.sleep(2)
                    # the end of it


                def other(a, /, b=1, *args, c, d=2):
                    return run(aother(a, b, *args, c=c, d=d))

                # about the class


                class App:
                    @classmethod
                    def launch(cls):
                        time.sleep(3)


                async def uses():
                    return await amain_(["x"], verbose=True)


                def amain():
                    pass


                if __name__ == "__main__":
                    sys.exit(main())
                ''',
            "tool/attribute.py": "from tool import cli\n\n\nasync def nested():\n    return await cli.amain_()\n",
            "tool/absolute.py": "from tool.cli import amain_\n\n\nasync def nested():\n    return await amain_()\n",
            "tool/relative.py": (
                "from .cli import amain_, aother\n\n\nasync def nested():\n    await aother(1, c=2)\n    return await amain_()\n"
            ),
            "tool/exported.py": "import tool\n\n\nasync def nested():\n    return await tool.cli.amain_()\n",
        },
    )


LIBRARY = {
    "library.py": """
        def public(path):
            return _helper(path)


        def _helper(path):
            with open(path) as f:
                return f.read()


        def pure(x):
            return x


        class Client:
            def fetch(self, path):
                return _helper(path)

            def _private(self):
                return _helper("x")
        """,
    "user.py": """
        from library import Client, public


        def use():
            return public("x"), Client().fetch("y")
        """,
}


def test_the_entry_api_turns_everything_public_that_waits() -> None:
    """Public functions and methods become async over units; private ones and those that only compute do not."""
    check_converts(
        LIBRARY,
        {
            "library.py": """
                from _aio import offload


                async def public(path):
                    return await offload(_helper, path)


                def _helper(path):
                    with open(path) as f:
                        return f.read()


                def pure(x):
                    return x


                class Client:
                    async def fetch(self, path):
                        return await offload(_helper, path)

                    def _private(self):
                        return _helper("x")
                """,
            "user.py": """
                from library import Client, public


                async def use():
                    return await public("x"), await Client().fetch("y")
                """,
        },
        entry=("api",),
    )


def test_a_named_entry_turns_with_its_callers_only() -> None:
    """A method is named with its class; what else the callers need runs as a unit."""
    check_converts(
        LIBRARY,
        {
            "library.py": """
                from _aio import offload


                def public(path):
                    return _helper(path)


                def _helper(path):
                    with open(path) as f:
                        return f.read()


                def pure(x):
                    return x


                class Client:
                    async def fetch(self, path):
                        return await offload(_helper, path)

                    def _private(self):
                        return _helper("x")
                """,
            "user.py": """
                from library import Client, public

                from _aio import offload


                async def use():
                    return await offload(public, "x"), await Client().fetch("y")
                """,
        },
        entry=("library:Client.fetch",),
    )


def test_an_entry_that_is_not_there_is_an_error_with_a_hint(tmp_path: Path) -> None:
    """The message names the functions of that name."""
    with pytest.raises(
        EntryError, match=r"user:fetch: no such function in the project; there is library.Client.fetch"
    ):
        decide(tmp_path, LIBRARY, entry=("user:fetch",))


def test_without_a_named_entry_a_library_of_units_stays() -> None:
    """`auto` finds no await point here."""
    check_unchanged(LIBRARY, "nothing here would gain")


KEEPS_ITS_THREAD = """
    import threading

    state = threading.local()


    def _load(path):
        with open(path) as f:
            state.text = f.read()
        return state.text


    def load(path):
        return _load(path)


    def again(path, times):
        return again(path, times - 1) if times else load(path)
    """


def test_what_is_public_is_not_async_for_nothing() -> None:
    """Where all that waits has to stay on the event loop, a coroutine would block it as the function does."""
    check_unchanged(
        KEEPS_ITS_THREAD,
        "nothing in it could be awaited: program.py:13: it uses the event loop, or what belongs to the task",
        entry=("api",),
        mutations=False,
    )


def test_an_entry_that_was_named_by_itself_is_async_all_the_same() -> None:
    """Whoever names one function has a caller that awaits it."""
    check_converts(
        KEEPS_ITS_THREAD,
        KEEPS_ITS_THREAD.replace("def load", "async def load")
        .replace("def again", "async def again")
        .replace(
            "return again(path, times - 1) if times else load(path)",
            "return await again(path, times - 1) if times else await load(path)",
        ),
        entry=("program:load",),
        mutations=False,
    )


def test_the_api_is_also_what_scripts_and_guards_call(tmp_path: Path) -> None:
    """Whoever starts the program is outside code, although the project calls `main` itself and exports other names."""
    decided = decide(
        tmp_path,
        {
            "app/__init__.py": "from app.store import save\n",
            "app/store.py": """
                def save(text):
                    with open("file", "w") as file:
                        file.write(text)


                def load():
                    with open("file") as file:
                        return file.read()
                """,
            "app/cli.py": """
                from app.store import load


                def main():
                    print(load())


                if __name__ == "__main__":
                    main()
                """,
        },
        level="offload",
        entry=("api",),
    )
    colors = {name.rpartition(".")[2]: color for name, color in decided.colors.items()}
    assert colors == {"save": "async", "load": "unit", "main": "async"}
    assert "print(await offload(load))" in decided.files["app/cli.py"]
