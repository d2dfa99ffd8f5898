"""Findings as SARIF 2.1.0, which code scanners and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from aioport.blocking.facts import Link
from aioport.project import Problem, Source
from aioport.reporting.model import FindingRow, ScanReport
from aioport.reporting.places import Places
from aioport.reporting.rules import Rule, all_rules, rule_name

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

BASE = "%SRCROOT%"
"""What relative paths are relative to: the name that GitHub and others know for the folder of the sources."""

FINGERPRINT = "aioport/v1"
"""The name of our fingerprint, with a version that changes when its making does (SARIF 3.27.17)."""


def render_scan(report: ScanReport, places: Places) -> str:
    """A log with one run. Columns count UTF-16 code units; what is found stands in the results as a snippet."""
    rules = all_rules()
    index = {rule.name: number for number, rule in enumerate(rules)}
    base = places.root if places.prefix is None else _above(places.root, places.prefix)
    run = {
        "tool": {
            "driver": {
                "name": "aioport",
                "semanticVersion": version("aioport"),
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.problems,
                "toolExecutionNotifications": [_notification(one, places) for one in report.problems],
            }
        ],
        "originalUriBaseIds": {BASE: {"uri": f"{base.as_uri().rstrip('/')}/"}},
        "columnKind": "utf16CodeUnits",
        "results": [_result(row, index, report.sources, places) for row in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _above(root: Path, prefix: str) -> Path:
    """The folder from which `prefix` leads down to the root."""
    depth = len(PurePath(prefix).parts)
    return root.parents[depth - 1] if depth else root


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": rule.short},
        "fullDescription": {"text": f"{rule.short} {rule.help}"},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(
    row: FindingRow, index: Mapping[str, int], sources: Mapping[str, Source], places: Places
) -> dict[str, Any]:
    name = rule_name(row)
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _artifact(row.path, places),
            "region": _region(row, sources.get(row.path)),
        }
    }
    if row.function:
        location["logicalLocations"] = [{"fullyQualifiedName": row.function}]
    result: dict[str, Any] = {
        "ruleId": name,
        "ruleIndex": index[name],
        "level": row.severity,
        "message": _message(row.message),
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: row.fingerprint},
    }
    if row.chain:
        result["codeFlows"] = [{"threadFlows": [{"locations": _flow(row.chain, places)}]}]
        result["properties"] = {
            "category": row.category,
            "cost": row.cost,
            "onLoop": row.on_loop,
            "sure": row.sure,
        }
    return result


def _flow(chain: Sequence[Link], places: Places) -> list[dict[str, Any]]:
    """The steps of a chain; each but the first stands at a call, one level deeper than the one before."""
    return [
        {
            "nestingLevel": number,
            "location": {
                "physicalLocation": {
                    "artifactLocation": _artifact(link.path, places),
                    "region": {"startLine": link.line},
                },
                "message": {"text": f"{link.name} is called" if number else link.name},
            },
        }
        for number, link in enumerate(chain)
    ]


def _message(text: str) -> dict[str, Any]:
    """A sentence; braces are doubled, as they would stand for arguments (SARIF 3.11.5)."""
    return {"text": f"{text.replace('{', '{{').replace('}', '}}')}."}


def _artifact(path: str, places: Places) -> dict[str, Any]:
    if PurePath(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    shown = f"{places.prefix or ''}{path}"
    return {"uri": quote(shown.encode("utf-8", "surrogateescape")), "uriBaseId": BASE}


def _region(row: FindingRow, source: Source | None) -> dict[str, Any]:
    if source is None:
        return {"startLine": row.line}
    first = _line(source, row.line)
    region: dict[str, Any] = {"startLine": row.line, "startColumn": _utf16(first, row.column)}
    if row.end_line is None or row.end_column is None:
        return {**region, "snippet": {"text": first[row.column - 1 :]}}
    last = _line(source, row.end_line)
    region |= {"endLine": row.end_line, "endColumn": _utf16(last, row.end_column)}
    start = source.line_starts[row.line - 1] + len(first[: row.column - 1].encode())
    end = source.line_starts[row.end_line - 1] + len(last[: row.end_column - 1].encode())
    return {**region, "snippet": {"text": source.data[start:end].decode()}}


def _line(source: Source, line: int) -> str:
    start = source.line_starts[line - 1]
    end = source.line_starts[line] if line < len(source.line_starts) else len(source.data)
    return source.data[start:end].decode().rstrip("\r\n")


def _utf16(line: str, column: int) -> int:
    """A column of characters in UTF-16 code units: characters beyond the first 65,536 take two."""
    return column + sum(ord(character) > 0xFFFF for character in line[: column - 1])


def _notification(problem: Problem, places: Places) -> dict[str, Any]:
    return {
        "level": "error",
        "message": _message(problem.message),
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(problem.path, places),
                    "region": {"startLine": problem.line},
                }
            }
        ],
    }
