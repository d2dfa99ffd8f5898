"""What only the main thread may do, in the midst of what waits in a thread: it goes back there, and the rest leaves."""

from tests.planning.programs import check_reasons, check_runs_alike, convert

SHELL = """
import signal
import sys
import threading


def stop(signum, frame):
    sys.exit(1)


def protect():
    signal.signal(signal.SIGINT, stop)


def release():
    signal.signal(signal.SIGINT, signal.default_int_handler)


def ask(question):
    release()
    answer = None
    try:
        print(question)
        print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
        answer = sys.stdin.readline() or "y"
    except KeyboardInterrupt:
        print("Interrupted.")
    protect()
    return answer


class Notes:
    def __init__(self, path):
        self.path = path
        self.lock = threading.RLock()

    def save(self, text):
        with self.lock:
            with open(self.path, "w") as file:
                file.write(text)

    def load(self):
        with open(self.path) as file:
            return file.read()

    def clear(self):
        with self.lock:
            if ask("Clear?") == "y":
                self.save("")
            return self.load()

    def __len__(self):
        return len(self.clear())


def main():
    notes = Notes("notes.txt")
    notes.save("one")
    print(notes.load())
    print(repr(notes.clear()), len(notes))
    print(signal.getsignal(signal.SIGINT) is stop)


if __name__ == "__main__":
    main()
"""


def test_what_asks_returns_to_the_main_thread() -> None:
    """The lock is held in the thread, and nothing on the event loop takes it."""
    conversion = check_runs_alike(SHELL, entry=("program:main",))
    text = conversion.files["program.py"]
    assert "@on_loop\ndef ask(question):" in text
    assert "await offload(lambda: print(repr(notes.clear()), len(notes)))" in text
    assert "@on_loop\ndef protect" not in text
    check_reasons(conversion, "on the event loop's thread wherever it is called")


def test_a_lock_that_the_event_loop_takes_keeps_it() -> None:
    """A thread that holds one must not wait for the loop, which may wait for the lock."""
    shell = SHELL.replace(
        "    def __len__(self):\n",
        """    def mark(self):
        with self.lock:
            NAME.set(sys.stdin.readline())
            self.save("two")

    def __len__(self):
""",
    ).replace("    print(repr", "    notes.mark()\n    print(repr")
    shell = shell.replace("import signal\n", "import contextvars\nimport signal\n")
    shell = shell.replace("class Notes:", 'NAME = contextvars.ContextVar("NAME")\n\n\nclass Notes:')
    assert (
        "on_loop"
        in convert(shell.replace("    notes.mark()\n", ""), entry=("program:main",)).files["program.py"]
    )
    text = check_runs_alike(shell, entry=("program:main",)).files["program.py"]
    assert "on_loop" not in text
    assert "offload(notes.clear)" not in text


def test_what_takes_a_lock_itself_does_not_return() -> None:
    """Who calls it may hold the same lock, in another thread then."""
    shell = SHELL.replace("    release()\n", "    release()\n    with LOCK:\n        pass\n", 1)
    shell = shell.replace("def stop(", "LOCK = threading.RLock()\n\n\ndef stop(", 1)
    text = check_runs_alike(shell, entry=("program:main",)).files["program.py"]
    assert "on_loop" not in text


def test_what_belongs_to_any_thread_does_not_return() -> None:
    """A context variable is set for who calls, wherever that is."""
    shell = SHELL.replace("    release()\n", '    release()\n    NAME.set("ask")\n', 1)
    shell = shell.replace("def stop(", 'NAME = contextvars.ContextVar("NAME")\n\n\ndef stop(', 1)
    text = convert(
        shell.replace("import signal\n", "import contextvars\nimport signal\n", 1), entry=("program:main",)
    )
    assert "on_loop" not in text.files["program.py"]


def test_converting_again_changes_nothing() -> None:
    """The decorator says to the next conversion what it said to this one."""
    first = convert(SHELL, entry=("program:main",)).files
    assert not convert(
        {"program.py": first["program.py"], "_aio.py": first["_aio.py"]}, entry=("program:main",)
    ).files
