"""How grave a finding is: what an annotation in a review or a CI log is coloured by."""

from __future__ import annotations

from collections.abc import Mapping

from aioport.catalog.schema import Cost
from aioport.mistakes.mistake import MistakeKind
from aioport.reporting.model import CommentKind, FindingRow, Severity

OF_MISTAKES: Mapping[MistakeKind, Severity] = {
    "lock-across-await": "error",
    "cached-coroutine": "error",
    "never-awaited": "error",
    "run-inside-loop": "error",
    "async-without-await": "warning",
    "client-per-call": "warning",
    "import-on-loop": "warning",
}
"""Errors are what deadlocks, raises or silently does nothing; warnings are what only costs time."""

OF_COMMENTS: Mapping[CommentKind, Severity] = {
    "unknown-allow": "error",
    "allow-without-reason": "warning",
    "unused-allow": "warning",
}
"""A comment that names what does not exist silences nothing, whatever its author thinks: an error."""


def severity_of(cost: Cost, *, on_loop: bool) -> Severity:
    """Of a call that waits: an error where it stops an event loop for seconds or for good, a warning for less, and a
    note where no loop waits for it."""
    if not on_loop:
        return "note"
    return "error" if cost in ("seconds", "unbounded") else "warning"


def is_failure(row: FindingRow) -> bool:
    """Whether a finding makes the exit code 1 by default: it blocks an event loop, or is a mistake or comment that
    is an error."""
    return row.on_loop or (row.kind != "blocking-call" and row.severity == "error")
