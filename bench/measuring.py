"""Running the programs that are measured, and keeping what was measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What a virtual environment, a user's shell or a CI job sets, and what would change the answer.
FOREIGN_VARIABLES = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS", "PYTHONDONTWRITEBYTECODE")
PROCESSES = Path("/proc")
SAMPLED_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run of a program ended; `code` is None when it was stopped at its time limit."""

    code: int | None
    stdout: str
    stderr: str
    seconds: float

    @property
    def complaint(self) -> str:
        """Why the run is no good, in one line: the last line of stderr, or the exit code."""
        if self.code is None:
            return f"still running after {self.seconds:.0f} s"
        lines = self.stderr.strip().splitlines()
        return f"exit code {self.code}" + (f": {lines[-1].strip()}" if lines else "")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what would lead a program to other packages, plus `extra`.

    pyrefly reads settings from PYREFLY_* variables, so these go as well.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN_VARIABLES and not name.startswith("PYREFLY_")
    }
    return kept | dict(extra or {})


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    extra: Mapping[str, str] | None = None,
    limit: float = 900,
) -> Outcome:
    """Run a command to its end, or for `limit` seconds; stdin is empty and output is text.

    Never raises for a command that fails; raises `OSError` for one that cannot be started.
    """
    started = time.perf_counter()
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env=environment(extra),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(None, "", "", time.perf_counter() - started)
    return Outcome(done.returncode, done.stdout, done.stderr, time.perf_counter() - started)


def run_watched(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    extra: Mapping[str, str] | None = None,
    limit: float = 900,
) -> tuple[Outcome, int | None]:
    """As `run`, with the peak memory in bytes: the most that the command and its descendants held together.

    That is the sum of their resident memory (RSS), sampled; a page that two of them share counts twice, and files
    in a folder in memory do not count. None where the system has no /proc. Not for timing: the sampling takes part
    of a core.
    """
    started = time.perf_counter()
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env=environment(extra),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
        peak = 0
        while (code := process.poll()) is None and time.perf_counter() - started < limit:
            peak = max(peak, sum(map(_resident, _tree(process.pid))))
            time.sleep(SAMPLED_EVERY_S)
        if code is None:
            process.kill()
            process.wait()
        seconds = time.perf_counter() - started
        told = []
        for stream in (stdout, stderr):
            stream.seek(0)
            told.append(stream.read().decode("utf-8", "replace"))
        return Outcome(code, told[0], told[1], seconds), peak or None


def _tree(pid: int) -> Iterator[int]:
    """A process and all below it, as far as they live."""
    yield pid
    try:
        threads = list((PROCESSES / str(pid) / "task").iterdir())
    except OSError:
        return
    for thread in threads:
        try:
            children = (thread / "children").read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _tree(int(child))


def _resident(pid: int) -> int:
    try:
        pages = (PROCESSES / str(pid) / "statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def aioport(*words: str | Path) -> list[str | Path]:
    """The command line of `aioport WORDS...` under this interpreter."""
    return python("-m", "aioport", *words)


def python(*words: str | Path) -> list[str | Path]:
    """The command line of this interpreter with the given words."""
    return [sys.executable, *words]


def write_json(path: Path | None, value: Any) -> None:
    """Write a value as indented JSON, making the folder; nothing when no path was asked for."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
