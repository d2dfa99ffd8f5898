"""`with` and `for` statements whose bodies await: what waits in their heads is worked in threads."""

from tests.check import check_converts
from tests.planning.programs import check_reasons, convert


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
    """Connections to sqlite3, locks between processes, and managers of the project's own."""
    conversion = convert(
        """
        import asyncio
        import sqlite3
        from contextlib import contextmanager


        async def push(value):
            await asyncio.sleep(0)


        @contextmanager
        def own(path):
            with open(path) as file:
                yield file


        async def database(path):
            with sqlite3.connect(path) as connection:
                await push(connection)


        async def managed(path):
            with own(path) as file:
                await push(file)
        """
    )
    check_reasons(conversion, "the `with` in line 22 cannot move to a thread whole: line 23 awaits")
    assert all("entered(" not in text for text in conversion.files.values())
