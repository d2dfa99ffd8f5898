"""Locks of threads around what waits: asyncio's own where no thread takes them, and no await inside otherwise."""

from tests.check import check_converts, check_unchanged
from tests.traps.table import trap


@trap(52, "converted", "a Lock that only async code takes becomes asyncio's, with `async with`")
def test_lock_held_across_an_await() -> None:
    """A lock that no thread takes becomes an asyncio lock, also where it is held without waiting."""
    check_converts(
        """
        import threading
        import time


        class Account:
            def __init__(self):
                self.lock = threading.Lock()
                self.balance = 0

            def deposit(self, amount):
                with self.lock:
                    balance = self.balance
                    time.sleep(0.01)
                    self.balance = balance + amount

            def read(self):
                with self.lock:
                    return self.balance


        def main():
            account = Account()
            account.deposit(5)
            print(account.read())


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run


        class Account:
            def __init__(self):
                self.lock = asyncio.Lock()
                self.balance = 0

            async def deposit(self, amount):
                async with self.lock:
                    balance = self.balance
                    await asyncio.sleep(0.01)
                    self.balance = balance + amount

            async def read(self):
                async with self.lock:
                    return self.balance


        async def main():
            account = Account()
            await account.deposit(5)
            print(await account.read())


        if __name__ == "__main__":
            run(main())
        """,
    )


@trap(52, "converted", "`acquire()` and `release()` become asyncio's")
@trap(53, "converted", "a Semaphore that only async code takes becomes asyncio's")
def test_acquire_and_semaphore() -> None:
    """`acquire()` is awaited, and a semaphore keeps its count."""
    check_converts(
        """
        import threading
        import time

        lock = threading.Lock()
        slots = threading.BoundedSemaphore(3)


        def main():
            lock.acquire()
            try:
                time.sleep(0.01)
            finally:
                lock.release()
            with slots:
                time.sleep(0.01)


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run

        lock = asyncio.Lock()
        slots = asyncio.BoundedSemaphore(3)


        async def main():
            await lock.acquire()
            try:
                await asyncio.sleep(0.01)
            finally:
                lock.release()
            async with slots:
                await asyncio.sleep(0.01)


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(52, "converted", "a context manager of the project's own that keeps a lock while its block waits")
def test_lock_kept_by_a_context_manager() -> None:
    """The lock that a generator holds at its `yield` is held by the block under it."""
    check_converts(
        """
        import threading
        import time
        from contextlib import contextmanager

        lock = threading.Lock()


        @contextmanager
        def alone():
            with lock:
                yield


        def main():
            with alone():
                time.sleep(0.01)


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        from contextlib import asynccontextmanager

        from _aio import run

        lock = asyncio.Lock()


        @asynccontextmanager
        async def alone():
            async with lock:
                yield


        async def main():
            async with alone():
                await asyncio.sleep(0.01)


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(52, "thread", "a Lock that a thread takes too: the function that waits under it runs whole in a thread")
def test_lock_that_a_thread_takes() -> None:
    """Where a real thread takes the lock, nothing is awaited under it."""
    check_converts(
        """
        import threading
        import time

        lock = threading.Lock()
        seen = []


        def note(value):
            with lock:
                time.sleep(0.01)
                seen.append(value)


        def main():
            thread = threading.Thread(target=note, args=(1,))
            thread.start()
            time.sleep(0.05)
            note(2)
            print(sorted(seen))


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import threading
        import time

        from _aio import offload, run

        lock = threading.Lock()
        seen = []


        def note(value):
            with lock:
                time.sleep(0.01)
                seen.append(value)


        async def main():
            thread = threading.Thread(target=note, args=(1,))
            thread.start()
            await asyncio.sleep(0.05)
            await offload(note, 2)
            print(sorted(seen))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(52, "refused", "an RLock that is taken again by the same code: asyncio has none")
def test_rlock_taken_twice() -> None:
    """An RLock that is re-entered keeps its functions sync."""
    check_unchanged(
        """
        import threading
        import time


        class Store:
            def __init__(self):
                self.lock = threading.RLock()
                self.items = []

            def add_all(self, items):
                with self.lock:
                    for item in items:
                        self.add(item)

            def add(self, item):
                with self.lock:
                    time.sleep(0.01)
                    self.items.append(item)


        def main():
            Store().add_all([1, 2])


        if __name__ == "__main__":
            main()
        """,
        "add takes it again, which no lock of asyncio's allows",
        mutations=False,
    )


@trap(52, "converted", "an RLock that nothing takes twice becomes asyncio's Lock")
def test_rlock_taken_once() -> None:
    """An RLock that is proven to be taken once at a time is an ordinary lock."""
    check_converts(
        """
        import threading
        import time

        lock = threading.RLock()


        def main():
            with lock:
                time.sleep(0.01)


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run

        lock = asyncio.Lock()


        async def main():
            async with lock:
                await asyncio.sleep(0.01)


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(53, "refused", "a Condition held across a wait, and a Lock that is taken with a time-out")
def test_what_has_no_counterpart() -> None:
    """What asyncio cannot say keeps the function under it sync, with the reason."""
    condition = """
        import threading
        import time

        changed = threading.Condition()


        def main():
            with changed:
                time.sleep(0.01)
                changed.notify_all()


        if __name__ == "__main__":
            main()
        """
    check_unchanged(condition, "holds changed, a lock of threads, while line 9 waits", mutations=False)
    timed = """
        import threading
        import time

        lock = threading.Lock()


        def main():
            if lock.acquire(timeout=5):
                time.sleep(0.01)
                lock.release()


        if __name__ == "__main__":
            main()
        """
    check_unchanged(timed, "holds lock, a lock of threads, while line 9 waits", mutations=False)


@trap(52, "kept", "a Lock under which nothing waits is left as it is")
def test_lock_held_for_a_moment() -> None:
    """A lock under which nothing is awaited does no harm."""
    check_converts(
        """
        import threading
        import time

        lock = threading.Lock()
        count = 0


        def main():
            global count
            time.sleep(0.01)
            with lock:
                count += 1


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import threading

        from _aio import run

        lock = threading.Lock()
        count = 0


        async def main():
            global count
            await asyncio.sleep(0.01)
            with lock:
                count += 1


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(52, "refused", "a lock in code that is async already: what it calls there stays sync")
def test_lock_in_async_code() -> None:
    """In a function that is async already, nothing new is awaited under a lock of threads."""
    check_unchanged(
        """
        import asyncio
        import threading
        import time

        lock = threading.Lock()


        def work():
            time.sleep(0.01)


        def note():
            with lock:
                print("noted")


        async def main():
            threading.Thread(target=note).start()
            with lock:
                work()


        if __name__ == "__main__":
            asyncio.run(main())
        """,
        "holds lock, a lock of threads",
        mutations=False,
    )
