"""Findings as JUnit XML, which CI servers show as failed tests: one suite a file, one failure a finding."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from aioport.project import Problem
from aioport.reporting.chains import render_chain
from aioport.reporting.model import FindingRow, ScanReport
from aioport.reporting.places import Places

# Characters that XML 1.0 has no way to write (its production 2, `Char`).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_scan(report: ScanReport, places: Places) -> str:
    """One `testsuite` for each file with findings, and an `error` for each file that could not be read.

    Where there is nothing to tell, one passing test says so: servers take a report without tests for a mistake.
    """
    found: dict[str, list[FindingRow | Problem]] = defaultdict(list)
    for problem in report.problems:
        found[problem.path].append(problem)
    for row in report.findings:
        found[row.path].append(row)
    root = Element("testsuites", name="aioport")
    for path in sorted(found):
        _suite(root, places.show(path), found[path], places)
    if not found:
        suite = SubElement(root, "testsuite", name="aioport", tests="1", failures="0", errors="0")
        SubElement(suite, "testcase", classname="aioport", name="scan")
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, path: str, found: Sequence[FindingRow | Problem], places: Places) -> None:
    errors = sum(isinstance(one, Problem) for one in found)
    counts = {"tests": str(len(found)), "failures": str(len(found) - errors), "errors": str(errors)}
    suite = SubElement(root, "testsuite", {"name": _text(path), **counts})
    for one in found:
        if isinstance(one, Problem):
            case = _case(suite, path, f"{path}:{one.line}", one.line)
            SubElement(case, "error", message=_text(one.message), type="cannot-be-read")
            continue
        kind = one.category or one.kind
        case = _case(suite, path, f"{path}:{one.line}:{one.column} {kind} {one.function}".rstrip(), one.line)
        failure = SubElement(case, "failure", message=_text(one.message), type=kind)
        failure.text = _text("\n".join(render_chain(one.chain, places)) or one.message)


def _case(suite: Element, path: str, name: str, line: int) -> Element:
    return SubElement(
        suite,
        "testcase",
        {"classname": _text(path), "name": _text(name), "file": _text(path), "line": str(line)},
    )


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
