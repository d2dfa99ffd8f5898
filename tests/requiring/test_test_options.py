"""Options of pytest that a converted project needs: an event loop is a pair of sockets, which some suites forbid."""

from pathlib import Path

import pytest

from tests.planning.deciding import decide

PROGRAM = """
import time


def nap():
    time.sleep(0.001)
"""


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (
            "pytest.ini",
            "[pytest]\naddopts =\n\t--disable-socket\n\t-q\n",
            "[pytest]\naddopts =\n\t--disable-socket --allow-unix-socket\n\t-q\n",
        ),
        (
            "pyproject.toml",
            '[tool.pytest.ini_options]\naddopts = ["-q", "--disable-socket"]\n',
            '[tool.pytest.ini_options]\naddopts = ["-q", "--disable-socket", "--allow-unix-socket"]\n',
        ),
        (
            "pyproject.toml",
            '[tool.pytest.ini_options]\naddopts = "--disable-socket -q"\n',
            '[tool.pytest.ini_options]\naddopts = "--disable-socket --allow-unix-socket -q"\n',
        ),
    ],
)
def test_sockets_of_the_loop_are_allowed(tmp_path: Path, path: str, before: str, after: str) -> None:
    """The option that pytest-socket has for asyncio is put beside the one that forbids sockets."""
    made = decide(tmp_path, {"nap.py": PROGRAM, path: before}, entry=("api",))
    assert made.files[path] == after
    again = decide(tmp_path, made.files, entry=("api",))
    assert path not in again.files


def test_nothing_is_said_where_nothing_has_to_be(tmp_path: Path) -> None:
    """Without a converted file, and where the option stands there, everything stays."""
    options = "[pytest]\naddopts = --disable-socket\n"
    assert not decide(tmp_path / "idle", {"idle.py": "print(1)\n", "pytest.ini": options}).files
    allowed = "[pytest]\naddopts = --disable-socket --allow-unix-socket\n"
    made = decide(tmp_path / "allowed", {"nap.py": PROGRAM, "pytest.ini": allowed}, entry=("api",))
    assert "pytest.ini" not in made.files
