"""Locks of threads that the settings name, where tasks need none."""

from pathlib import Path
from textwrap import dedent

from tests.twin.making import text_of, twin_of

SETTINGS = """
    [[tool.aioport.twin.leaf]]
    sync = "time.sleep"
    async = "asyncio.sleep"
    call = true

    [[tool.aioport.twin.leaf]]
    sync = "threading.Lock"
    async = "asyncio.Lock"
    awaits = ["acquire"]
    context_manager = true

    [[tool.aioport.twin.leaf]]
    sync = "threading.RLock"
    async = "asyncio.Lock"
    awaits = ["acquire"]
    context_manager = true
    """


def made(tmp_path: Path, text: str) -> str:
    return text_of(twin_of(tmp_path, SETTINGS, {"quiver/_sync/module.py": text}), "module.py")


def test_lock_that_nobody_holds_while_waiting_stays(tmp_path: Path) -> None:
    """Between two awaits no other task runs: what only computes under its lock stays sync, with its lock."""
    text = made(
        tmp_path,
        """
        import threading
        import time


        class Counter:
            def __init__(self):
                self._lock = threading.Lock()
                self.count = 0

            def add(self):
                with self._lock:
                    self.count += 1

            def try_add(self):
                if self._lock.acquire(timeout=5):
                    try:
                        self.count += 1
                    finally:
                        self._lock.release()

            def later(self):
                time.sleep(1)
                self.add()
        """,
    )
    assert text == dedent(
        """
        import asyncio
        import threading


        class Counter:
            def __init__(self):
                self._lock = threading.Lock()
                self.count = 0

            def add(self):
                with self._lock:
                    self.count += 1

            def try_add(self):
                if self._lock.acquire(timeout=5):
                    try:
                        self.count += 1
                    finally:
                        self._lock.release()

            async def later(self):
                await asyncio.sleep(1)
                self.add()
        """
    ).lstrip("\n")


POOL = """
import threading
import time


class Pool:
    def __init__(self):
        self._lock = threading.RLock()
        self.reset()

    def reset(self):
        with self._lock:  # all of it
            # gone
            self.items = []
            self.names = {
                1: 2,
            }

    def size(self):
        with self._lock:
            return len(self.names)

    def first(self):
        with self._lock:
            return self.items[0]

    def close(self):
        with self._lock:
            for item in self.items:
                time.sleep(item)
            self.items = []
"""


def test_what_disturbs_nothing_goes_without_the_lock(tmp_path: Path) -> None:
    """Where the lock is held while waiting, it is asyncio's; what touches nothing of what is done there stays sync.

    A constructor can await nothing, so what it calls takes no lock, and says so.
    """
    result = twin_of(tmp_path, SETTINGS, {"quiver/_sync/module.py": POOL})
    assert text_of(result, "module.py") == dedent(
        """
        import asyncio


        class Pool:
            def __init__(self):
                self._lock = asyncio.Lock()
                self.reset()

            def reset(self):
                # all of it
                # gone
                self.items = []
                self.names = {
                    1: 2,
                }

            def size(self):
                return len(self.names)

            async def first(self):
                async with self._lock:
                    return self.items[0]

            async def close(self):
                async with self._lock:
                    for item in self.items:
                        await asyncio.sleep(item)
                    self.items = []
        """
    ).lstrip("\n")
    assert result.reasons == (
        "quiver._sync.module.Pool.reset: takes self._lock no more, since it is called where nothing can be awaited",
    )


def test_lock_that_a_constructor_takes_by_hand(tmp_path: Path) -> None:
    """The statements that take a lock and give it back go as well; what comes after `release` is no method of ours."""
    text = made(
        tmp_path,
        """
        import threading
        import time


        class Lock:
            def release(self):
                time.sleep(1)


        class Pool:
            def __init__(self, busy):
                self.busy = busy
                self._lock = threading.RLock()
                self.reset()

            def reset(self):
                try:
                    if self.busy:
                        self._lock.acquire()
                        self.locked = True
                    self.items = []
                finally:
                    if self.locked:
                        self._lock.release()

            def work(self):
                self._lock.acquire()
                try:
                    time.sleep(1)
                    self.items.clear()
                finally:
                    self._lock.release()
        """,
    )
    assert text == dedent(
        """
        import asyncio


        class Lock:
            async def release(self):
                await asyncio.sleep(1)


        class Pool:
            def __init__(self, busy):
                self.busy = busy
                self._lock = asyncio.Lock()
                self.reset()

            def reset(self):
                try:
                    if self.busy:
                        self.locked = True
                    self.items = []
                finally:
                    if self.locked:
                        pass

            async def work(self):
                await self._lock.acquire()
                try:
                    await asyncio.sleep(1)
                    self.items.clear()
                finally:
                    self._lock.release()
        """
    ).lstrip("\n")


def test_lock_taken_again_is_told(tmp_path: Path) -> None:
    """A lock of asyncio's cannot be taken twice by the same task; where one might be, a person has to look."""
    result = twin_of(
        tmp_path,
        SETTINGS,
        {
            "quiver/_sync/module.py": """
            import threading
            import time


            class Pool:
                def __init__(self):
                    self._lock = threading.RLock()

                def close(self):
                    with self._lock:
                        self.drop(1)

                def drop(self, item):
                    with self._lock:
                        time.sleep(item)
            """
        },
    )
    told = "takes self._lock, which quiver._sync.module.Pool.close may hold when it calls this"
    assert result.reasons == (f"quiver._sync.module.Pool.drop: {told}",)
