"""Running the programs that are measured, and keeping what was measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What a virtual environment, a user's shell or a CI job sets, and what would change the answer.
FOREIGN_VARIABLES = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS")


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
