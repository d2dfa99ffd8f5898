"""Where the event loop starts, and where none can."""

from pathlib import Path

from tests.check import check_converts, check_unchanged
from tests.planning.deciding import decide
from tests.traps.table import trap


@trap(68, "converted", "a guard runs the loop once, and a main that is imported elsewhere is awaited there")
@trap(69, "converted", "a console script keeps a sync function of the old name")
def test_mains_are_run_where_no_loop_runs() -> None:
    """The guard, the console script and the importing module each get the form that they need."""
    check_converts(
        {
            "pyproject.toml": """
                [project]
                name = "tool"
                version = "1"

                [project.scripts]
                tool = "tool:main"
                """,
            "tool.py": """
                import time


                def main():
                    time.sleep(1)


                if __name__ == "__main__":
                    main()
                """,
            "other.py": """
                from tool import main


                def twice():
                    main()
                    main()
                """,
        },
        {
            "tool.py": """
                import asyncio

                from _aio import run


                async def amain():
                    await asyncio.sleep(1)


                def main():
                    return run(amain())


                if __name__ == "__main__":
                    main()
                """,
            "other.py": """
                from tool import amain


                async def twice():
                    await amain()
                    await amain()
                """,
        },
    )


@trap(67, "refused", "what a module's body calls stays sync")
@trap(37, "refused", "defaults, class bodies, enum bodies and default factories cannot await")
def test_what_runs_without_a_loop_stays(tmp_path: Path) -> None:
    """Each function that is called where nothing can be awaited is kept, and its reason names the place."""
    decided = decide(
        tmp_path,
        {
            "program.py": """
                import enum
                import time
                from dataclasses import dataclass, field


                def module(): time.sleep(2)
                def default(): time.sleep(3)
                def body(): time.sleep(4)
                def member(): time.sleep(5)
                def factory(): time.sleep(6)
                def argument(): time.sleep(7)


                CONFIG = module()


                def use(x=default()):
                    return x


                class Holder:
                    value = body()


                class Kind(enum.Enum):
                    ONE = member()


                @dataclass
                class Row:
                    made: object = field(default_factory=factory)


                def register(value):
                    return lambda f: f


                @register(argument())
                def registered():
                    return 1


                def main():
                    time.sleep(8)
                """,
            "user.py": "import program\n",
        },
    )
    kept = {
        name.removeprefix("program."): reason
        for name, reason in decided.reasons.items()
        if reason.startswith("kept: ")
    }
    assert "where no function can be made async" in kept["module"] or "module body" in kept["module"]
    assert "default arguments are evaluated when the function is defined" in kept["default"]
    assert "a class body cannot await" in kept["body"]
    assert "a class body cannot await" in kept["member"]
    assert "hands it to dataclasses.field, which has a generated `__init__` call it" in kept["factory"]
    assert "decorators are evaluated when the function is defined" in kept["argument"]


@trap(
    68,
    "converted",
    "statements of a guard or a script that wait more than once become one `async def main()`",
)
@trap(
    67,
    "converted",
    "what a script waits for in its end moves into that function; names that others read are `global`",
)
def test_statements_at_module_level_become_one_function() -> None:
    """The event loop starts once; `planning.test_mains` has the forms."""
    check_converts(
        """
        import time


        def load(n):
            time.sleep(n)
            return total


        total = 1
        for n in range(total):
            total += load(n)
        print(load(total))
        """,
        """
        import asyncio

        from _aio import run


        async def load(n):
            await asyncio.sleep(n)
            return total


        total = 1


        async def main():
            global total
            for n in range(total):
                total += await load(n)
            print(await load(total))


        run(main())
        """,
    )


@trap(69, "kept", "a method that a console script calls stays, since no function can stand in for it")
@trap(64, "kept", "a method that `atexit` calls stays sync")
def test_methods_that_only_sync_code_calls_stay() -> None:
    """There is nobody who could await them."""
    check_unchanged(
        {
            "pyproject.toml": """
                [project]
                name = "tool"
                version = "1"

                [project.scripts]
                tool = "tool:App.main"
                """,
            "tool.py": """
                import atexit
                import time


                class App:
                    @staticmethod
                    def main():
                        time.sleep(1)

                    def close(self):
                        time.sleep(2)


                atexit.register(App().close)
                """,
        },
        "an entry point names it",
    )


BOTH = {
    "library.py": '''
        import time
        from functools import wraps


        def timed(f):
            @wraps(f)
            def wrapper(*args):
                return f(*args)

            return wrapper


        def _pause(seconds):
            time.sleep(seconds)


        def load(key):
            # waits
            _pause(0.001)
            return key


        @timed
        def slow(key):
            """Slowly."""
            return load(key) + load("b")


        def numbers(n):
            for i in range(n):
                _pause(0.001)
                yield i


        def order(keys):
            return sorted(keys, key=key)


        def key(x):
            return load(x)


        class Client:
            def __enter__(self):
                _pause(0.001)
                return self

            def __exit__(self, *args):
                _pause(0.001)

            def read(self):
                return load("c")

            def twice(self):
                return self.read() + self.read()
        ''',
    "program.py": """
        import library
        from library import Client, load


        def main():
            print(load("a"), library.slow("s"))
            with Client() as client:
                print(client.twice())
            for number in library.numbers(2):
                print(number)
            print(library.order("ba"))


        if __name__ == "__main__":
            main()
        """,
}

BOTH_AFTER = {
    "library.py": '''
        import asyncio
        import inspect
        import time
        from functools import wraps


        def timed(f):
            @wraps(f)
            async def async_wrapper(*args):
                return await f(*args)

            @wraps(f)
            def wrapper(*args):
                return f(*args)

            return async_wrapper if inspect.iscoroutinefunction(f) else wrapper


        def _pause(seconds):
            time.sleep(seconds)


        async def _apause(seconds):
            await asyncio.sleep(seconds)


        def load(key):
            # waits
            _pause(0.001)
            return key


        async def aload(key):
            # waits
            await _apause(0.001)
            return key


        @timed
        def slow(key):
            """Slowly."""
            return load(key) + load("b")


        @timed
        async def aslow(key):
            """Slowly."""
            return await aload(key) + await aload("b")


        def numbers(n):
            for i in range(n):
                _pause(0.001)
                yield i


        async def anumbers(n):
            for i in range(n):
                await _apause(0.001)
                yield i


        def order(keys):
            return sorted(keys, key=key)


        def key(x):
            return load(x)


        class Client:
            def __enter__(self):
                _pause(0.001)
                return self

            async def __aenter__(self):
                await _apause(0.001)
                return self

            def __exit__(self, *args):
                _pause(0.001)

            async def __aexit__(self, *args):
                await _apause(0.001)

            def read(self):
                return load("c")

            async def aread(self):
                return await aload("c")

            def twice(self):
                return self.read() + self.read()

            async def atwice(self):
                return await self.aread() + await self.aread()
        ''',
    "program.py": """
        import library
        from library import Client, aload

        from _aio import offload, run


        async def main():
            print(await aload("a"), await library.aslow("s"))
            async with Client() as client:
                print(await client.atwice())
            async for number in library.anumbers(2):
                print(number)
            print(await offload(library.order, "ba"))


        if __name__ == "__main__":
            run(main())
        """,
}


@trap(
    70,
    "converted",
    "with `--keep-sync`, what sync code calls as well gets an async form beside it, and keeps its own",
)
def test_public_functions_in_both_colors() -> None:
    """Sync text stays byte for byte; async callers call the async forms; what `sorted` calls uses the sync ones."""
    check_converts(BOTH, BOTH_AFTER, keep_sync=True)


@trap(70, "refused", "what is passed on by name, or called without its name, cannot have two forms")
def test_what_has_one_form_only_stays_sync(tmp_path: Path) -> None:
    """With `--keep-sync` these functions stay as they are, and the reason says what is in the way."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import time

                TABLE = {}


                def passed(x):
                    time.sleep(x)


                def run(f):
                    f(1)


                def use():
                    run(passed)


                def taken():
                    time.sleep(2)


                async def ataken(x):
                    return x


                def half(x):
                    time.sleep(3)


                async def ahalf(x):
                    return x
                """,
        },
        entry=("api",),
        keep_sync=True,
    )
    assert "it is passed on by name, where only one of its forms can be" in decided.reasons["library.passed"]
    assert (
        "its async form would be called ataken, which is something else already"
        in (decided.reasons["library.taken"])
    )
    assert "ahalf is its async form" in decided.reasons["library.half"]
    text = decided.files["library.py"]
    assert "async def apassed" not in text
    assert "async def arun(f):\n    await offload(f, 1)" in text  # what it is given may wait
