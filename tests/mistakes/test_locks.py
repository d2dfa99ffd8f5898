"""Locks of threads that are held while something is awaited."""

from tests.mistakes.finding import check


def test_lock_held_in_a_with_statement() -> None:
    """A `with` over a lock of threads whose body awaits, iterates or enters something asynchronous is a mistake."""
    first, *_ = check("""
        import asyncio
        import threading
        from threading import Condition, RLock, Semaphore

        LOCK = threading.Lock()

        class Store:
            def __init__(self):
                self._lock = RLock()
                self.changed = Condition()

            async def save(self, rows):
                with self._lock:  # !lock-across-await
                    await asyncio.sleep(1)

            async def read(self, rows):
                with self.changed:  # !lock-across-await
                    async for row in rows:
                        print(row)

        async def enter(session, limit: Semaphore):
            with LOCK:  # !lock-across-await
                async with session:
                    pass
            with limit:  # !lock-across-await
                if session:
                    try:
                        return [row async for row in session]
                    finally:
                        print()
        """)
    assert first.message.startswith("`self._lock` is held while line 14 awaits")
    assert first.function == "app.Store.save"


def test_lock_between_acquire_and_release() -> None:
    """An `await` between `acquire` and the `release` of the same lock is a mistake."""
    check("""
        import asyncio
        import threading

        lock, other = threading.Lock(), threading.Lock()

        async def plain():
            lock.acquire()  # !lock-across-await
            await asyncio.sleep(1)
            lock.release()

        async def guarded():
            lock.acquire()  # !lock-across-await
            try:
                await asyncio.sleep(1)
            finally:
                lock.release()

        async def awaits_later():
            lock.acquire()
            print()
            lock.release()
            await asyncio.sleep(1)

        async def other_one():
            lock.acquire()
            lock.release()
            await asyncio.sleep(1)
            other.release()

        async def handed_on():
            lock.acquire()
            await asyncio.sleep(1)

        async def without_waiting():
            if lock.acquire(blocking=False):
                await asyncio.sleep(1)
                lock.release()
        """)


def test_own_context_manager_that_keeps_a_lock() -> None:
    """A class of the project whose `__enter__` takes a lock and keeps it is like the lock; one that gives it back is not."""
    check("""
        import asyncio
        import threading

        class Held:
            def __init__(self):
                self.lock = threading.Lock()

            def __enter__(self):
                self.lock.acquire()

            def __exit__(self, *reason):
                self.lock.release()

        class Counted:
            def __init__(self):
                self.lock, self.count = threading.Lock(), 0

            def __enter__(self):
                with self.lock:
                    self.count += 1

            def __exit__(self, *reason):
                pass

        async def main():
            with Held():  # !lock-across-await
                await asyncio.sleep(1)
            with Counted():
                await asyncio.sleep(1)
        """)


def test_locks_that_are_not_held_while_anything_waits() -> None:
    """Locks of asyncio, blocks that await nothing, nested functions and generators, and sync functions are right."""
    check("""
        import asyncio
        import threading
        from contextlib import suppress

        lock = threading.Lock()
        gate = asyncio.Lock()

        async def asynchronous():
            async with gate:
                await asyncio.sleep(1)
            await gate.acquire()
            await asyncio.sleep(1)
            gate.release()

        async def short():
            with lock:
                value = 1
            await asyncio.sleep(value)

        async def nested():
            with lock:
                async def later():
                    await asyncio.sleep(1)
                rows = (await one for one in [later()])
            return rows

        async def other():
            with suppress(KeyError), open("file") as file:
                await asyncio.sleep(1)

        def sync():
            with lock:
                asyncio.run(asynchronous())
        """)
