"""Threads, pools, queues and signals in programs whose other code waits natively."""

import subprocess
import sys
from pathlib import Path

from aioport.api import convert_project
from tests.check import check_converts, check_unchanged
from tests.traps.table import trap

THREADED = """
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

jobs = queue.Queue()
done = threading.Event()
results = []


def work(number):
    time.sleep(0.01)
    return number * 2


def serve():
    while True:
        number = jobs.get()
        if number is None:
            break
        results.append(work(number))
        jobs.task_done()
    done.set()


def main():
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    for number in range(3):
        jobs.put(number)
        time.sleep(0.01)
    jobs.join()
    jobs.put(None)
    thread.join()
    if done.wait(timeout=5):
        print("done", results)
    with ThreadPoolExecutor(max_workers=4) as pool:
        print(list(pool.map(work, range(4))))
        futures = [pool.submit(lambda: work(7)) for _ in range(2)]
        print([one.result() for one in as_completed(futures)])
    timer = threading.Timer(0.01, print, ["timer"])
    timer.start()
    timer.join()
    print(work(5))


if __name__ == "__main__":
    main()
"""


@trap(54, "thread", "a queue that a thread serves: `get` and `join` wait in a thread of ours")
@trap(55, "thread", "a thread stays one, and is joined off the event loop; what it runs stays sync")
@trap(56, "kept", "a Timer stays one")
@trap(
    59,
    "thread",
    "where it keeps its threads, an executor keeps its functions sync, and its results are waited for in a thread",
)
def test_threads_and_pools(tmp_path: Path) -> None:
    """What runs on threads stays sync, and async code waits for threads in a thread."""
    check_converts(
        THREADED,
        """
        import asyncio
        import queue
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor, as_completed

        from _aio import offload, run

        jobs = queue.Queue()
        done = threading.Event()
        results = []


        def work(number):
            time.sleep(0.01)
            return number * 2


        def serve():
            while True:
                number = jobs.get()
                if number is None:
                    break
                results.append(work(number))
                jobs.task_done()
            done.set()


        async def main():
            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            for number in range(3):
                jobs.put(number)
                await asyncio.sleep(0.01)
            await offload(jobs.join)
            jobs.put(None)

            def wait_for_threads():
                thread.join()
                if done.wait(timeout=5):
                    print("done", results)
                with ThreadPoolExecutor(max_workers=4) as pool:
                    print(list(pool.map(work, range(4))))
                    futures = [pool.submit(lambda: work(7)) for _ in range(2)]
                    print([one.result() for one in as_completed(futures)])

            await offload(wait_for_threads)
            timer = threading.Timer(0.01, print, ["timer"])
            timer.start()
            await offload(timer.join)
            print(await offload(work, 5))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )
    program = tmp_path / "program.py"
    program.write_text(THREADED)
    before = _run(program)
    for path, text in convert_project(tmp_path).files.items():
        (tmp_path / path).write_text(text)
    assert "await" in program.read_text()
    assert _run(program) == before


def _run(program: Path) -> str:
    command = [sys.executable, "-W", "error", program.name]
    done = subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=True, timeout=60)
    assert not done.stderr
    return done.stdout


@trap(59, "converted", "a pool of threads becomes one of as many tasks, where all that it runs becomes async")
@trap(
    59,
    "refused",
    "a pool of which something gets away, or of which a function needs a thread, stays one of threads",
)
def test_pools_of_tasks() -> None:
    """`map` gives its results in order, and a future its own exception; what asks for its thread keeps it."""
    check_converts(
        """
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor, as_completed


        def work(number):
            time.sleep(0.01)
            return 10 // number


        def named(number):
            time.sleep(0.01)
            return threading.current_thread().name


        def overlapping(numbers):
            with ThreadPoolExecutor(max_workers=4) as pool:
                futures = {pool.submit(work, number): number for number in numbers}
                for future in as_completed(futures):
                    try:
                        print(futures[future], future.result(timeout=5))
                    except ZeroDivisionError:
                        print(futures[future], "failed")
                return list(pool.map(work, [1, 2]))


        def on_threads():
            with ThreadPoolExecutor(max_workers=4) as pool:
                return list(pool.map(named, range(2)))


        def main():
            print(overlapping([1, 0]))
            print(on_threads())


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        from _aio import TaskPoolExecutor, completed, offload, run


        async def work(number):
            await asyncio.sleep(0.01)
            return 10 // number


        def named(number):
            time.sleep(0.01)
            return threading.current_thread().name


        async def overlapping(numbers):
            async with TaskPoolExecutor(max_workers=4) as pool:
                futures = {pool.submit(work, number): number for number in numbers}
                async for future in completed(futures):
                    try:
                        print(futures[future], await future.result(timeout=5))
                    except ZeroDivisionError:
                        print(futures[future], "failed")
                return [item async for item in pool.map(work, [1, 2])]


        def on_threads():
            with ThreadPoolExecutor(max_workers=4) as pool:
                return list(pool.map(named, range(2)))


        async def main():
            print(await overlapping([1, 0]))
            print(await offload(on_threads))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(60, "kept", "what a pool of processes runs stays sync")
@trap(55, "kept", "`run` of a Thread of the project's own stays sync, and all that it calls")
def test_processes_and_thread_classes() -> None:
    """A function that another process or a thread's `run` calls stays as it is."""
    check_converts(
        """
        import threading
        import time
        from multiprocessing import Pool


        def square(number):
            time.sleep(0.01)
            return number * number


        class Worker(threading.Thread):
            def run(self):
                print(square(2))


        def main():
            time.sleep(0.01)
            with Pool(2) as pool:
                print(pool.map(square, [1, 2]))


        if __name__ == "__main__":
            main()
            worker = Worker()
            worker.start()
            worker.join()
        """,
        """
        import asyncio
        import threading
        import time
        from multiprocessing import Pool

        from _aio import offload, run


        def square(number):
            time.sleep(0.01)
            return number * number


        class Worker(threading.Thread):
            def run(self):
                print(square(2))


        async def main():
            await asyncio.sleep(0.01)

            def run_commands():
                with Pool(2) as pool:
                    print(pool.map(square, [1, 2]))

            await offload(run_commands)


        if __name__ == "__main__":
            run(main())
            worker = Worker()
            worker.start()
            worker.join()
        """,
        mutations=False,
    )


@trap(54, "kept", "a queue in a program without threads never waits, and stays as it is")
@trap(53, "thread", "an Event that is waited for with a time-out, which a signal may set, waits in a thread")
def test_no_threads() -> None:
    """Without other threads a queue gives what is in it at once; a pause that something may end is one in a thread."""
    check_converts(
        """
        import queue
        import threading
        import time


        def main():
            todo = queue.Queue()
            todo.put(1)
            stop = threading.Event()
            while not stop.wait(0.01):
                time.sleep(0.01)
                print(todo.get())
                stop.set()


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import queue
        import threading

        from _aio import offload, run


        async def main():
            todo = queue.Queue()
            todo.put(1)
            stop = threading.Event()
            while not await offload(stop.wait, 0.01):
                await asyncio.sleep(0.01)
                print(todo.get())
                stop.set()


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(
    57,
    "kept",
    "code that uses a `threading.local` is not moved to another thread; a cache of each thread's own is",
)
@trap(58, "kept", "code that asks for its thread is not moved to another one; what else it waits for is")
@trap(
    49,
    "kept",
    "code that looks at its caller's frame is not moved to another thread; what else it waits for is",
)
def test_what_belongs_to_a_thread() -> None:
    """Code whose answer depends on its thread stays on the event loop's; the rest leaves, but for what tasks would share."""
    check_converts(
        """
        import sys
        import threading
        import time
        from pathlib import Path

        state = threading.local()
        opened = threading.local()


        def load(path):
            state.path = path
            return Path(path).read_text()


        def shared_file():
            if not hasattr(opened, "file"):
                opened.file = open("/etc/hostname")
            return opened.file.read()


        def name_of_thread(path):
            return threading.current_thread().name, Path(path).read_text()


        def name_of_caller(path):
            return sys._getframe(1).f_code.co_name, Path(path).read_text()


        def plain(path):
            return Path(path).read_text()


        def main():
            time.sleep(0.01)
            print(load("/etc/hostname"), state.path)
            print(shared_file())
            print(name_of_thread("/etc/hostname"))
            print(name_of_caller("/etc/hostname"))
            print(plain("/etc/hostname"))


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import sys
        import threading
        from pathlib import Path

        from _aio import offload, run

        state = threading.local()
        opened = threading.local()


        def load(path):
            state.path = path
            return Path(path).read_text()


        def shared_file():
            if not hasattr(opened, "file"):
                opened.file = open("/etc/hostname")
            return opened.file.read()


        async def name_of_thread(path):
            return threading.current_thread().name, await offload(Path(path).read_text)


        async def name_of_caller(path):
            return sys._getframe(1).f_code.co_name, await offload(Path(path).read_text)


        def plain(path):
            return Path(path).read_text()


        async def main():
            await asyncio.sleep(0.01)
            print(load("/etc/hostname"), state.path)
            print(await offload(shared_file))
            print(await name_of_thread("/etc/hostname"))
            print(await name_of_caller("/etc/hostname"))
            print(await offload(plain, "/etc/hostname"))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(63, "kept", "`signal.signal` and `signal.pause` stay on the main thread; handlers stay sync")
@trap(50, "refused", "`signal.alarm`: what it interrupts stays sync, on the main thread")
@trap(64, "kept", "what `atexit` calls stays sync")
def test_signals_and_the_end() -> None:
    """What signals and the end of the program call stays sync; what an alarm interrupts is not awaited."""
    check_converts(
        """
        import atexit
        import signal
        import time


        class Late(Exception):
            pass


        def late(number, frame):
            raise Late


        def limited():
            signal.signal(signal.SIGALRM, late)
            signal.alarm(1)
            try:
                time.sleep(5)
            except Late:
                print("late")
            finally:
                signal.alarm(0)


        def goodbye():
            time.sleep(0.01)


        def main():
            atexit.register(goodbye)
            time.sleep(0.01)
            limited()
            signal.pause()


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import atexit
        import signal
        import time

        from _aio import run


        class Late(Exception):
            pass


        def late(number, frame):
            raise Late


        def limited():
            signal.signal(signal.SIGALRM, late)
            signal.alarm(1)
            try:
                time.sleep(5)
            except Late:
                print("late")
            finally:
                signal.alarm(0)


        def goodbye():
            time.sleep(0.01)


        async def main():
            atexit.register(goodbye)
            await asyncio.sleep(0.01)
            limited()
            signal.pause()


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(65, "kept", "`emit` of a logging handler stays sync: logging calls it")
def test_logging_handlers() -> None:
    """A handler that waits stays as it is, with the reason."""
    check_unchanged(
        """
        import logging
        import time


        class Slow(logging.Handler):
            def emit(self, record):
                time.sleep(0.01)


        def main():
            logging.getLogger().addHandler(Slow())
            logging.warning("something")


        if __name__ == "__main__":
            main()
        """,
        "logging.Handler calls emit itself",
        mutations=False,
    )


@trap(106, "refused", "a project that gevent or eventlet patches is not converted at all")
def test_green_threads() -> None:
    """Green threads in place of the standard library's rule out asyncio."""
    for patching in (
        "from gevent import monkey\n\nmonkey.patch_all()",
        "import eventlet\n\neventlet.monkey_patch()",
    ):
        check_unchanged(
            f"{patching}\nimport time\n\n\ndef main():\n    time.sleep(1)\n\n\nif __name__ == '__main__':\n    main()\n",
            "take the patching out first",
            mutations=False,
        )


@trap(106, "refused", "nor is one that opens sockets of gevent's, or hands their module in")
def test_sockets_of_green_threads() -> None:
    """Such a socket belongs to the thread that made it; tests that try a client with both kinds count."""
    check_unchanged(
        {
            "client.py": """
                import socket


                class Client:
                    def __init__(self, address, module=socket):
                        self.address, self.module = address, module

                    def ask(self, question):
                        with self.module.create_connection(self.address) as connection:
                            connection.sendall(question)
                            return connection.recv(1000)

                    def __contains__(self, question):
                        return bool(self.ask(question))
                """,
            "test_client.py": """
                import socket

                from client import Client
                from gevent import socket as green


                def test_ask(server):
                    for module in (socket, green):
                        assert Client(server, module).ask(b"?") == b"!"
                """,
        },
        "sockets of gevent belong to the thread that made them",
        entry=("api",),
        level="offload",
    )


@trap(106, "reported", "where it is not installed, and the project does without it, the place is listed")
def test_green_threads_that_are_not_here(tmp_path: Path) -> None:
    """`try: import gevent ... except ImportError` comes to nothing in an environment without it; the report names it."""
    guard = "if __name__ == '__main__':\n    main()\n"
    (tmp_path / "program.py").write_text(
        "import time\n\ntry:\n    import gevent.monkey\n\n    gevent.monkey.patch_all()\nexcept ImportError:\n    pass\n\n\n"
        f"def main():\n    time.sleep(1)\n\n\n{guard}",
        encoding="utf-8",
    )
    made = convert_project(tmp_path)
    assert "await asyncio.sleep(1)" in made.files["program.py"]
    (found,) = made.outcome.plan.suggestions
    assert (found.line, found.text.startswith("not installed here, and nothing will work where it is")) == (
        6,
        True,
    )


@trap(106, "reported", "so is a later use of what is only imported where it is installed")
def test_green_sockets_that_are_not_here(tmp_path: Path) -> None:
    """The module may be handed in outside of the `try` that imports it."""
    guard = "if __name__ == '__main__':\n    main()\n"
    (tmp_path / "program.py").write_text(
        "import socket\nimport time\n\nmodules = [socket]\ntry:\n    from gevent import socket as green\nexcept ImportError:\n"
        f"    pass\nelse:\n    modules.append(green)\n\n\ndef main():\n    time.sleep(1)\n    print(modules)\n\n\n{guard}",
        encoding="utf-8",
    )
    made = convert_project(tmp_path)
    assert "await asyncio.sleep(1)" in made.files["program.py"]
    assert [one.line for one in made.outcome.plan.suggestions if "not installed here" in one.text] == [10]


@trap(102, "kept", "no task is ever started and forgotten: what was called is awaited where it was")
@trap(61, "converted", "`time.sleep(0)` in a polling loop still lets others run")
def test_no_forgotten_tasks() -> None:
    """A call whose result nobody uses is awaited all the same."""
    check_converts(
        """
        import time


        def note():
            time.sleep(0.01)


        def main():
            for _ in range(2):
                note()
                time.sleep(0)


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run


        async def note():
            await asyncio.sleep(0.01)


        async def main():
            for _ in range(2):
                await note()
                await asyncio.sleep(0)


        if __name__ == "__main__":
            run(main())
        """,
    )


RAISED = "is raised in the event loop from now on, where no clause around an await catches it"

SIGNALLED = """
import contextlib
import signal
import time


class Stop(Exception):
    pass


class Connection:
    def close(self):
        time.sleep(0.01)


def stop(number, frame):
    raise Stop


def main():
    signal.signal(signal.SIGTERM, stop)
    with contextlib.closing(Connection()):
        time.sleep(0.01)


if __name__ == "__main__":
    main()
"""


@trap(63, "reported", "a handler that raises: the exception comes out of the event loop")
@trap(27, "reported", "what `closing` calls waits on the event loop")
def test_what_nobody_sees_called(tmp_path: Path) -> None:
    """What others call in converted code is told, where it blocks the loop or raises in it."""
    (tmp_path / "program.py").write_text(SIGNALLED)
    conversion = convert_project(tmp_path)
    told = [(one.line, one.text) for one in conversion.outcome.plan.suggestions]
    assert told == [
        (21, f"what program.stop raises {RAISED}"),
        (22, "contextlib.closing calls program.Connection.close, which waits for sleep on the event loop"),
    ]
