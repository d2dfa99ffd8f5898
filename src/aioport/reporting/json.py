"""The JSON of `--format json`: version 1 of a contract. Fields may be added to it; none goes away or changes its meaning."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from aioport.blocking.facts import Link
from aioport.reporting.diff import unified_diff
from aioport.reporting.model import ConversionReport, FindingRow, ScanReport, UnknownRow

VERSION = 1


def render_scan(report: ScanReport) -> str:
    """A scan as one JSON object: the findings, the unknown calls, and counts; `docs/scan.schema.json` describes it."""
    baseline = report.baseline
    return _render(
        {
            "version": VERSION,
            "findings": [_finding(row) for row in report.findings],
            "unknown": [
                {
                    **one,
                    "function": row.function,
                    "reason": row.reason,
                    "candidates": list(row.candidates),
                    "may_hide": row.may_hide,
                    "may_hide_on_loop": row.on_loop,
                    "inside": None if row.inside is None else _link(row.inside),
                }
                for one, row in zip(_unknown(report.unknown), report.unknown, strict=True)
            ],
            "problems": [
                {"path": one.path, "line": one.line, "message": one.message} for one in report.problems
            ],
            "summary": {
                "files": report.files,
                "findings": len(report.findings),
                "on_loop": sum(row.on_loop for row in report.findings),
                "unknown": sum(row.inside is None for row in report.unknown),
                "unfinished": sum(row.inside is not None for row in report.unknown),
                "allowed": report.allowed,
                "baseline": None
                if baseline is None
                else {"file": baseline.file, "known": baseline.known, "gone": list(baseline.gone)},
            },
        }
    )


def render_conversion(report: ConversionReport) -> str:
    """A conversion as one JSON object: every function and call with what becomes of it, and the diff."""
    return _render(
        {
            "version": VERSION,
            "functions": [
                {
                    "path": row.path,
                    "line": row.line,
                    "name": row.name,
                    "color": row.color,
                    "reason": row.reason,
                    "safety": row.safety,
                    "changed": row.changed,
                }
                for row in report.functions
            ],
            "calls": [
                {
                    "path": row.path,
                    "line": row.line,
                    "column": row.column,
                    "function": row.function,
                    "action": row.action,
                    "reason": row.reason,
                    "safety": row.safety,
                }
                for row in report.calls
            ],
            "suggestions": [
                {"path": one.path, "line": one.line, "text": one.text} for one in report.suggestions
            ],
            "unknown": _unknown(report.unknown),
            "problems": [
                {
                    "path": one.path,
                    "line": one.line,
                    "function": one.function,
                    "check": one.check,
                    "message": one.message,
                }
                for one in report.problems
            ],
            "requires": list(report.requires),
            "dependencies": {
                "changes": [
                    {
                        "path": one.path,
                        "list": one.where or None,
                        "action": one.action,
                        "requirement": one.requirement,
                    }
                    for one in report.dependencies.steps
                ],
                "notes": list(report.dependencies.notes),
                "missing": list(report.dependencies.missing),
            },
            "files": [change.path for change in report.changes],
            "diff": "".join(unified_diff(change) for change in report.changes),
            "written": report.written,
        }
    )


def _finding(row: FindingRow) -> dict[str, Any]:
    return {
        "path": row.path,
        "line": row.line,
        "column": row.column,
        "function": row.function,
        "kind": row.kind,
        "category": row.category,
        "on_loop": row.on_loop,
        "sure": row.sure,
        "chain": [_link(link) for link in row.chain],
        "message": row.message,
        "cost": row.cost,
        "severity": row.severity,
        "end_line": row.end_line,
        "end_column": row.end_column,
        "fingerprint": row.fingerprint,
    }


def _link(link: Link) -> dict[str, Any]:
    return {"path": link.path, "line": link.line, "name": link.name}


def _unknown(rows: Iterable[UnknownRow]) -> list[dict[str, Any]]:
    return [{"path": row.path, "line": row.line, "column": row.column, "text": row.text} for row in rows]


def _render(document: dict[str, Any]) -> str:
    # On one line, which is several times as fast, and in ASCII, which every pipe and terminal can carry.
    return json.dumps(document) + "\n"
