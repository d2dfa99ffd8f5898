"""Functions that set handlers of signals, or use what stays on the event loop, and wait for the rest in threads."""

from tests.planning.programs import check_reasons, check_runs_alike, convert

SHELL = """
import signal
import sys


def stop(signum, frame):
    sys.exit(1)


def protect():
    signal.signal(signal.SIGINT, stop)


def ask(question):
    protect()
    print(question)
    return "y"


def save(path, text):
    with open(path, "w") as file:
        file.write(text)


def load(path):
    with open(path) as file:
        return file.read()


def clear(path):
    if ask("Clear?") == "y":
        save(path, "")
    return load(path)


def shell(path):
    save(path, "one")
    print(load(path))
    print(repr(clear(path)))


def main():
    shell("notes.txt")


if __name__ == "__main__":
    main()
"""


def test_what_cannot_move_whole_becomes_async() -> None:
    """Handlers of signals are set on the main thread only; the files are read and written in others."""
    conversion = check_runs_alike(SHELL, entry=("program:main",))
    text = conversion.files["program.py"]
    for name in ("clear", "shell", "main"):
        assert f"async def {name}(" in text
    for name in ("ask", "protect", "save", "load"):
        assert f"\ndef {name}(" in text
    assert 'if ask("Clear?") == "y":' in text
    assert 'await offload(save, path, "")' in text
    assert "print(repr(await clear(path)))" in text
    check_reasons(conversion, "part of it has to stay on the event loop's thread")


def test_what_catches_ctrl_c_stays_whole() -> None:
    """It interrupts what the main thread does: a `try` around what another one does would not notice."""
    shell = SHELL.replace(
        "    print(load(path))",
        "    try:\n        print(load(path))\n    except KeyboardInterrupt:\n        pass",
    )
    text = check_runs_alike(shell, entry=("program:main",)).files["program.py"]
    assert "async def shell" not in text


def test_nothing_is_divided_that_would_not_gain() -> None:
    """All that it waits for has to stay where it is."""
    shell = SHELL.replace('save(path, "")', "pass").replace(
        "    return load(path)\n", '    return "cleared"\n'
    )
    text = check_runs_alike(shell, entry=("program:main",)).files["program.py"]
    assert "def clear(" in text
    assert "async def clear(" not in text


def test_callers_that_stay_sync_hold_it_back() -> None:
    """Whoever calls it from a comparison cannot await it."""
    shell = (
        SHELL
        + """

class Notes:
    def __init__(self, path):
        self.path = path

    def __eq__(self, other):
        return clear(self.path) == other
"""
    )
    text = convert(shell, entry=("program:main",)).files.get("program.py", "")
    assert "async def clear(" not in text
