"""What a `with` enters and a `for` goes through where the body awaits: it is worked in threads, one step at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from aioport.planning.analysis import Analysis

ENTERED = frozenset({"database", "dns", "file", "network", "process"})
"""What may be waited for when a manager is entered in one thread and left in another. A lock is not among it: it
belongs to the thread that took it."""

READ_AHEAD = 256
"""Lines of a file that are read in one call in a thread, which costs as much as reading a few thousand of them."""


def may_be_entered(analysis: Analysis, indices: Iterable[int]) -> bool:
    """Whether a context manager may be entered in another thread: one of a library that waits for something outside.

    indices: of the calls that make, enter and leave it.
    """
    for index in indices:
        wait = analysis.facts.calls.get(index)
        if wait is None or wait.blocks.category not in ENTERED:
            return False
        if any(analysis.function(target).in_project for target in analysis.program.calls[index].targets):
            return False
    return True


def read_ahead(analysis: Analysis, indices: Iterable[int], statement: ast.For) -> int:
    """How many items of what a loop goes through may be read at once: lines of a file that its body does not touch.

    indices: of the calls that wait in what it goes through.
    """
    waits = [analysis.facts.calls[index] for index in indices if index in analysis.facts.calls]
    is_file = any(
        analysis.program.calls[index].kind == "iter"
        and analysis.facts.calls[index].primitive.startswith("io.")
        for index in indices
        if index in analysis.facts.calls
    )
    if not is_file or any(wait.blocks.category != "file" for wait in waits):
        return 1
    named = {one.id for one in ast.walk(statement.iter) if isinstance(one, ast.Name)}
    used = {one.id for part in statement.body for one in ast.walk(part) if isinstance(one, ast.Name)}
    is_own = isinstance(statement.iter, ast.Call)
    return READ_AHEAD if is_own or (isinstance(statement.iter, ast.Name) and named.isdisjoint(used)) else 1
