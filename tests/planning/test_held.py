"""`with` and `for` statements whose bodies await: what waits in their heads is worked in threads."""

import pytest

from tests.check import check_converts, check_unchanged
from tests.planning.programs import check_reasons, check_runs_alike, convert


def test_heads_are_worked_in_threads() -> None:
    """Files are read ahead where nobody else reads on in them; folders step by step, since the body may prune them."""
    check_converts(
        """
        import asyncio
        import os
        import tempfile
        import zipfile


        async def push(value):
            await asyncio.sleep(0)


        async def copy(path, other):
            with open(path, "rb") as source, zipfile.ZipFile(other) as archive:
                await push(archive)
                await push(source)


        async def lines(path):
            with open(path) as file:
                for line in file:
                    await push(line)


        async def touched(path):
            with open(path) as file:
                for line in file:
                    await push(file)


        async def read_on(path):
            with open(path) as file:
                for line in file:
                    await push(line)
                    break
                return file.read()


        async def given(file):
            for line in open(file):
                await push(line)


        async def tree(path):
            for folder, folders, files in os.walk(path):
                folders.clear()
                await push(files)
            else:
                await push(None)


        async def temporary():
            with tempfile.TemporaryDirectory() as folder:
                await push(folder)
        """,
        """
        import asyncio
        import os
        import tempfile
        import zipfile

        from _aio import entered, offload, stepped


        async def push(value):
            await asyncio.sleep(0)


        async def copy(path, other):
            async with entered(lambda: open(path, "rb")) as source, entered(lambda: zipfile.ZipFile(other)) as archive:
                await push(archive)
                await push(source)


        async def lines(path):
            async with entered(lambda: open(path)) as file:
                async for line in stepped(lambda: file, 256):
                    await push(line)


        async def touched(path):
            async with entered(lambda: open(path)) as file:
                async for line in stepped(lambda: file):
                    await push(file)


        async def read_on(path):
            async with entered(lambda: open(path)) as file:
                async for line in stepped(lambda: file):
                    await push(line)
                    break
                return await offload(file.read)


        async def given(file):
            async for line in stepped(lambda: open(file), 256):
                await push(line)


        async def tree(path):
            async for folder, folders, files in stepped(lambda: os.walk(path)):
                folders.clear()
                await push(files)
            else:
                await push(None)


        async def temporary():
            async with entered(lambda: tempfile.TemporaryDirectory()) as folder:
                await push(folder)
        """,
        mutations=False,
    )


def test_what_belongs_to_a_thread_is_entered_where_it_was() -> None:
    """Connections to sqlite3 that are not made for any thread."""
    conversion = convert(
        """
        import asyncio
        import sqlite3


        async def push(value):
            await asyncio.sleep(0)


        async def database(path):
            with sqlite3.connect(path, check_same_thread=True) as connection:
                await push(connection)
        """
    )
    check_reasons(conversion, "the `with` in line 10 cannot move to a thread whole: line 11 awaits")
    assert all("entered(" not in text for text in conversion.files.values())


def test_connections_that_are_made_for_any_thread_have_one_of_their_own() -> None:
    """A transaction is entered and left, and rows are read, in the thread in which everything is done with connections."""
    conversion = check_runs_alike(
        """
        import asyncio
        import sqlite3

        CONNECTION = sqlite3.connect("a.db")


        async def push(value):
            await asyncio.sleep(0)
            return value


        async def main():
            with CONNECTION:
                CONNECTION.execute("create table t (x integer)")
                for x in range(3):
                    CONNECTION.execute("insert into t values (?)", (await push(x),))
            try:
                with CONNECTION:
                    CONNECTION.execute("delete from t")
                    await push(1 / 0)
            except ZeroDivisionError:
                print("rolled back")
            for (x,) in CONNECTION.execute("select x from t order by x"):
                if await push(x) == 1:
                    print(x)
            CONNECTION.close()


        asyncio.run(main())
        """
    )
    text = conversion.files["program.py"]
    assert text.count('async with entered(lambda: CONNECTION, pool="sqlite3"):') == 2
    assert 'in stepped(lambda: CONNECTION.execute("select x from t order by x"), pool="sqlite3"):' in text


def test_what_is_read_on_elsewhere_is_not_read_ahead() -> None:
    """Lines that were read ahead, and not used when the loop was left, would be lost."""
    check_converts(
        """
        async def push(value):
            return value


        async def head(path):
            with open(path) as file:
                for line in file:
                    if await push(line):
                        break
                return await push(file)


        async def whole(path):
            for line in open(path):
                await push(line)


        async def handed(logs):
            for line in current(logs):
                await push(line)


        def current(logs):
            return open(logs)
        """,
        """
        from _aio import entered, stepped


        async def push(value):
            return value


        async def head(path):
            async with entered(lambda: open(path)) as file:
                async for line in stepped(lambda: file):
                    if await push(line):
                        break
                return await push(file)


        async def whole(path):
            async for line in stepped(lambda: open(path), 256):
                await push(line)


        async def handed(logs):
            async for line in stepped(lambda: current(logs)):
                await push(line)


        def current(logs):
            return open(logs)
        """,
        mutations=False,
    )


def test_a_generator_that_holds_a_lock_between_its_items_stays_on_one_thread() -> None:
    """Whoever took it has to give it back."""
    check_unchanged(
        """
        import threading
        import time

        lock = threading.RLock()


        async def push(value):
            return value


        def numbers(count):
            with lock:
                for number in range(count):
                    time.sleep(number)
                    yield number


        async def loop(count):
            for number in numbers(count):
                await push(number)
        """,
        "cannot move to a thread whole",
        level="offload",
        mutations=False,
    )


WORKSPACE = """
    import asyncio
    import shutil
    import tempfile
    import threading

    taken = threading.Lock()


    class Workspace:
        def __enter__(self):
            {before}
            self.path = tempfile.mkdtemp()
            return self

        def __exit__(self, *_):
            shutil.rmtree(self.path)
            {after}


    async def main():
        with Workspace() as workspace:
            await asyncio.sleep(0)
            print(bool(workspace.path))
"""


def test_a_manager_of_the_project_is_entered_in_threads() -> None:
    """What its methods wait for is outside, and any thread may wait for it."""
    text = WORKSPACE.format(before="print('in')", after="print('out')")
    after = convert(text).files["program.py"]
    assert "async with entered(lambda: Workspace()) as workspace:" in after


def test_a_manager_of_the_project_that_takes_a_lock_stays() -> None:
    """A lock is let go by the thread that took it."""
    text = WORKSPACE.format(before="taken.acquire()", after="taken.release()")
    assert "program.py" not in convert(text).files


SAVED = """
    import asyncio
    import contextvars
    import json
    import os
    import tempfile
    import threading
    from contextlib import contextmanager

    taken = threading.Lock()
    current = contextvars.ContextVar("current", default="")


    @contextmanager
    def opened(path):
        with open(path) as file:
            yield json.load(file)


    @contextmanager
    def saved(path):
        {before}
        try:
            with {inner} as values:
                yield values
        except KeyError as error:
            print("missing", error)
        else:
            with open(path, "w") as file:
                json.dump(values, file)
        finally:
            {after}


    async def add(path, key, by):
        with saved(path) as values:
            await asyncio.sleep(0)
            values[key] += by


    def main():
        handle, path = tempfile.mkstemp()
        os.write(handle, b'{{"a": 1}}')
        os.close(handle)
        asyncio.run(add(path, "a", 2))
        asyncio.run(add(path, "b", 2))
        with open(path) as file:
            print(file.read())


    if __name__ == "__main__":
        main()
"""


def _saved(before: str = "print('in')", after: str = "print('out')", inner: str = "opened(path)") -> str:
    return SAVED.format(before=before, after=after, inner=inner)


def test_a_generator_that_makes_a_manager_is_entered_in_threads() -> None:
    """It goes on in another thread from where it was, inside of managers that may be left there, and sees exceptions."""
    conversion = check_runs_alike(_saved())
    assert "async with entered(lambda: saved(path)) as values:" in conversion.files["program.py"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_saved(before="taken.acquire()", after="taken.release()"), id="takes a lock"),
        pytest.param(_saved(inner="taken, opened(path)"), id="is inside of a lock"),
        pytest.param(
            _saved(before="token = current.set(path)", after="current.reset(token)"), id="sets a variable"
        ),
    ],
)
def test_a_generator_that_makes_a_manager_stays(text: str) -> None:
    """A lock is let go by the thread that took it, and a variable of a context is seen in that context only."""
    assert "entered(lambda: saved" not in convert(text).files.get("program.py", "")
