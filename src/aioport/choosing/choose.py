"""From everything that a scan found to what is shown and counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from aioport.choosing.allowed import apply_comments
from aioport.choosing.baseline import compare, read_baseline, write_baseline
from aioport.choosing.changed import find_touched, is_touched
from aioport.choosing.choice import Choice
from aioport.reporting.fingerprints import with_fingerprints
from aioport.reporting.model import Baselined, FindingRow, ScanReport
from aioport.reporting.severity import is_failure

FailOn = Literal["loop", "any", "never"]


def choose(report: ScanReport, choice: Choice) -> ScanReport:
    """A report of what was asked for, with what is wrong with allow comments in it.

    First comments take findings out, then the baseline, then the other choices, so that these change nothing in what
    a comment or a baseline is found to be good for. Writes the baseline where that was asked for.
    Raises BaselineError, GitError and WriteError.
    """
    allowed = apply_comments(report.findings, report.sources)
    rows = sorted([*allowed.rows, *with_fingerprints(allowed.comments, report.prefix)], key=_place)
    baselined = None
    if choice.baseline is not None:
        if choice.update_baseline:
            write_baseline(choice.baseline, rows, report.prefix)
        compared = compare(rows, read_baseline(choice.baseline))
        rows, baselined = (
            list(compared.new),
            Baselined(str(choice.baseline), compared.known, compared.gone),
        )
    unknown = report.unknown
    if choice.async_only:
        rows = [row for row in rows if row.on_loop or row.kind != "blocking-call"]
    if choice.changed is not None:
        touched = find_touched(report.root, report.sources, choice.changed)
        rows = [row for row in rows if is_touched(row, touched)]
        unknown = tuple(row for row in unknown if touched.has(row.path, row.line))
    return replace(
        report,
        findings=tuple(rows),
        unknown=unknown,
        allowed=len(allowed.silenced),
        baseline=baselined,
    )


def fails(report: ScanReport, fail_on: FailOn) -> bool:
    """Whether what is left in a report makes the exit code 1."""
    if fail_on == "never":
        return False
    return any(fail_on == "any" or is_failure(row) for row in report.findings)


def _place(row: FindingRow) -> tuple[str, int, int]:
    return row.path, row.line, row.column
