"""Functions that something calls synchronously: they stay, each with who calls it."""

from pathlib import Path

from tests.planning.deciding import decide

LIBRARY = """
    import functools
    import logging
    import threading
    import time


    def pause(seconds=0):
        time.sleep(seconds)
        return seconds


    class Slow(logging.Handler):
        def emit(self, record):
            wait_1()


    class Worker(threading.Thread):
        def run(self):
            wait_2()

        def pace(self):
            time.sleep(1)


    class Box:
        def __init__(self):
            wait_3()

        def __getitem__(self, key):
            return wait_4()

        @property
        def size(self):
            return wait_5()

        @size.setter
        def size(self, value):
            wait_6()

        @staticmethod
        def build():
            time.sleep(1)

        @classmethod
        def make(cls):
            time.sleep(2)

        def __call__(self):
            time.sleep(3)


    @functools.lru_cache
    def cached(x):
        time.sleep(x)
        return x


    def twice(function):
        return function


    @twice
    def decorated():
        time.sleep(1)


    def key(x):
        time.sleep(x)
        return x


    def order(xs):
        return sorted(xs, key=key)


    TABLE = {"stored": lambda: 1}


    def stored():
        time.sleep(1)


    TABLE["stored"] = stored


    def factory():
        return returned


    def returned():
        time.sleep(2)


    def sends():
        got = yield
        time.sleep(got)


    def returns():
        yield
        time.sleep(1)
        return 2


    def wait_1(): time.sleep(1)
    def wait_2(): time.sleep(1)
    def wait_3(): time.sleep(1)
    def wait_4(): time.sleep(1)
    def wait_5(): time.sleep(1)
    def wait_6(): time.sleep(1)


    def everything(box: Box, worker: Worker):
        pause(1)
        Box.build()
        Box.make()
        box()
        worker.pace()
    """


def test_every_pin_says_who_calls_the_function(tmp_path: Path) -> None:
    """Special methods, properties, overrides of other people's methods, decorators, functions passed by name."""
    decided = decide(tmp_path, {"library.py": LIBRARY})
    kept = {
        name.removeprefix("library."): reason.removeprefix("kept: ")
        for name, reason in decided.reasons.items()
        if reason.startswith("kept: ")
    }
    held = {name: reason for name, reason in kept.items() if name.startswith("wait_")}
    assert {name: reason for name, reason in kept.items() if name not in held} == {
        "Slow.emit": "logging.Handler calls emit itself",
        "Worker.run": "threading.Thread calls run itself",
        "Box.__init__": (
            "Python itself calls __init__, and cannot await it: nothing in the project makes an object of its class"
        ),
        "Box.__getitem__": (
            "Python itself calls __getitem__, and cannot await it: nothing in the project uses it"
        ),
        "Box.size": ("a property is read without a call: it has a setter or a deleter, which cannot await"),
        "key": "library.py:73 hands it to builtins.sorted, which calls it synchronously",
        "stored": "library.py:83 passes it on by name, and nothing is seen to call it",
        "returned": "library.py:87 passes it on by name, and nothing is seen to call it",
        "sends": "line 95: what is sent into a generator does not reach an async one",
        "returns": "line 102: an async generator cannot return a value",
    }
    assert held == {
        "wait_1": "library.Slow.emit calls it and stays sync: logging.Handler calls emit itself",
        "wait_2": "library.Worker.run calls it and stays sync: threading.Thread calls run itself",
        "wait_3": "library.Box.__init__ calls it and stays sync: Python itself calls __init__, and cannot await it: "
        "nothing in the project makes an object of its class",
        "wait_4": "library.Box.__getitem__ calls it and stays sync: Python itself calls __getitem__, and cannot await it: "
        "nothing in the project uses it",
        "wait_5": "library.Box.size calls it and stays sync: a property is read without a call: "
        "it has a setter or a deleter, which cannot await",
        "wait_6": "library.Box.size calls it and stays sync: a property is read without a call: "
        "it has a setter or a deleter, which cannot await",
    }


def test_what_only_looks_like_a_pin_turns(tmp_path: Path) -> None:
    """Static and class methods, `__call__` and own methods of a class with a foreign base are no pins."""
    decided = decide(tmp_path, {"library.py": LIBRARY})
    assert {name.removeprefix("library.") for name, color in decided.colors.items() if color == "async"} == {
        "pause",
        "Box.build",
        "Box.make",
        "Box.__call__",
        "Worker.pace",
        "everything",
        "decorated",
        "cached",
    }


def test_an_async_caller_runs_what_is_pinned_as_a_unit(tmp_path: Path) -> None:
    """A property, an item, a constructor and a cached function that wait are moved to a thread, their bodies untouched."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import operator
                import time

                import cachetools


                class Box:
                    def __init__(self, n):
                        wait(n)

                    @property
                    def size(self):
                        return wait(2)


                KINDS, SIZE = [Box], operator.attrgetter("size")


                def wait(n):
                    time.sleep(n)
                    return n


                @cachetools.cached({})
                def cached(x):
                    time.sleep(x)
                    return x


                def use(n):
                    time.sleep(0.5)
                    box = Box(n)
                    time.sleep(0.5)
                    total = box.size + 1
                    time.sleep(0.5)
                    return total + cached(n)
                """
        },
    )
    assert (
        decided.files["library.py"].partition("async def use")[2]
        == """(n):
    await asyncio.sleep(0.5)
    box = await offload(Box, n)
    await asyncio.sleep(0.5)
    total = await offload(lambda: box.size) + 1
    await asyncio.sleep(0.5)
    return total + await offload(cached, n)
"""
    )
    assert decided.colors == {
        "library.Box.__init__": "unit",
        "library.Box.size": "unit",
        "library.wait": "sync",
        "library.cached": "unit",
        "library.use": "async",
    }


UNTYPED = """
    import socket
    import time
    from concurrent.futures import ThreadPoolExecutor


    class Config:
        def lookup(self, host):
            return socket.gethostbyname(host)

        def wait(self):
            time.sleep(1)


    class Plain:
        def pause(self):
            time.sleep(1)


    def lookup_config(host, config):
        return config.lookup(host)


    def start(pool: ThreadPoolExecutor, config):
        return pool.submit(config.lookup, "localhost")


    def read(config):
        print(config.pause)
    """


def test_what_is_handed_to_a_thread_by_name_alone_stays_sync(tmp_path: Path) -> None:
    """Nothing is known of the object, and only one class of the project has such a method."""
    decided = decide(tmp_path, {"program.py": UNTYPED}, entry=("api",))
    assert decided.colors["program.Config.lookup"] != "async"
    assert (
        "program.py:24 may hand it to a thread, as `config.lookup`"
        in decided.reasons["program.Config.lookup"]
    )
    assert decided.colors["program.Config.wait"] == "async"
    assert decided.colors["program.Plain.pause"] == "async"


def test_an_unknown_call_in_a_thread_keeps_its_candidates_when_converted_again(tmp_path: Path) -> None:
    """`offload(config.lookup, host)` may be the same method as `config.lookup(host)`."""
    text = UNTYPED.replace("pool.submit(config.lookup, ", "config.lookup(").replace(
        "pool: ThreadPoolExecutor, ", ""
    )
    text += "\n\n    class Names:\n        def lookup(self, host):\n            return host\n"
    first = decide(tmp_path, {"program.py": text}, entry=("api",))
    assert "await offload(config.lookup, host)" in first.files["program.py"]
    assert first.conversion.problems == ()
    second = decide(tmp_path, first.files, entry=("api",))
    assert second.files == {}


CHILD = """
    import time

    import ptyhandling


    class Child:
        def __init__(self, command):
            self.pty = None
            self.pty = self._spawn(command)

        def _spawn(self, command):
            return ptyhandling.Process.spawn(command)

        def send_end(self):
            time.sleep(1)
            count, byte = self.pty.send_end()
            return count

        def pause(self):
            time.sleep(1)


    def stop(command, other):
        with ptyhandling.open(command) as handle:
            handle.pause()
        other.pause()
    """


def test_what_something_installed_has_made_is_not_the_projects_own(tmp_path: Path) -> None:
    """A method of the same name may be meant of an object of unknown class, not of one that came out of a package."""
    decided = decide(tmp_path, {"program.py": CHILD})
    assert decided.colors["program.Child.send_end"] == "sync"
    assert (
        "program.py:16 may call it or something that stays sync" in decided.reasons["program.Child.send_end"]
    )
    assert "program.py:25 may call it or something" in decided.reasons["program.Child.pause"]
    sure = CHILD.replace("ptyhandling.open(command) as handle", "open(command)").replace(
        "handle.pause()", "pass"
    )
    decided = decide(tmp_path, {"program.py": sure})
    assert decided.colors["program.Child.pause"] == decided.colors["program.stop"] == "async"


RETURNED = """
    import asyncio
    import time


    class Client:
        async def _get(self):
            return 1

        def get(self):
            time.sleep(1)
            return self._get()

        def count(self):
            time.sleep(1)
            return 1


    async def use(client: Client):
        print(await client.get(), client.count())
    """


def test_what_returns_something_that_is_awaited_stays_sync(tmp_path: Path) -> None:
    """The `await` that stands there already would be the one of the function, and nobody would await what it returns."""
    decided = decide(tmp_path, {"program.py": RETURNED})
    assert decided.reasons["program.Client.get"].endswith("program.py:19 awaits what it returns")
    assert "await client.get(), await client.count()" in decided.files["program.py"]


def test_what_a_program_in_a_string_calls_stays(tmp_path: Path) -> None:
    """`python -c` runs it as it is: functions that it names stay sync, and special methods of what it names."""
    decided = decide(
        tmp_path,
        {
            "shop/__init__.py": "from shop.load import Loader, load, store\n",
            "shop/load.py": """
                import time


                class Loader:
                    def __call__(self, key):
                        time.sleep(1)
                        return key


                def load(key):
                    time.sleep(1)
                    return key


                def store(key):
                    time.sleep(1)
                """,
            "check.py": '''
                import subprocess
                import sys

                SCRIPT = """
                import shop
                print(shop.load(1), shop.Loader()(2))
                """
                OTHER = "no program, though it says import shop and store"

                subprocess.run([sys.executable, "-c", SCRIPT], check=True)
                ''',
        },
        entry=("api",),
    )
    colors = {name.rpartition("load.")[2]: color for name, color in decided.colors.items()}
    assert colors == {"Loader.__call__": "sync", "load": "sync", "store": "async"}
    assert decided.reasons["shop.load.load"] == "kept: check.py:4: a program in a string may call it"


STAND_INS = """
    import io
    import json
    import sys
    import time
    import typing


    class Dumped:
        def write(self, text):
            time.sleep(1)

        def close(self):
            time.sleep(2)


    class Wrapped:
        def read(self, n=-1):
            time.sleep(1)
            return b""


    class Printed:
        def write(self, text):
            time.sleep(1)


    class Output:
        def write(self, text):
            time.sleep(1)


    class Own:
        def write(self, text):
            time.sleep(1)


    def fill(target):
        target.write("x")


    def main():
        json.dump({}, Dumped())
        reader = typing.cast(typing.BinaryIO, Wrapped())
        print(io.TextIOWrapper(reader).readline(), file=Printed())
        sys.stdout = Output()
        kept = [Own()]
        kept[0].write("y")


    if __name__ == "__main__":
        main()
    """


def test_what_stands_in_for_a_file_stays_sync(tmp_path: Path) -> None:
    """What reads or writes there calls the methods itself; an object that only the project uses may wait."""
    decided = decide(tmp_path, {"program.py": STAND_INS})
    reasons = decided.reasons
    assert "program.py:42 hands it to json.dump" in reasons["program.Dumped.write"]
    assert "program.py:42 hands it to json.dump" in reasons["program.Dumped.close"]
    assert "program.py:44 hands it to io.TextIOWrapper" in reasons["program.Wrapped.read"]
    assert "program.py:44 calls it" in reasons["program.Printed.write"]
    assert "program.py:45 keeps it on something outside" in reasons["program.Output.write"]
    assert decided.colors["program.Own.write"] == decided.colors["program.main"] == "async"


def test_what_a_thread_writes_to_is_no_other_when_converted_again(tmp_path: Path) -> None:
    """`offload(json.dump, data, writer)` hands it to the same."""
    text = (
        STAND_INS.partition("    def main")[0]
        + "\n    def main():\n        json.dump({}, Dumped())\n        time.sleep(1)\n"
    )
    first = decide(tmp_path, {"program.py": text}, entry=("api",))
    assert "await offload(json.dump, {}, Dumped())" in first.files["program.py"]
    assert first.conversion.problems == ()
    assert decide(tmp_path, first.files, entry=("api",)).files == {}


def test_a_base_from_one_of_two_modules_is_known_where_one_of_them_is(tmp_path: Path) -> None:
    """What `try` imports is there: that the module of its `except` is not installed says nothing of the base."""
    found = decide(
        tmp_path,
        {
            "store.py": """
                import time

                try:
                    from collections import UserDict as Base
                except ImportError:
                    from UserDict import DictMixin as Base

                try:
                    from nowhere_one import One as Strange
                except ImportError:
                    from nowhere_two import Two as Strange


                class Store(Base):
                    def flush(self):
                        time.sleep(1)


                class Other(Strange):
                    def flush(self):
                        time.sleep(1)
            """
        },
        entry=("api",),
    )
    assert found.colors["store.Store.flush"] == "async", found.reasons
    assert "Strange is not installed here, and may call flush itself" in found.reasons["store.Other.flush"]
