"""Findings as GitHub's workflow commands, which annotate a pull request: one line a finding.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aioport.project import Problem
from aioport.reporting.chains import render_chain
from aioport.reporting.model import FindingRow, ScanReport, Severity
from aioport.reporting.places import Places

COMMANDS: Mapping[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}

RANK: tuple[Severity, ...] = ("error", "warning", "note")
"""Gravest first: of each kind, GitHub shows ten of a step and drops the others."""

IN_MESSAGES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
IN_PROPERTIES = {**IN_MESSAGES, ":": "%3A", ",": "%2C"}
"""As `@actions/core` writes them: the runner undoes exactly these."""


def render_scan(report: ScanReport, places: Places) -> str:
    """One workflow command for each finding, and an error for each file that could not be read."""
    rows = sorted(report.findings, key=lambda row: RANK.index(row.severity))
    return "".join(
        f"{line}\n"
        for line in (
            *(_problem(one, places) for one in report.problems),
            *(_finding(row, places) for row in rows),
        )
    )


def command(name: str, properties: Mapping[str, object], message: str) -> str:
    """A workflow command, its values escaped; properties that are None are left out."""
    told = ",".join(
        f"{key}={_escaped(str(value), IN_PROPERTIES)}"
        for key, value in properties.items()
        if value is not None
    )
    return f"::{name} {told}::{_escaped(message, IN_MESSAGES)}"


def _finding(row: FindingRow, places: Places) -> str:
    # The runner takes columns only where a finding is on one line.
    one_line = row.end_line in (None, row.line)
    properties = {
        "file": places.show(row.path),
        "line": row.line,
        "endLine": row.end_line,
        "col": row.column if one_line else None,
        "endColumn": row.end_column if one_line else None,
        "title": f"aioport: {row.category or row.kind}",
    }
    return command(COMMANDS[row.severity], properties, "\n".join(_message(row, places)))


def _message(row: FindingRow, places: Places) -> Iterator[str]:
    yield row.message
    if row.chain:
        yield ""
        yield from render_chain(row.chain, places)


def _problem(problem: Problem, places: Places) -> str:
    properties = {
        "file": places.show(problem.path),
        "line": problem.line,
        "title": "aioport: cannot be read",
    }
    return command("error", properties, problem.message)


def _escaped(text: str, escapes: Mapping[str, str]) -> str:
    return "".join(escapes.get(character, character) for character in text)
