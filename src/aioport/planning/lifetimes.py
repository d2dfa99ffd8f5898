"""Clients need a running event loop when they are made; here are those that may be made without one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from aioport.blocking.primitives import called_names
from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.concurrency import Overlap
from aioport.planning.hosted import registered_by
from aioport.planning.units import Units

ON_LOOP = ("owned(", "shared(")
"""Runtime functions that ask for the running loop."""

IN_THREAD = "the client would be made in a thread, away from the event loop"


@dataclass(frozen=True, slots=True)
class Homeless:
    """A leaf that makes a client in code that may run before the loop, or in a thread beside it.

    host: what a framework runs in a thread, and would run on the loop if it were async; None where that is not it.
    """

    leaf: int
    reason: str
    host: int | None = None


def find_homeless_clients(
    analysis: Analysis, colors: Colors, units: Units, overlaps: Iterable[Overlap]
) -> Iterator[Homeless]:
    """Clients that would be made without a running event loop."""
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
            found = _homeless(analysis, index, colors, offloaded, handed)
            if found is not None:
                yield found


def _handed_over(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """Functions that the project hands to a thread, or to a framework that may use one, and where."""
    for function, how in analysis.hosted.items():
        one = analysis.function(function)
        yield function, f"{one.path}:{one.line}, {how.entry.what}"
    registrars = analysis.catalog.registrars
    for call in analysis.program.calls:
        names = called_names(call, analysis.program) if call.callbacks else ()
        if any(analysis.catalog.is_spawn(name) or name in registrars for name in names):
            for _, functions in call.callbacks:
                yield from ((function, f"{call.path}:{call.line}") for function in functions)


def _homeless(
    analysis: Analysis, leaf: int, colors: Colors, offloaded: set[int], handed: Mapping[int, str]
) -> Homeless | None:
    todo, seen = [leaf], {leaf}
    while todo:
        index = todo.pop()
        call = analysis.program.calls[index]
        where = f"{call.path}:{call.line}"
        if index in offloaded:
            return Homeless(leaf, f"{where}: {IN_THREAD}")
        caller = analysis.function(call.caller)
        if call.caller in handed and call.caller not in colors.wanted and not caller.is_async:
            host = call.caller if call.caller in analysis.hosted else None
            return Homeless(leaf, f"{handed[call.caller]}: {IN_THREAD}", host)
        node, syntax = analysis.expression(call), analysis.syntax[call.path]
        lambdas = [one for one in syntax.ancestors(node) if isinstance(one, ast.Lambda)] if node else []
        if any(registered_by(analysis, call.path, syntax.span(one)) is not None for one in lambdas):
            return Homeless(leaf, f"{where}: {IN_THREAD}")
        if caller.kind != "def":
            return Homeless(leaf, f"{where}: the client is made before an event loop runs")
        if call.caller in colors.wanted or caller.is_async:
            continue
        if lambdas:
            return Homeless(leaf, f"{where}: a lambda may make the client in a thread")
        for above in _running(analysis, call.caller):
            if above not in seen:
                seen.add(above)
                todo.append(above)
    return None


def _running(analysis: Analysis, function: int) -> Iterator[int]:
    """Calls that run a function; that of a dataclass runs its `__post_init__`, which the checker does not say."""
    yield from analysis.calls_of.get(function, ())
    one = analysis.function(function)
    if one.owner is not None and one.bare_name == "__post_init__":
        for made in (one.owner, *analysis.program.subclasses.get(one.owner, ())):
            yield from analysis.making.get(made, ())
