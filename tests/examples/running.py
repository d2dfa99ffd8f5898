"""Runs the examples, as they are and converted, against a loopback server, and keeps what can be compared."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from aioport.api import Conversion, convert_project

from aioport.settings import Options
from tests.serving.http_server import HttpServer, Recorded, Route

EXAMPLES = Path(__file__).parents[2] / "examples"

# What a run leaves in stderr if it forgot an await, a client, a socket or a file.
CARELESS = ("never awaited", "unclosed", "was destroyed but it is pending")

# Development mode reports what is left unclosed; a coroutine that is never awaited is an error.
STRICT = ("-X", "dev", "-W", "error::RuntimeWarning")

# For a program that hangs, not for one that is slow.
_GIVE_UP_AFTER = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of a program did.

    stdout, stderr: as text
    exit_code: negative if a signal ended it
    files: what it wrote, by path below the folder it ran in; an SQLite file (`.db`) as its SQL dump
    requests: what the server saw, in order of arrival
    peak: the most requests that the server had open at one time
    """

    stdout: str
    stderr: str
    exit_code: int
    files: Mapping[str, bytes]
    requests: tuple[Recorded, ...]
    peak: int

    @property
    def counted(self) -> Counter[Recorded]:
        """The requests as a multiset."""
        return Counter(self.requests)


def copy_project(root: Path, target: Path) -> Path:
    """Copy the project at `root` to `target`, which must not exist yet; returns `target`."""
    shutil.copytree(root, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return target


@dataclass(frozen=True, slots=True)
class Converted:
    """A copy of an example that was converted: the folder, and what was decided and written."""

    root: Path
    conversion: Conversion


Convert = Callable[[Options], Converted]


def make_convert(name: str, folders: pytest.TempPathFactory) -> Convert:
    """A function that converts a fresh copy of `examples/NAME`, once for each set of options it is given."""

    @cache
    def convert(options: Options) -> Converted:
        root = copy_project(EXAMPLES / name, folders.mktemp(name) / "converted")
        conversion = convert_project(root, options)
        for path, text in conversion.files.items():
            (root / path).write_text(text, encoding="utf-8", newline="")
        return Converted(root, conversion)

    return convert


def run_program(
    root: Path,
    command: Sequence[str],
    routes: Mapping[str, Route],
    *,
    url_variable: str,
    environment: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
) -> Outcome:
    """Run `python COMMAND` in a scratch copy of `root` against a fresh server.

    routes: the server's
    url_variable: the environment variable that tells the program the server's address
    environment: variables besides that, PATH and HOME; the rest of ours (proxies!) is not passed on
    files: put into the copy before the program starts
    Raises subprocess.TimeoutExpired if the program hangs.
    """
    with tempfile.TemporaryDirectory() as scratch, HttpServer(routes) as server:
        folder = copy_project(root, Path(scratch).resolve() / "project")
        for path, text in (files or {}).items():
            (folder / path).write_text(text, encoding="utf-8")
        before = _files(folder)
        completed = subprocess.run(
            [sys.executable, *STRICT, *command],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": scratch,
                "NO_PROXY": "*",
                "PYTHONDONTWRITEBYTECODE": "1",
                **(environment or {}),
                url_variable: server.url,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=_GIVE_UP_AFTER,
        )
        return Outcome(
            stdout=completed.stdout,
            stderr=completed.stderr,
            exit_code=completed.returncode,
            files={path: data for path, data in _files(folder).items() if before.get(path) != data},
            requests=server.requests,
            peak=server.peak,
        )


def check_same(original: Outcome, converted: Outcome) -> None:
    """Assert that both runs printed, returned, wrote and asked the same, and left nothing open."""
    check_careful(original)
    check_careful(converted)
    assert converted.stdout == original.stdout, converted.stderr
    assert converted.exit_code == original.exit_code, converted.stderr
    assert converted.files == original.files
    assert converted.counted == original.counted


def check_careful(outcome: Outcome) -> None:
    """Assert that the run awaited and closed what it opened."""
    complaints = [
        line for line in outcome.stderr.splitlines() if any(word in line.lower() for word in CARELESS)
    ]
    assert not complaints, outcome.stderr


def _files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): _content(path) for path in root.rglob("*") if path.is_file()}


def _content(path: Path) -> bytes:
    if path.suffix != ".db":
        return path.read_bytes()
    # Its bytes hold counters that say how it was written, not what.
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()).encode()
