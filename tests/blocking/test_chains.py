"""Chains from a project's calls down to the primitives that wait."""

from tests.scanning import scanned


def test_a_direct_call_is_found_with_the_function_it_stands_in() -> None:
    """A call of a primitive is a finding whose chain is the function and the primitive."""
    found = scanned(
        """
        import time

        def pause():
            time.sleep(1)
        """
    )
    assert found.findings == ["app.py:4 time.sleep"]
    assert found.chain() == ["app.pause", "time.sleep"]
    finding = found.finding()
    assert (finding.function, finding.category, finding.column) == ("app.pause", "sleep", 4)
    assert [(link.path, link.line) for link in finding.chain] == [("app.py", 3), ("app.py", 4)]


def test_a_chain_from_the_loop_begins_at_the_nearest_coroutine_function() -> None:
    """Through any number of plain functions, the chain runs from the `async def` down to the primitive."""
    found = scanned(
        """
        import time

        def deep():
            time.sleep(1)

        def middle():
            deep()

        async def main():
            middle()
        """
    )
    assert found.findings == ["app.py:4 time.sleep on the loop"]
    assert found.chain() == ["app.main", "app.middle", "app.deep", "time.sleep"]
    assert [link.line for link in found.finding().chain] == [9, 10, 7, 4]


def test_what_only_sync_code_reaches_is_not_on_the_loop() -> None:
    """A call is on the loop only if some `async def` reaches it."""
    found = scanned(
        """
        import time

        def pause():
            time.sleep(1)

        async def main():
            pass

        if __name__ == "__main__":
            pause()
        """
    )
    assert found.findings == ["app.py:4 time.sleep"]


def test_a_chain_goes_through_an_installed_package_that_the_catalog_does_not_name() -> None:
    """An installed package's own source is followed to the primitive, file by file."""
    found = scanned(
        """
        import parcel

        async def main():
            parcel.track("1")
        """,
        packages={
            "parcel/__init__.py": "from parcel.client import track\n",
            "parcel/client.py": """
                import socket

                class Transport:
                    def send(self, data):
                        raise NotImplementedError

                class TcpTransport(Transport):
                    def send(self, data):
                        socket.create_connection(("localhost", 1)).sendall(data)

                def make() -> Transport:
                    return TcpTransport()

                def track(number):
                    return make().send(number)
                """,
        },
    )
    assert [one.split()[0] for one in found.findings] == ["app.py:4"]
    assert found.chain()[:3] == ["app.main", "parcel.client.track", "parcel.client.TcpTransport.send"]
    assert found.chain()[-1].startswith("socket.")
    assert found.finding().chain[2].path.endswith("site-packages/parcel/client.py")
    assert not found.finding().sure


def test_stubs_do_not_hide_what_an_installed_package_does() -> None:
    """Where stubs are installed beside a package, its source is read all the same, and it reaches a primitive."""
    found = scanned(
        """
        import parcel

        def track(number):
            return parcel.Post().track(number)
        """,
        packages={
            "parcel/__init__.py": """
                import socket

                class Post:
                    def track(self, number):
                        return socket.create_connection(("localhost", number))
                """,
            "parcel-stubs/__init__.pyi": """
                class Post:
                    def track(self, number: int) -> object: ...
                """,
        },
    )
    assert found.findings == ["app.py:4 socket.create_connection"]
    assert found.chain() == ["app.track", "parcel.Post.track", "socket.create_connection"]
    assert found.finding().chain[2].path.endswith("site-packages/parcel/__init__.py")


def test_a_library_of_the_catalog_is_a_primitive_itself() -> None:
    """What the catalog says of requests ends a chain, installed or not."""
    source = """
        import requests

        def fetch(url):
            session = requests.Session()
            return session.get(url), requests.get(url)
        """
    expected = ["app.py:5 requests.Session.get", "app.py:5 requests.get"]
    assert scanned(source).findings == expected
    assert scanned(source, packages={"unrelated.py": ""}).findings == expected


def test_overrides_are_followed_where_the_receiver_may_be_a_subclass() -> None:
    """A call on a base class may run any override, and is then not sure."""
    found = scanned(
        """
        import time

        class Job:
            def run(self):
                pass

        class Slow(Job):
            def run(self):
                time.sleep(1)

        async def main(job: Job):
            job.run()
        """
    )
    assert found.findings == ["app.py:9 time.sleep on the loop unsure"]
    assert found.chain() == ["app.main", "app.Slow.run", "time.sleep"]


def test_super_reaches_the_base_and_no_override() -> None:
    """`super().run()` means the method of a base class, whatever subclasses there are."""
    found = scanned(
        """
        import time

        class Base:
            def run(self):
                pass

        class Middle(Base):
            async def go(self):
                super().run()

        class Other(Base):
            def run(self):
                time.sleep(1)
        """
    )
    assert found.findings == ["app.py:13 time.sleep"]


def test_implicit_calls_are_followed() -> None:
    """Constructors, properties, `with` at both ends, `for` and operators run functions without a call expression."""
    found = scanned(
        """
        import time

        class Thing:
            def __init__(self):
                time.sleep(1)

            @property
            def size(self):
                time.sleep(2)
                return 1

            def __enter__(self):
                time.sleep(3)
                return self

            def __exit__(self, *details):
                time.sleep(4)

            def __iter__(self):
                return self

            def __next__(self):
                time.sleep(5)
                return 1

            def __add__(self, other):
                time.sleep(6)
                return self

            def __getitem__(self, key):
                time.sleep(7)
                return key

            def __str__(self):
                time.sleep(8)
                return ""

        async def main():
            thing = Thing()
            thing.size
            with thing:
                pass
            for one in thing:
                pass
            thing + 1
            thing[0]
            str(thing)
        """
    )
    lines = [5, 9, 13, 17, 23, 27, 31, 35]
    assert found.findings == [f"app.py:{line} time.sleep on the loop" for line in lines]


def test_a_callback_by_name_runs_where_it_is_handed_over() -> None:
    """`map(time.sleep, xs)` waits, and so does a function handed to the project's own code, which may call others too."""
    found = scanned(
        """
        import time

        def apply(function):
            function()

        def slow():
            time.sleep(1)

        async def main(xs):
            list(map(time.sleep, xs))
            apply(slow)
        """
    )
    assert found.findings == [
        "app.py:7 time.sleep on the loop unsure",
        "app.py:10 time.sleep on the loop unsure",
    ]


def test_what_threads_and_executors_are_given_is_not_reported() -> None:
    """Functions and lambdas that only other threads run block nobody's loop, nor does what they call."""
    found = scanned(
        """
        import asyncio
        import functools
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        def inner():
            time.sleep(1)

        def work(*rest):
            inner()

        async def main():
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, work)
            await loop.run_in_executor(None, lambda: time.sleep(1))
            await loop.run_in_executor(None, functools.partial(work, 1))
            await asyncio.to_thread(work)
            await asyncio.to_thread(time.sleep, 1)
            threading.Thread(target=work).start()
            threading.Thread(target=lambda: work()).start()
            with_pool(ThreadPoolExecutor())

        def with_pool(executor: ThreadPoolExecutor):
            executor.submit(work)
        """
    )
    assert [one for one in found.findings if "sleep" in one] == []


def test_what_a_thread_runs_of_a_class_of_its_own_is_not_reported() -> None:
    """An override of `Thread.run` or `Process.run` runs elsewhere, and with it what only that calls."""
    found = scanned(
        """
        import multiprocessing
        import threading
        import time

        class Pausing:
            def run(self):
                time.sleep(2)

        class Worker(threading.Thread):
            def run(self):
                self.pause()

            def pause(self):
                time.sleep(1)

        class Mixed(Pausing, multiprocessing.Process):
            pass

        class Later(Worker):
            def run(self):
                super().run()

        async def main():
            Worker().start()
            Mixed().start()
            Later().start()
        """
    )
    assert [one for one in found.findings if "sleep" in one] == []


def test_what_a_decorator_of_the_projects_hands_to_a_thread_is_not_reported() -> None:
    """A call of it starts a thread; what a decorator hands over and calls as well is reported."""
    found = scanned(
        """
        import _thread
        import functools
        import threading
        import time

        def threaded(function):
            @functools.wraps(function)
            def start(*args):
                _thread.start_new_thread(function, args)
            return start

        def twice(function):
            def start(*args):
                threading.Thread(target=function).start()
                function(*args)
            return start

        @threaded
        def purge():
            time.sleep(1)
            also()

        def also():
            time.sleep(2)

        @twice
        def both():
            time.sleep(3)

        async def main():
            purge()
            both()
        """
    )
    assert [one for one in found.findings if "sleep" in one] == ["app.py:28 time.sleep on the loop unsure"]


def test_a_run_that_is_also_called_is_reported() -> None:
    """So does an override of `Thread.run` that the project calls itself: it runs where the call stands."""
    found = scanned(
        """
        import threading
        import time

        class Worker(threading.Thread):
            def run(self):
                time.sleep(1)

        async def main():
            Worker().run()
        """
    )
    assert found.findings == ["app.py:6 time.sleep on the loop"]


def test_a_function_that_is_also_called_is_reported() -> None:
    """Handing a function to a thread does not excuse a call of it."""
    found = scanned(
        """
        import asyncio
        import time

        def work():
            time.sleep(1)

        async def main():
            await asyncio.to_thread(work)
            work()
        """
    )
    assert found.findings == ["app.py:5 time.sleep on the loop"]


def test_the_vendored_helpers_take_work_off_the_loop() -> None:
    """`offload` of the vendored file is known wherever that file lies."""
    helpers = '''"""Helpers for asyncio code."""
        # aioport runtime 0.1.0
        __all__ = ["offload", "offload_in"]

        async def offload(function, /, *args, **kwargs):
            return function(*args, **kwargs)

        async def offload_in(pool, function, /, *args, **kwargs):
            return function(*args, **kwargs)
        '''
    found = scanned(
        {
            "shop/__init__.py": "",
            "shop/_aio.py": helpers,
            "shop/app.py": """
                import time
                from shop._aio import offload, offload_in

                def work():
                    time.sleep(1)

                async def main():
                    await offload(work)
                    await offload(lambda: time.sleep(1))
                    await offload_in("pool", time.sleep, 1)
                """,
        }
    )
    assert found.findings == []


def test_awaited_calls_of_coroutine_functions_do_not_wait() -> None:
    """Native async code is not reported, neither the project's nor an installed library's."""
    found = scanned(
        """
        import asyncio
        import aiohttp

        async def fetch(url):
            async with aiohttp.ClientSession() as session:
                async with session.get(url) as response:
                    return await response.json()

        async def main():
            await asyncio.sleep(1)
            await fetch("http://localhost")
            async with asyncio.Lock():
                pass
        """
    )
    assert found.findings == []


def test_what_returns_at_once_is_not_reported() -> None:
    """A lock that is only tried, and files in memory, do not wait."""
    found = scanned(
        """
        import io
        import threading

        lock = threading.Lock()

        async def main(either: io.StringIO | io.BytesIO):
            either.close()
            lock.acquire(blocking=False)
            lock.acquire(
                False,
            )
            memory = io.StringIO()
            memory.write("x")
            memory.read()
            for line in memory:
                print(line, file=memory)
            with io.BytesIO(b"x") as data:
                data.read()
        """
    )
    assert found.findings == []


def test_nested_functions_class_bodies_and_modules_have_chains_too() -> None:
    """Code counts where it runs: in the inner function, when the class is made, when the module is imported."""
    found = scanned(
        """
        import time

        time.sleep(1)

        class Config:
            time.sleep(2)

        def outer():
            def inner():
                time.sleep(3)
            inner()
        """
    )
    assert [found.chain(index)[0] for index in range(3)] == ["app", "app.Config", "app.outer.inner"]


def test_a_decorator_s_wrapper_runs_in_the_place_of_the_function() -> None:
    """What a decorator's inner function waits for is on the loop when the decorated function is called there."""
    found = scanned(
        """
        import functools
        import time

        def slowly(function):
            @functools.wraps(function)
            def wrapper(*args):
                time.sleep(1)
                return function(*args)
            return wrapper

        @slowly
        def add(a, b):
            return a + b

        async def main():
            add(1, 2)
        """
    )
    assert found.findings == ["app.py:7 time.sleep on the loop"]


def test_a_generator_waits_where_it_is_made() -> None:
    """A generator's body is taken to run in the function that calls it."""
    found = scanned(
        """
        import time

        def slowly(items):
            for item in items:
                time.sleep(1)
                yield item

        async def main():
            for item in slowly([1]):
                print(item)
        """
    )
    assert [one for one in found.findings if "sleep" in one] == ["app.py:5 time.sleep on the loop"]


def test_a_receiver_that_may_be_something_else_is_not_sure() -> None:
    """Where a value may be of a type that is not known, the finding is there and says that it is not sure."""
    found = scanned(
        """
        import sqlite3
        from typing import Any

        def known(connection: sqlite3.Connection):
            connection.execute("")

        def open_ended(connection: sqlite3.Connection | Any):
            connection.execute("")

        def optional(connection: sqlite3.Connection | None):
            connection.execute("")
        """
    )
    assert found.findings == [
        "app.py:5 sqlite3.Connection.execute",
        "app.py:8 sqlite3.Connection.execute unsure",
        "app.py:11 sqlite3.Connection.execute",
    ]


def test_a_file_in_memory_does_not_wait() -> None:
    """Of what reads or writes a file that it is given, only a call with a real file, or one that may be, is found."""
    found = scanned(
        """
        import io
        import pickle

        async def main(path, unknown):
            pickle.load(io.BytesIO(b""))
            memory = io.BytesIO()
            pickle.dump(1, memory)
            pickle.load(path.open("rb"))
            with open(path, "wb") as file:
                pickle.dump(1, file)
            pickle.load(unknown)
        """
    )
    lines = [one.line for one in found.scan.facts.findings if "pickle" in one.chain[-1].name]
    assert lines == [8, 10, 11]


def test_a_class_of_files_in_memory_does_not_wait() -> None:
    """What a class of the project inherits from a stub's class is what the catalog says of that one."""
    found = scanned(
        """
        import io

        class Log(io.StringIO):
            def write(self, text):
                return super().write(text.upper())

        class Raw(io.FileIO):
            pass

        def main(path):
            log = Log()
            log.writelines(["x"])
            log.write(log.read())
            Raw(path).readlines()
        """
    )
    assert {one.line for one in found.scan.facts.findings} == {14}


def test_what_prints_does_not_wait() -> None:
    """As of `print`, that is said of the standard streams by their names only, and not of reading."""
    found = scanned(
        """
        import sys
        from typing import TextIO

        async def main(log: TextIO):
            sys.stdout.write("ready")
            sys.stdout.flush()
            sys.stderr.buffer.write(b"ready")
            log.write(sys.stdin.readline())
        """
    )
    lines = {(one.line, one.chain[-1].name.rpartition(".")[2]) for one in found.scan.facts.findings}
    assert lines == {(8, "readline"), (8, "write")}


def test_a_wait_of_microseconds_hides_no_longer_one() -> None:
    """A function that does something quick and something slow is found, with the slow one."""
    found = scanned(
        """
        import parcel

        def main(connection):
            parcel.count(connection)
        """,
        packages={
            "parcel.py": """
                import sqlite3
                import time

                def count(connection: sqlite3.Connection):
                    connection.cursor()
                    time.sleep(1)
                """,
        },
    )
    assert found.findings == ["app.py:4 time.sleep"]
    assert found.finding().cost == "unbounded"


def test_what_is_only_reported_hides_nothing_that_can_be_moved() -> None:
    """A function that reads a file and asks for the processor, which no conversion moves, is found with the file."""
    found = scanned(
        """
        import parcel

        def main():
            parcel.about()
        """,
        packages={
            "parcel.py": """
                import platform

                def about():
                    open("about").read()
                    return platform.uname()[5]
                """,
        },
    )
    assert found.findings == ["app.py:4 builtins.open"]


def test_of_waits_of_one_category_the_longest_is_told() -> None:
    """Between two waits of one category, cost decides, and not which comes first."""
    found = scanned(
        """
        import parcel

        def main(connection):
            parcel.count(connection)
        """,
        packages={
            "parcel.py": """
                import sqlite3

                def count(connection: sqlite3.Connection):
                    connection.cursor()
                    connection.commit()
                """,
        },
    )
    assert found.findings == ["app.py:4 sqlite3.Connection.commit"]


def test_the_cost_of_a_finding_is_that_of_its_chain() -> None:
    """Where a call may run something of the project's as well, the cost is that of what is told."""
    found = scanned(
        """
        import pathlib
        import time

        class Slow:
            def read_text(self) -> str:
                time.sleep(1)
                return ""

        def main(either: Slow | pathlib.Path):
            either.read_text()
        """
    )
    assert [(one.line, one.chain[-1].name, one.cost) for one in found.scan.facts.findings] == [
        (6, "time.sleep", "unbounded"),
        (10, "pathlib.Path.read_text", "milliseconds"),
    ]


def test_a_generator_that_a_lambda_for_a_thread_uses_up_waits_there() -> None:
    """`list(rows())` runs what is in `rows`, in the thread."""
    found = scanned(
        """
        import asyncio
        import time

        def rows():
            time.sleep(1)
            yield 1

        async def main():
            return await asyncio.to_thread(lambda: list(rows()))
        """
    )
    assert not any(one.on_loop for one in found.scan.facts.findings)
