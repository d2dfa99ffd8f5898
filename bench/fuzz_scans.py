"""Runs one scan of what may be anything, and judges how it ended."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aioport.project import Source, decode
from measuring import Outcome, python, run

PROBE = Path(__file__).with_name("fuzz_probe.py")
CHECKER = "pyrefly "
"""How messages about a type checker that failed begin."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a scan ended.

    code: its exit code; None where it was stopped at its limit.
    wrong: what should not have been, one line each; nothing where all is well.
    calls, unknown: as the scan counts them.
    refused: it ended with a message instead of a report.
    checker_failed: a message was about the type checker.
    """

    code: int | None
    wrong: tuple[str, ...]
    calls: int = 0
    unknown: int = 0
    refused: bool = False
    checker_failed: bool = False

    @property
    def is_broken(self) -> bool:
        """Whether it crashed or hung, which says nothing of the file that is to blame."""
        return self.code not in (0, 1, 2)


def scan(paths: Sequence[Path], cwd: Path, limit: float, checker: int = 300) -> Verdict:
    """Scans files or folders and judges exit code, messages and JSON.

    limit: seconds, after which it counts as hung; checker: those that the type checker gets.
    """
    with tempfile.TemporaryDirectory(prefix="aioport-fuzz-") as scratch:
        notes = Path(scratch) / "notes.json"
        # A cache of its own: no answer is to come from an earlier run.
        extra = {
            "AIOPORT_CHECKER_TIMEOUT": str(checker),
            "XDG_CACHE_HOME": scratch,
            "PYTHONIOENCODING": "utf-8",
            "NO_COLOR": "1",
        }
        done = run(
            python(PROBE, notes, "scan", *paths, "--format", "json"), cwd=cwd, extra=extra, limit=limit
        )
        noted = json.loads(notes.read_text(encoding="utf-8")) if notes.exists() else {}
    return _judge(done, noted, paths, cwd)


def _judge(done: Outcome, noted: dict[str, Any], paths: Sequence[Path], cwd: Path) -> Verdict:
    if done.code is None:
        return Verdict(None, (f"hangs: {done.complaint}",))
    wrong = []
    if done.code not in (0, 1, 2):
        tail = " / ".join(line.strip() for line in done.stderr.strip().splitlines()[-4:])
        wrong.append(f"exit code {done.code}: {tail[-400:]}")
    elif "Traceback (most recent call last)" in done.stderr:
        wrong.append("a traceback on stderr")
    elif done.code == 2 and not done.stderr.strip():
        wrong.append("exit code 2 without a message")
    refused = not done.stdout.strip()
    if refused and done.code in (0, 1):
        wrong.append("no report on stdout")
    if not refused:
        wrong += _check_json(done.stdout, root_of(paths, cwd))
    wrong += noted.get("wrong", ())
    failed = any(f"aioport: {CHECKER}" in line for line in done.stderr.splitlines())
    return Verdict(done.code, tuple(wrong), noted.get("calls", 0), noted.get("unknown", 0), refused, failed)


def root_of(paths: Sequence[Path], cwd: Path) -> Path:
    """The folder that a report's paths are relative to."""
    folders = {path if path.is_dir() else path.parent for path in paths} or {cwd}
    first, *others = [folder.resolve() for folder in folders]
    while not all(other.is_relative_to(first) for other in others):
        first = first.parent
    return first


def _check_json(text: str, root: Path) -> list[str]:
    try:
        document = json.loads(text)
        rows = [*document["findings"], *document["unknown"]]
        places = {(row["path"], row["line"], row["column"]) for row in rows}
        links = {
            (link["path"], link["line"], 1) for row in document["findings"] for link in row.get("chain", ())
        }
    except (ValueError, KeyError, TypeError) as error:
        return [f"not the JSON it promises: {error!r}"]
    lines: dict[str, list[str] | None] = {}
    wrong = []
    for path, line, column in sorted(places | links):
        if path not in lines:
            lines[path] = _lines(root / path)
        known = lines[path]
        if known is not None and not (1 <= line <= len(known) and 1 <= column <= len(known[line - 1]) + 1):
            wrong.append(f"{path}:{line}:{column} is outside of the file")
    return wrong[:5]


def _lines(path: Path) -> list[str] | None:
    """A file's lines as Python counts them; None for one that is gone, or was never what it is taken for."""
    try:
        source = decode(str(path), path.read_bytes())
    except OSError:
        return None
    if not isinstance(source, Source):
        return None
    return source.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
