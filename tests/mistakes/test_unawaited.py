"""Coroutines that nothing awaits, and tasks that nothing keeps."""

from tests.mistakes.finding import check


def test_coroutines_that_are_dropped() -> None:
    """A coroutine as a statement, or in a list, dict or comprehension that is one, is never awaited."""
    first, *_ = check("""
        import asyncio

        async def fetch(number=1): return number

        class Client:
            async def close(self): ...

            @property
            async def name(self): return ""

            async def stop(self):
                self.close()  # !never-awaited
                self.name  # !never-awaited

        async def main(client: Client):
            fetch()  # !never-awaited
            asyncio.sleep(1)  # !never-awaited
            client.close()  # !never-awaited
            [fetch(number) for number in range(3)]  # !never-awaited
            [
                fetch(),  # !never-awaited
            ]
            {1: fetch()}  # !never-awaited
            fetch() if client else None  # !never-awaited

        def sync():
            fetch()  # !never-awaited
        """)
    assert first.message == "the coroutine of `self.close()` is dropped: await it"


def test_coroutines_that_are_used_as_values() -> None:
    """A coroutine is no text, truth, number, sequence or object with attributes of its own."""
    check(
        """
        async def fetch(number=1): return number
        async def rows(): return [1]

        async def main(table, x):
            print(f"got {fetch()}")  # !never-awaited
            if fetch():  # !never-awaited
                pass
            while not fetch():  # !never-awaited
                pass
            assert fetch()  # !never-awaited
            first = 1 if fetch() else 2  # !never-awaited
            second = fetch() and 1  # !never-awaited
            third = [x for x in table if fetch()]  # !never-awaited
            fourth = fetch() == 1  # !never-awaited
            fifth = x in rows()  # !never-awaited
            sixth = fetch() is None  # !never-awaited
            seventh = fetch() + 1  # !never-awaited
            eighth = -fetch()  # !never-awaited
            ninth = rows()[0]  # !never-awaited
            tenth = table[fetch()]  # !never-awaited
            rows().sort()  # !never-awaited
            fetch()()  # !never-awaited
            x += fetch()  # !never-awaited
            a, b = rows()  # !never-awaited
            for row in rows():  # !never-awaited
                print(row)
            print(*rows())  # !never-awaited
            with rows():  # !never-awaited
                pass
            return first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, a, b
        """
    )


def test_coroutines_that_are_handed_to_what_awaits_nothing() -> None:
    """`print`, `str`, `len`, `sum` and their like do not await, nor what reads an iterable of coroutines for values."""
    check("""
        import json
        import logging

        async def fetch(number=1): return number
        log = logging.getLogger()

        async def main():
            print(fetch())  # !never-awaited
            size = len(fetch())  # !never-awaited
            text = str(fetch())  # !never-awaited
            rows = list(fetch())  # !never-awaited
            total = sum(fetch(number) for number in range(3))  # !never-awaited
            found = any([fetch(1)])  # !never-awaited
            log.info("got %s", fetch())  # !never-awaited
            dumped = json.dumps({"a": fetch()})  # !never-awaited
            joined = ", ".join(fetch() for _ in "ab")  # !never-awaited
            return size, text, rows, total, found, dumped, joined
        """)


def test_coroutine_functions_in_the_place_of_functions() -> None:
    """`sorted`, `filter`, `reduce` and threads call a function for what it returns; `map` only makes coroutines."""
    check("""
        import asyncio
        import functools
        import threading

        async def key(item): return item

        async def main(items):
            a = sorted(items, key=key)  # !never-awaited
            b = list(filter(key, items))  # !never-awaited
            c = functools.reduce(key, items)  # !never-awaited
            items.sort()
            d = max(items, key=key)  # !never-awaited
            map(key, items)  # !never-awaited
            e = sum(map(key, items))  # !never-awaited
            threading.Thread(target=key, args=(1,)).start()  # !never-awaited
            asyncio.get_running_loop().call_soon(key, 1)  # !never-awaited
            f = await asyncio.gather(*map(key, items))
            g = [await one for one in map(key, items)]
            h = list(map(key, items))
            return a, b, c, d, e, f, g, await asyncio.gather(*h)
        """)


def test_coroutines_in_variables() -> None:
    """A variable that nothing reads, or that is only read as if it were the result, leaves its coroutine unawaited."""
    check("""
        async def fetch(): return "x"

        async def unread():
            page = fetch()  # !never-awaited
            pages: list = [fetch()]  # !never-awaited

        async def read_as_the_result():
            page = fetch()  # !never-awaited
            if page:
                print(page.upper())

        async def awaited():
            page = fetch()
            print("fetching")
            return await page

        async def awaited_somewhere(flag):
            page = fetch()
            if flag is None:
                print(page)
            else:
                await page

        async def awaited_inside():
            page = fetch()
            async def later():
                return await page
            return later

        async def rebound():
            page = fetch()
            page = await page
            return page.upper()

        async def seen_by_others():
            global shared
            shared = fetch()

        async def closed():
            page = fetch()
            page.close()
        """)


def test_coroutines_that_something_may_await() -> None:
    """Whatever awaits, returns, keeps or takes a coroutine may see to it."""
    check("""
        import asyncio
        import contextlib
        from collections.abc import Coroutine

        async def fetch(number=1): return number
        async def pages():
            yield 1

        def passed_on(): return fetch()
        def made(): yield fetch()

        class Jobs:
            def __init__(self):
                self.jobs, self.first = [], fetch()

            def add(self):
                self.jobs.append(fetch())
                self.last = fetch()

        async def main(submit, jobs: Jobs, loop: asyncio.AbstractEventLoop):
            await fetch()
            await (fetch())
            await asyncio.gather(fetch(), *[fetch() for _ in "ab"], *(fetch() for _ in "ab"))
            await asyncio.wait_for(fetch(), 1)
            await asyncio.shield(fetch())
            for each in asyncio.as_completed([fetch(), fetch()]):
                await each
            for each in [fetch(), fetch()]:
                await each
            async with asyncio.TaskGroup() as group:
                group.create_task(fetch())
            asyncio.run_coroutine_threadsafe(fetch(), loop)
            submit(fetch())
            submit(job=fetch())
            later = lambda: fetch()
            first = fetch() if later else fetch(2)
            await first
            await (fetch(1) if later else fetch(2))
            if (walrus := fetch()):
                await walrus
            async for page in pages():
                print(page)
            pages()
            return [fetch(), fetch()]

        def sync():
            asyncio.run(fetch())
            return asyncio.run(asyncio.wait_for(fetch(), 1))
        """)


def test_functions_that_may_not_return_coroutines() -> None:
    """Decorators that make something else of an `async def`, overrides that are sync, and unknown receivers are let pass."""
    check("""
        import asyncio
        import functools

        def blocking(function):
            @functools.wraps(function)
            def run(*args):
                return asyncio.run(function(*args))
            return run

        def retried(function):
            @functools.wraps(function)
            async def run(*args):
                return await function(*args)
            return run

        @blocking
        async def main(): ...

        @retried
        async def fetch(): ...

        class Base:
            async def close(self): ...

        class Sync(Base):
            def close(self): ...

        def stop(base: Base, thing):
            main()
            base.close()
            thing.close()
            fetch()  # !never-awaited
        """)


def test_tasks_that_nothing_keeps() -> None:
    """A task whose only reference is dropped, or a variable that nothing reads, may be collected before it is done."""
    found = check("""
        import asyncio

        async def work(): ...

        class Server:
            def start(self):
                self.task = asyncio.create_task(work())

        async def main(tasks: set):
            asyncio.create_task(work())  # !never-awaited
            asyncio.ensure_future(work())  # !never-awaited
            asyncio.get_running_loop().create_task(work())  # !never-awaited
            dropped = asyncio.create_task(work())  # !never-awaited
            kept = asyncio.create_task(work())
            tasks.add(kept)
            tasks.add(asyncio.create_task(work()))
            awaited = asyncio.create_task(work())
            await awaited
            await asyncio.create_task(work())
            asyncio.create_task(work()).add_done_callback(print)
            async with asyncio.TaskGroup() as group:
                group.create_task(work())
            return asyncio.create_task(work())
        """)
    assert all("garbage-collected" in one.message for one in found)


def test_installed_coroutine_functions() -> None:
    """An installed `async def` counts where its source shows that no decorator makes anything else of it."""
    package = """
        def blocking(function): return function

        async def fetch(): ...

        @blocking
        async def run(): ...

        class Client:
            async def close(self): ...

            @staticmethod
            async def ping(): ...
        """
    check(
        """
        import lib

        async def main(client: lib.Client):
            lib.fetch()  # !never-awaited
            client.close()  # !never-awaited
            client.ping()  # !never-awaited
            lib.run()
        """,
        {"lib/__init__.py": package},
    )


def test_positions_in_unusual_files() -> None:
    """A byte order mark, carriage returns and characters of several bytes do not move a mistake."""
    first, second = check({
        "marked.py": "\ufeffasync def fetch(): ...\r\n\r\nasync def main():\r\n    'é'; fetch()  # !never-awaited\r\n".encode(),
        "latin.py": "# coding: latin-1\nasync def f(): ...\nasync def main():\n    'é', f()  # !never-awaited\n".encode("latin-1"),
    })  # fmt: skip
    assert (first.line, first.column) == (4, 10)
    assert (second.line, second.column) == (4, 10)


def test_files_that_are_no_python() -> None:
    """A file that cannot be parsed does not keep the others from being searched."""
    check({
        "broken.py": "async def f(: ...\n    f()\n",
        "app.py": "async def f(): ...\nasync def main():\n    f()  # !never-awaited\n",
    })  # fmt: skip
