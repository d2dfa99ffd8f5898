"""Clients need a running event loop when they are made; here are those that may be made without one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.concurrency import Overlap
from aioport.planning.units import Units

ON_LOOP = ("owned(", "shared(")
"""Runtime functions that ask for the running loop."""


def find_homeless_clients(
    analysis: Analysis, colors: Colors, units: Units, overlaps: Iterable[Overlap]
) -> Iterator[tuple[int, str]]:
    """Leaves that make a client in code that may run before the loop, or in a thread beside it, with the reason."""
    offloaded = {index for index, one in units.decisions.items() if one.action == "offload"}
    offloaded |= {index for one in overlaps for index in one.calls if index not in colors.points}
    for index, leaf in colors.points.items():
        if (
            leaf.demand == "none"
            and leaf.rule is not None
            and any(name in leaf.rule.rule.async_ for name in ON_LOOP)
        ):
            reason = _homeless(analysis, index, colors, offloaded)
            if reason is not None:
                yield index, reason


def _homeless(analysis: Analysis, leaf: int, colors: Colors, offloaded: set[int]) -> str | None:
    todo, seen = [leaf], {leaf}
    while todo:
        index = todo.pop()
        call = analysis.program.calls[index]
        where = f"{call.path}:{call.line}"
        if index in offloaded:
            return f"{where}: the client would be made in a thread, away from the event loop"
        caller = analysis.function(call.caller)
        if caller.kind != "def":
            return f"{where}: the client is made before an event loop runs"
        if call.caller in colors.wanted or caller.is_async:
            continue
        node = analysis.expression(call)
        if node is not None and any(
            isinstance(one, ast.Lambda) for one in analysis.syntax[call.path].ancestors(node)
        ):
            return f"{where}: a lambda may make the client in a thread"
        for above in analysis.calls_of.get(call.caller, ()):
            if above not in seen:
                seen.add(above)
                todo.append(above)
    return None
