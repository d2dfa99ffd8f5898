"""Small projects with tests of their own, which are run by pytest before and after the conversion."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from aioport.api import Conversion, convert_project
from aioport.settings import Options

GIVE_UP_AFTER = 60.0
"""Seconds: for a test that hangs, not for one that is slow."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What pytest said: how many tests passed, and all that it printed."""

    passed: int
    others: int
    output: str


@dataclass(frozen=True)
class Suite:
    """A project before and after its conversion.

    files: all texts after it.
    """

    before: Ran
    after: Ran
    files: Mapping[str, str]
    conversion: Conversion


def convert_suite(root: Path, files: Mapping[str, str], **options: Any) -> Suite:
    """Writes a project below a folder, runs its tests, converts it with them, and runs them again."""
    texts = {path: dedent(text).lstrip("\n") for path, text in files.items()}
    _write(root, texts)
    before = run_tests(root)
    conversion = convert_project(root, Options(**options))
    _write(root, conversion.files)
    return Suite(before, run_tests(root), {**texts, **conversion.files}, conversion)


def _write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def run_tests(root: Path) -> Ran:
    """Runs a project's tests; a coroutine that is never awaited is an error."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [*command, "-W", "error::RuntimeWarning", "-W", "error::pytest.PytestUnraisableExceptionWarning"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=GIVE_UP_AFTER,
        check=False,
    )
    counts = {kind: int(number) for number, kind in re.findall(r"(\d+) (\w+)", done.stdout.splitlines()[-1])}
    others = sum(counts.get(kind, 0) for kind in ("failed", "error", "errors", "skipped", "xfailed"))
    return Ran(counts.get("passed", 0), others, done.stdout + done.stderr)
