"""`aioport convert --interactive`, at a terminal, and its decision file."""

import json
import os
import pty
import re
import select
import signal
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.running import BLOCKING, contents, invoke, invoke_json, write_files

PROMPT = re.compile(rb"Make this change\? \[[a-z,?]+\] $")
SECONDS = 60.0

PROGRAM = """\
import time

import requests


def nap():
    time.sleep(1)


def sizes(urls: list[str]) -> list[int]:
    return [len(requests.get(url).text) for url in urls]


def main():
    nap()
    print(sizes(["http://localhost/"]))


if __name__ == "__main__":
    main()
"""


@contextmanager
def terminal(words: Sequence[str | Path]) -> Iterator[tuple[int, int]]:
    """`aioport WORDS...` with a pseudo-terminal for all of its streams, and the terminal's other end."""
    process, end = pty.fork()
    if process == 0:
        os.environ["TERM"] = "xterm"
        os.execv(sys.executable, [sys.executable, "-m", "aioport", *map(str, words)])  # noqa: S606
    try:
        settings = termios.tcgetattr(end)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(end, termios.TCSANOW, settings)
        yield process, end
    finally:
        os.close(end)


def talk(words: Sequence[str | Path], answers: Sequence[str]) -> tuple[int, str]:
    """Run `aioport WORDS...` at a terminal and answer its questions; the exit code, and what stood on the screen."""
    left, shown = list(answers), b""
    with terminal(words) as (process, end):
        while select.select([end], [], [], SECONDS)[0]:
            try:
                read = os.read(end, 1 << 16)
            except OSError:  # Linux says so when the last program at the terminal has ended
                break
            if not read:
                break
            shown += read
            if PROMPT.search(shown) and left:
                os.write(end, left.pop(0).encode())
                shown += b"\n"
        else:
            os.kill(process, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    assert not left, f"nobody asked for {left}"
    return code, re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\r", b"", shown).decode()


def decisions(folder: Path) -> dict[str, str]:
    rows = json.loads((folder / "aioport-decisions.json").read_bytes())["decisions"]
    return {row["function"]: row["answer"] for row in rows}


def test_each_change_is_asked_about(tmp_path: Path) -> None:
    """With its reason, its chain and its part of the diff; what is declined is not written, and what it needs is."""
    write_files(tmp_path, {"program.py": PROGRAM})
    code, shown = talk(("convert", tmp_path, "--interactive", "--write"), ["n\n", "y\n", "y\n"])
    assert code == 0, shown
    assert "(1/3) program.nap becomes async  " in shown
    assert "-def nap():\n-    time.sleep(1)\n+async def nap():\n+    await asyncio.sleep(1)\n" in shown
    assert re.search(r"it waits through\n +program\.sizes .*\n +requests\.get ", shown)
    text = (tmp_path / "program.py").read_text()
    assert "def nap():\n    time.sleep(1)" in text
    assert "await offload(nap)" in text
    assert "async def sizes" in text
    assert decisions(tmp_path) == {
        "program.nap": "keep",
        "program.sizes": "accept",
        "program.main": "accept",
    }


def test_answers_are_kept_and_replayed(tmp_path: Path) -> None:
    """A second run asks nothing, and a run without a terminal makes the same diff."""
    write_files(tmp_path, {"program.py": PROGRAM})
    _, shown = talk(("convert", tmp_path, "-i"), ["y\n", "s\n", "a\n"])
    again = talk(("convert", tmp_path, "-i"), [])
    assert "Make this change" not in again[1]
    assert decisions(tmp_path)["program.sizes"] == "sequential"
    document = invoke_json("convert", tmp_path)
    assert "gather" not in document["diff"]
    for line in document["diff"].splitlines():
        if line[:1] in "+-" and "_aio" not in line and not line.startswith(("+++", "---")):
            assert line in again[1]
            break
    named = tmp_path / "elsewhere.json"
    (tmp_path / "aioport-decisions.json").rename(named)
    assert invoke_json("convert", tmp_path, "--decisions", named)["diff"] == document["diff"]
    assert "gather" in invoke_json("convert", tmp_path)["diff"]
    assert "(2/3)" in shown


def test_all_that_follow(tmp_path: Path) -> None:
    """`d` leaves this one and the rest as they are, without another question."""
    write_files(tmp_path, {"program.py": PROGRAM})
    code, shown = talk(("convert", tmp_path, "-i"), ["d\n"])
    assert code == 0
    assert "Nothing changes" in shown
    assert set(decisions(tmp_path).values()) == {"keep"}


def test_letters_are_explained(tmp_path: Path) -> None:
    """By `?` and by anything else that is no answer; where nothing overlaps, `s` is none."""
    write_files(tmp_path, {"program.py": BLOCKING})
    code, shown = talk(("convert", tmp_path, "-i"), ["?\n", "s\n", "a\n"])
    assert code == 0
    assert shown.count("quit: nothing is converted") == 2
    assert "nothing in it overlap" not in shown


@pytest.mark.parametrize("leave", ["q\n", "\x04", "\x03"])
def test_a_person_can_stop(tmp_path: Path, leave: str) -> None:
    """By `q`, Ctrl-D or Ctrl-C: nothing is converted, and the answers so far are kept."""
    write_files(tmp_path, {"program.py": PROGRAM})
    code, shown = talk(("convert", tmp_path, "-i", "--write"), ["y\n", leave])
    assert code == 2
    assert "nothing was changed" in shown
    assert (tmp_path / "program.py").read_text() == PROGRAM
    assert decisions(tmp_path) == {"program.nap": "accept"}


def test_nobody_is_there_to_ask(tmp_path: Path) -> None:
    """Without a terminal the question is refused, not answered."""
    write_files(tmp_path, {"program.py": BLOCKING})
    before = contents(tmp_path)
    result = invoke("convert", tmp_path, "--interactive", "--write")
    assert result.exit_code == 2
    assert "standard input is no terminal; --decisions FILE" in result.stderr
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "no decision file of aioport"),
        ('{"version": 1, "decisions": [{"function": "f", "answer": "yes"}]}', "Invalid enum value 'yes'"),
        ('{"version": 9, "decisions": []}', "version 9, and this aioport reads version 1"),
    ],
)
def test_a_decision_file_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    """It is named, and nothing is converted as if nothing had been decided."""
    write_files(tmp_path, {"program.py": BLOCKING, "aioport-decisions.json": text})
    result = invoke("convert", tmp_path)
    assert result.exit_code == 2
    assert f"{tmp_path / 'aioport-decisions.json'}: " in result.stderr
    assert message in result.stderr


def test_a_decision_file_that_is_not_there(tmp_path: Path) -> None:
    """One that was named must be there."""
    write_files(tmp_path, {"program.py": BLOCKING})
    result = invoke("convert", tmp_path, "--decisions", tmp_path / "none.json")
    assert result.exit_code == 2
    assert "none.json: there is no such decision file; --interactive makes it" in result.stderr
