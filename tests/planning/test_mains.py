"""Statements at module level that become one `async def main()`, and those that start the event loop one by one."""

import pytest

from tests.check import check_converts
from tests.planning.programs import check_reasons, convert

HEAD = """
{imports}


{color}def load(n=1):
    {sleep}(n)
    return n


"""

BEFORE = HEAD.format(imports="import time", color="", sleep="time.sleep")


def awaited(*names: str, imports: str = "") -> str:
    """The head after the conversion, with functions of the vendored file."""
    wanted = f"{imports}\n\nfrom _aio import {', '.join(names)}"
    return HEAD.format(imports=f"import asyncio{wanted}", color="async ", sleep="await asyncio.sleep")


def lines(text: str) -> str:
    """Lines of a program without the margin of the test."""
    margin = " " * 8
    return "".join(f"{line.removeprefix(margin)}\n" for line in text.strip("\n").split("\n")[:-1])


def check(statements: str, expected: str, *names: str, functions: str = "", mutations: bool = True) -> None:
    """Assert what becomes of statements below two functions."""
    used = names or ("run",)
    check_converts(
        BEFORE + lines(functions) + lines(statements),
        awaited(*used) + lines(functions) + lines(expected),
        mutations=mutations,
    )


def test_what_a_guard_runs_is_one_function() -> None:
    """Comments, blank lines and strings stay as they are, since the lines do not move."""
    check(
        '''
        if __name__ == "__main__":  # pragma: no cover
            # one after the other
            first = load()

            text = """
        deep
          deeper"""
            for n in range(first):
                print(load(n), text)  # again
            # that is all
        # the end
        ''',
        '''
        async def main():  # pragma: no cover
            # one after the other
            first = await load()

            text = """
        deep
          deeper"""
            for n in range(first):
                print(await load(n), text)  # again
            # that is all


        if __name__ == "__main__":  # pragma: no cover
            run(main())
        # the end
        ''',
    )


def test_one_call_that_is_awaited_needs_no_function() -> None:
    """The smallest change: the event loop runs that call."""
    check(
        """
        if __name__ == "__main__":
            print("start")
            print(load())
        """,
        """
        if __name__ == "__main__":
            print("start")
            print(run(load()))
        """,
    )


def test_names_that_others_read_stay_the_modules() -> None:
    """A function, a class or a statement below reads them; one that is read before it is bound is declared, too."""
    check(
        """
        if __name__ == "__main__":
            import os
            import sys

            count += load()
            id = id(count)
            total, rest = load(), 1
            print(count, id, rest)
            with open(os.devnull) as null:
                print(load(), null)
            print(sys.argv)

        print(COUNTED)
        """,
        """
        async def main():
            global os, count, id, total
            import os
            import sys

            count += await load()
            id = id(count)
            total, rest = await load(), 1
            print(count, id, rest)
            async with entered(lambda: open(os.devnull)) as null:
                print(await load(), null)
            print(sys.argv)


        if __name__ == "__main__":
            run(main())

        print(COUNTED)
        """,
        "entered",
        "run",
        functions="""
        count = 0
        COUNTED = False


        def show():
            return total


        class Folder:
            def name(self):
                return os.getcwd()


        """,
        mutations=False,
    )


def test_another_name_where_main_is_taken() -> None:
    """The names are those of console scripts."""
    check(
        """
        def main():
            return load()


        if __name__ == "__main__":
            main()
            main()
        """,
        """
        async def main():
            return await load()


        async def amain():
            await main()
            await main()


        if __name__ == "__main__":
            run(amain())
        """,
    )


def test_generators_context_managers_and_comprehensions_are_awaited() -> None:
    """What no event loop could be started for keeps nothing back any more."""
    check_converts(
        """
        import time


        def ticks():
            time.sleep(1)
            yield 1


        class Pause:
            def __enter__(self):
                time.sleep(1)

            def __exit__(self, *error):
                time.sleep(2)


        def check(n):
            time.sleep(n)
            return n


        if __name__ == "__main__":
            for tick in ticks():
                print(tick)
            with Pause():
                print({n: check(n) for n in range(3) if check(n)})
            if (found := check(1)) > 1 or not check(2):
                del found
        """,
        """
        import asyncio

        from _aio import run


        async def ticks():
            await asyncio.sleep(1)
            yield 1


        class Pause:
            async def __aenter__(self):
                await asyncio.sleep(1)

            async def __aexit__(self, *error):
                await asyncio.sleep(2)


        async def check(n):
            await asyncio.sleep(n)
            return n


        async def main():
            async for tick in ticks():
                print(tick)
            async with Pause():
                print({n: await check(n) for n in range(3) if await check(n)})
            if (found := await check(1)) > 1 or not await check(2):
                del found


        if __name__ == "__main__":
            run(main())
        """,
    )


def test_a_try_that_catches_ctrl_c_stays_around_the_event_loop() -> None:
    """The event loop raises the interrupt, so the clause stays as it is; what it reads is the module's."""
    check(
        '''
        if __name__ == "__main__":
            try:
                # first of all
                code = load()
                if code:
                    print(load(), """
                deep""")
                # the end of it
            except KeyboardInterrupt:
                print("bye", code)
        ''',
        '''
        async def main():
            global code
            # first of all
            code = await load()
            if code:
                print(await load(), """
                deep""")
            # the end of it


        if __name__ == "__main__":
            try:
                run(main())
            except KeyboardInterrupt:
                print("bye", code)
        ''',
    )


def test_a_try_among_other_statements_is_part_of_the_function() -> None:
    """There Ctrl-C cancels the task."""
    check_converts(
        BEFORE
        + lines(
            """
        if __name__ == "__main__":
            try:
                code = load() or 1
            except KeyboardInterrupt:
                code = 130
            load(code)
            raise SystemExit(code)
        """
        ),
        awaited("run")
        + lines(
            """
        async def main():
            try:
                code = await load() or 1
            except (KeyboardInterrupt, asyncio.CancelledError):
                code = 130
            await load(code)
            raise SystemExit(code)


        if __name__ == "__main__":
            run(main())
        """
        ),
    )


@pytest.mark.parametrize(
    ("imports", "served"),
    [
        ("import socketserver", "socketserver.TCPServer(('', 0), None).serve_forever()"),
        ("import asyncio", "asyncio.run(asyncio.sleep(0))"),
        ("import tkinter", "tkinter.Tk().mainloop()"),
    ],
)
def test_what_keeps_the_main_thread_in_the_end_stays_there(imports: str, served: str) -> None:
    """A server, a window, an event loop of its own: no thread takes their place."""
    statements = lines(
        f"""
        if __name__ == "__main__":
            load()
            load()
            name = "x"
            print(name)
            {served}
        """
    )
    head = "import asyncio\n" if imports == "import asyncio" else f"import asyncio\n{imports}\n"
    check_converts(
        f"{imports}\n" + BEFORE.lstrip() + statements,
        head
        + awaited("run").lstrip().removeprefix("import asyncio\n")
        + lines(
            f"""
        async def main():
            await load()
            await load()


        if __name__ == "__main__":
            run(main())
            name = "x"
            print(name)
            {served}
        """
        ),
        mutations=False,
    )


def test_the_end_of_a_script_is_one_function() -> None:
    """With the assignments that only prepare it, and the comments right above; constants stay where they are."""
    check(
        '''
        LIMIT = 3

        found = []
        # one by one
        for n in range(LIMIT):
            # and again
            found.append(load(n))

            print("""
        deep""")
        print(found, load(
            2,
        ))  # last
        # print(found)
        ''',
        '''
        LIMIT = 3


        async def main():
            found = []
            # one by one
            for n in range(LIMIT):
                # and again
                found.append(await load(n))

                print("""
        deep""")
            print(found, await load(
                2,
            ))  # last


        run(main())
        # print(found)
        ''',
    )


def test_what_a_script_calls_itself_is_awaited() -> None:
    """The reference program without a function."""
    check_converts(
        """
        import requests

        for page in range(10):
            response = requests.get("https://example.com")
            print(response.json(), page)
        """,
        """
        import aiohttp

        from _aio import run, shared


        async def main():
            for page in range(10):
                async with shared(aiohttp.ClientSession).get("https://example.com") as response:
                    print(await response.json(), page)


        run(main())
        """,
        mutations=False,
    )


OBSTACLES = {
    "eval": ("x = 1\n    print(eval('x'))", "line 12 uses eval, which reads the module's names"),
    "locals": ("print(locals())", "line 11 calls locals(), which reads the names around it"),
    "star": ("from os.path import *", "line 11 imports everything of a module, which no function can"),
    "class": ("class Local:\n        pass", "line 11 defines Local"),
    "dunder": ("__version__ = 1", "line 11 binds __version__"),
    "timeit": ("print('from __main__ import load')", "line 11 names the module that is run in a string"),
    "annotated": ("found: int = 1", "line 11 annotates found, which others read"),
}


@pytest.mark.parametrize("name", OBSTACLES)
def test_what_would_mean_something_else_in_a_function_keeps_the_calls_apart(name: str) -> None:
    """The reason says which line it is."""
    statement, reason = OBSTACLES[name]
    before = f'{BEFORE.lstrip()}if __name__ == "__main__":\n    load()\n    {statement}\n    load()\n'
    if name == "annotated":
        before += "\n\ndef show():\n    return found\n"
    conversion = convert(before)
    assert "    run(load())\n" in conversion.files["program.py"]
    check_reasons(conversion, f"it was not written, since {reason}")


def test_vars_of_something_and_definitions_elsewhere_are_no_obstacle() -> None:
    """`vars(x)` reads the names of `x`."""
    check(
        """
        if __name__ == "__main__":
            print(vars(load))
            print(load(), load())
        """,
        """
        async def main():
            print(vars(load))
            print(await load(), await load())


        if __name__ == "__main__":
            run(main())
        """,
    )


@pytest.mark.parametrize(
    "statements",
    [
        'if __name__ == "__main__":\n    load()\n    load()\nelse:\n    print(1)\n',
        'if __name__ == "__main__" and print() is None:\n    load()\n    load()\n',
        'if __name__ == "__main__": load(); load()\n',
        'if True:\n    if __name__ == "__main__":\n        load()\n        load()\n',
        "load()\n\n\ndef other():\n    pass\n\n\nload()\n",
        "load()\nimport os\nload()\n",
    ],
)
def test_other_forms_start_the_event_loop_for_each_call(statements: str) -> None:
    """As they did before, and with the suggestion."""
    before = BEFORE.lstrip() + statements
    conversion = convert(before)
    expected = awaited("run").lstrip() + statements.replace("load()", "run(load())")
    assert conversion.files["program.py"] == expected
    check_reasons(conversion, "the event loop starts more than once")


def test_both_colors_need_no_function() -> None:
    """With `--keep-sync`, statements that call sync forms stay."""
    before = BEFORE.lstrip() + 'if __name__ == "__main__":\n    load()\n    load()\n'
    files = convert(before, keep_sync=True).files
    assert "def main" not in files.get("program.py", "")


def test_what_is_excluded_is_no_function() -> None:
    """By its name, as any other function."""
    before = BEFORE.lstrip() + 'if __name__ == "__main__":\n    load()\n    load()\n'
    conversion = convert(before, keep=("program.main",))
    assert "run(load())\n    run(load())" in conversion.files["program.py"]


def test_what_decorators_wait_for_is_no_statement_of_a_function() -> None:
    """A definition stays where it is, with what its decorators are given."""
    before = (
        BEFORE.lstrip()
        + "def mark(n):\n    return lambda f: f\n\n\n@mark(load())\n@mark(load())\ndef other():\n    pass\n"
    )
    assert convert(before).files == {}
