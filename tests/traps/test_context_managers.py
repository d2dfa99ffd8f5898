"""Context managers that hold others: stacks, `closing`, `suppress`, `nullcontext`, temporary files, redirected output."""

from tests.check import check_converts, check_unchanged
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap


@trap(26, "converted", "`enter_context` of what becomes async: `AsyncExitStack` and `enter_async_context`")
def test_exit_stack() -> None:
    """A stack on which something asynchronous is entered becomes an AsyncExitStack; the rest of it stays."""
    check_converts(
        """
        import time
        from contextlib import ExitStack, contextmanager


        @contextmanager
        def session(number):
            time.sleep(0.01)
            yield number
            time.sleep(0.01)


        def goodbye(number):
            print("goodbye", number)


        def main():
            with ExitStack() as stack:
                one = stack.enter_context(session(1))
                more = [stack.enter_context(session(number)) for number in range(3)]
                stack.callback(goodbye, 3)
                print(one, more)


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        from contextlib import AsyncExitStack, asynccontextmanager

        from _aio import run


        @asynccontextmanager
        async def session(number):
            await asyncio.sleep(0.01)
            yield number
            await asyncio.sleep(0.01)


        def goodbye(number):
            print("goodbye", number)


        async def main():
            async with AsyncExitStack() as stack:
                one = await stack.enter_async_context(session(1))
                more = [await stack.enter_async_context(session(number)) for number in range(3)]
                stack.callback(goodbye, 3)
                print(one, more)


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(26, "refused", "a stack that is handed on, and a class of the project's own that one enters")
def test_exit_stack_that_cannot_change() -> None:
    """Where it is not seen who leaves a stack, what is entered on it stays sync."""
    check_unchanged(
        """
        import time
        from contextlib import ExitStack, contextmanager


        @contextmanager
        def session():
            time.sleep(0.01)
            yield


        def open_all():
            with ExitStack() as stack:
                stack.enter_context(session())
                return stack.pop_all()


        def main():
            with open_all():
                print("open")


        if __name__ == "__main__":
            main()
        """,
        "it is no plain `with` item",
        mutations=False,
    )
    check_unchanged(
        """
        import time
        from contextlib import ExitStack


        class Connection:
            def __enter__(self):
                time.sleep(0.01)
                return self

            def __exit__(self, *error):
                time.sleep(0.01)


        def main():
            with ExitStack() as stack:
                stack.enter_context(Connection())


        if __name__ == "__main__":
            main()
        """,
        "contextlib.ExitStack.enter_context calls it",
        mutations=False,
    )


@trap(26, "kept", "a function that a stack calls back stays sync")
@trap(27, "kept", "`closing(x)` calls `x.close()`, which stays sync; `suppress` and `nullcontext` stay")
def test_what_calls_back() -> None:
    """What a sync context manager calls stays sync, also where async code calls it too."""
    check_converts(
        """
        import contextlib
        import tempfile
        import time


        class Connection:
            def close(self):
                time.sleep(0.01)


        def goodbye():
            time.sleep(0.01)


        def main():
            with contextlib.ExitStack() as stack:
                stack.callback(goodbye)
                time.sleep(0.01)
            with contextlib.closing(Connection()) as connection:
                time.sleep(0.01)
            connection.close()
            goodbye()
            with contextlib.suppress(ValueError):
                time.sleep(0.01)
            with contextlib.nullcontext(3) as number:
                time.sleep(number)
            with tempfile.TemporaryDirectory() as folder:
                time.sleep(0.01)
                print(folder)


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import contextlib
        import tempfile
        import time

        from _aio import entered, offload, run


        class Connection:
            def close(self):
                time.sleep(0.01)


        def goodbye():
            time.sleep(0.01)


        async def main():
            with contextlib.ExitStack() as stack:
                stack.callback(goodbye)
                await asyncio.sleep(0.01)
            with contextlib.closing(Connection()) as connection:
                await asyncio.sleep(0.01)
            await offload(connection.close)
            await offload(goodbye)
            with contextlib.suppress(ValueError):
                await asyncio.sleep(0.01)
            with contextlib.nullcontext(3) as number:
                await asyncio.sleep(number)
            async with entered(lambda: tempfile.TemporaryDirectory()) as folder:
                await asyncio.sleep(0.01)
                print(folder)


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(27, "kept", "`redirect_stdout` in what would overlap: the waits stay one after another")
@trap(
    101,
    "kept",
    "what changes the process: environment, folder, locale, random seed, warnings are not overlapped",
)
def test_what_concerns_the_whole_process() -> None:
    """Code that changes something for the whole process is converted, and never overlapped."""
    check_converts(
        """
        import contextlib
        import io
        import locale
        import os
        import random
        import time
        import warnings


        def capture(number):
            with contextlib.redirect_stdout(io.StringIO()):
                time.sleep(0.01)
            return number


        def set_variable(number):
            os.environ["NUMBER"] = str(number)
            time.sleep(0.01)
            return number


        def go(folder):
            os.chdir(folder)
            time.sleep(0.01)
            return folder


        def seed(number):
            random.seed(number)
            time.sleep(0.01)
            return random.random()


        def speak(name):
            locale.setlocale(locale.LC_ALL, name)
            time.sleep(0.01)
            return name


        def be_quiet(number):
            with warnings.catch_warnings():
                time.sleep(0.01)
            return number


        def main():
            print([capture(number) for number in range(2)])
            print([set_variable(number) for number in range(2)])
            print([go(folder) for folder in ("/", "/tmp")])
            print([seed(number) for number in range(2)])
            print([speak(name) for name in ("C", "C")])
            print([be_quiet(number) for number in range(2)])


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import contextlib
        import io
        import locale
        import os
        import random
        import warnings

        from _aio import run


        async def capture(number):
            with contextlib.redirect_stdout(io.StringIO()):
                await asyncio.sleep(0.01)
            return number


        async def set_variable(number):
            os.environ["NUMBER"] = str(number)
            await asyncio.sleep(0.01)
            return number


        async def go(folder):
            os.chdir(folder)
            await asyncio.sleep(0.01)
            return folder


        async def seed(number):
            random.seed(number)
            await asyncio.sleep(0.01)
            return random.random()


        async def speak(name):
            locale.setlocale(locale.LC_ALL, name)
            await asyncio.sleep(0.01)
            return name


        async def be_quiet(number):
            with warnings.catch_warnings():
                await asyncio.sleep(0.01)
            return number


        async def main():
            print([await capture(number) for number in range(2)])
            print([await set_variable(number) for number in range(2)])
            print([await go(folder) for folder in ("/", "/tmp")])
            print([await seed(number) for number in range(2)])
            print([await speak(name) for name in ("C", "C")])
            print([await be_quiet(number) for number in range(2)])


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(
    28,
    "converted",
    "the waiting ones become `async with`, nested in the same order; `with a, b` stays where all do",
)
def test_items_of_both_colors() -> None:
    """Items of one `with` of which some become asynchronous are entered and left in the order that they had."""
    check_converts(
        """
        import time
        from contextlib import contextmanager


        @contextmanager
        def waiting(name):
            time.sleep(0.01)
            yield name
            time.sleep(0.01)


        @contextmanager
        def plain(name):
            yield name


        def main():
            with plain("a") as a, waiting("b") as b, waiting("c"):
                print(a, b)
            with waiting("d"), waiting("e"):
                print("both")


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        from contextlib import asynccontextmanager, contextmanager

        from _aio import run


        @asynccontextmanager
        async def waiting(name):
            await asyncio.sleep(0.01)
            yield name
            await asyncio.sleep(0.01)


        @contextmanager
        def plain(name):
            yield name


        async def main():
            with plain("a") as a:
                async with waiting("b") as b, waiting("c"):
                    print(a, b)
            async with waiting("d"), waiting("e"):
                print("both")


        if __name__ == "__main__":
            run(main())
        """,
    )


@trap(12, "converted", "a base that asks for the protocol is replaced by that of the asynchronous one")
def test_bases_that_ask_for_a_protocol() -> None:
    """Abstract methods that a class no longer has would keep its objects from being made."""
    text = check_runs_alike(
        """
        import time
        from collections.abc import Iterator
        from contextlib import AbstractContextManager


        class Connection(AbstractContextManager):
            def __enter__(self):
                time.sleep(0.001)
                return self

            def __exit__(self, *error):
                time.sleep(0.001)
                return None


        class Rows(Iterator[int]):
            def __init__(self, count):
                self.left = count

            def __iter__(self):
                return self

            def __next__(self) -> int:
                if not self.left:
                    raise StopIteration
                time.sleep(0.001)
                self.left -= 1
                return self.left


        def main():
            with Connection() as connection:
                for row in Rows(2):
                    print(type(connection).__name__, row)


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "class Connection(AbstractAsyncContextManager):" in text
    assert "class Rows(AsyncIterator[int]):" in text


@trap(12, "refused", "where the base does more than to ask for the method, the method stays")
def test_a_base_that_uses_the_protocol_itself() -> None:
    """`Mapping` goes through itself in `items`; nothing else would do so asynchronously."""
    text = check_runs_alike(
        """
        import time
        from collections.abc import Mapping


        class Table(Mapping):
            def __getitem__(self, key):
                return key * 2

            def __len__(self):
                return 2

            def __iter__(self):
                for key in range(2):
                    time.sleep(0.001)
                    yield key


        def main():
            time.sleep(0.001)
            table = Table()
            for key in table:
                print(key)
            print(list(table.items()))


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "    def __iter__(self):" in text
