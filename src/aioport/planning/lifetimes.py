"""Clients need a running event loop when they are made; here are those that may be made without one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from aioport.blocking.primitives import called_names
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
    offloaded |= {
        index
        for path, (start, end) in units.moved
        for index in analysis.indices_of(path)
        if start <= analysis.program.calls[index].start and analysis.program.calls[index].end <= end
    }
    offloaded |= analysis.facts.spawned - analysis.pooled_lambdas
    handed = dict(_handed_over(analysis))
    for index, leaf in colors.points.items():
        if (
            leaf.demand == "none"
            and leaf.rule is not None
            and any(name in leaf.rule.rule.async_ for name in ON_LOOP)
        ):
            reason = _homeless(analysis, index, colors, offloaded, handed)
            if reason is not None:
                yield index, reason


def _handed_over(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """Functions that the project hands to a thread or an executor by name, and where."""
    for call in analysis.program.calls:
        if call.callbacks and any(
            analysis.catalog.is_spawn(name) for name in called_names(call, analysis.program)
        ):
            for _, functions in call.callbacks:
                yield from ((function, f"{call.path}:{call.line}") for function in functions)


def _homeless(
    analysis: Analysis, leaf: int, colors: Colors, offloaded: set[int], handed: Mapping[int, str]
) -> str | None:
    todo, seen = [leaf], {leaf}
    while todo:
        index = todo.pop()
        call = analysis.program.calls[index]
        where = f"{call.path}:{call.line}"
        if index in offloaded:
            return f"{where}: the client would be made in a thread, away from the event loop"
        caller = analysis.function(call.caller)
        if call.caller in handed and call.caller not in colors.wanted:
            return f"{handed[call.caller]}: the client would be made in a thread, away from the event loop"
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
