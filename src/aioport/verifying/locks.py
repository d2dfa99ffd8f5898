"""No lock of threads is held across an await that was not there before."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.threads.regions import find_regions
from aioport.program.syntax import nodes_in
from aioport.verifying.verdict import Violation


def check_locks(before: Analysis, after: Analysis) -> Iterator[Violation]:
    """Locks that an async function holds while it waits, less those of functions that did so before."""
    known = {name for name, _, _ in _torn(before)}
    for name, path, line in _torn(after):
        if name not in known:
            message = f"{name} waits while it holds a lock of threads"
            yield Violation("locks", path, line, name, message)


def _torn(analysis: Analysis) -> Iterator[tuple[str, str, int]]:
    """Async functions that wait while they hold a lock: their names, and where."""
    for region in find_regions(analysis):
        node, syntax = analysis.node(region.function), analysis.syntax[region.path]
        if not isinstance(node, ast.AsyncFunctionDef):
            continue
        low, high = region.held
        for inner in [one for statement in node.body for one in nodes_in(statement)]:
            if isinstance(inner, ast.Await | ast.AsyncFor | ast.AsyncWith):
                start, end = syntax.span(inner)
                if low <= start and end <= high:
                    yield analysis.function(region.function).name, region.path, inner.lineno
                    break
