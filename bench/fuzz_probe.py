"""One scan, as `aioport scan ... --format json` does it, that also notes whether its counts add up.

The first argument is the file for the notes, the others are the command line. Besides the scan itself, the fallback
that stands in for a type checker that crashes reads the same files.
"""

from __future__ import annotations

import ast
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aioport.scanning
from aioport.blocking.chains import find_all_blocking
from aioport.catalog.load import load_catalog
from aioport.cli import app
from aioport.fallback.build import by_name
from aioport.mistakes.find import find_mistakes
from aioport.program.model import Call, Program
from aioport.project import PARSE_ERRORS, Project
from aioport.values.leftovers import resolve_leftovers


def main() -> int:
    notes = Path(sys.argv.pop(1))
    scan_project = aioport.scanning.scan_project

    def noting(*paths: Path, **options: Any) -> aioport.scanning.Scan:
        scan = scan_project(*paths, **options)
        wrong = [f"the scan: {line}" for line in _doubts(scan.project, scan.program)]
        catalog = load_catalog(scan.project.settings.rewrites)
        program = resolve_leftovers(scan.project, by_name(scan.project, catalog), catalog)
        program, facts = find_all_blocking(scan.project, program, catalog)
        find_mistakes(scan.project, program, facts, catalog)
        # Asked for on purpose: most of it is found only then.
        _ = program.references
        for call in program.calls[:2000]:
            program.receiver(call)
            program.type_at(call.path, call.start, call.end)
        wrong += [f"the fallback: {line}" for line in _doubts(scan.project, program)]
        counts = scan.program.counts
        noted = {"calls": counts.calls, "unknown": counts.unknown, "wrong": wrong}
        notes.write_text(json.dumps(noted), encoding="utf-8")
        return scan

    aioport.scanning.scan_project = noting
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


def _doubts(project: Project, program: Program) -> Iterator[str]:
    """What does not add up: calls that are missing, counted twice, or outside of their file."""
    found: dict[str, Counter[tuple[int, int]]] = {path: Counter() for path in project.sources}
    for call in program.calls:
        if not _is_inside(project, call):
            yield f"{call.path}: a call at {call.line}:{call.column}, bytes {call.start} to {call.end}, is outside of it"
        elif call.kind == "call":
            found[call.path][call.start, call.end] += 1
    skipped = set(program.unloaded)
    for path, spans in found.items():
        try:
            tree = project.sources[path].tree
        except PARSE_ERRORS:
            continue
        twice = sum(count > 1 for count in spans.values())
        expected = sum(isinstance(node, ast.Call) for node in ast.walk(tree))
        if path not in skipped and (twice or len(spans) != expected):
            yield f"{path}: {expected} calls, of which {len(spans)} are in the counts, {twice} of them twice"


def _is_inside(project: Project, call: Call) -> bool:
    source = project.sources[call.path]
    if not (0 <= call.start <= call.end <= len(source.data) and 1 <= call.line <= len(source.line_starts)):
        return False
    return source.line_starts[call.line - 1] + call.column == call.start


if __name__ == "__main__":
    sys.exit(main())
