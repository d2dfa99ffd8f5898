"""Where a plan puts new awaits: asked by those who must not have one in some place."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.concurrency import Overlap
from aioport.planning.consuming.outcome import Consumed, Taken
from aioport.planning.plan import (
    AsyncFor,
    AsyncWith,
    AsyncYieldFrom,
    Await,
    Closing,
    Collect,
    Contains,
    Decide,
    Helper,
    Listed,
    Mapped,
    Materialise,
    Until,
)
from aioport.planning.sites import consume, find_uses
from aioport.planning.units import Units
from aioport.positions import Span


@dataclass(frozen=True, slots=True)
class NewAwaits:
    """Ranges of text that an await is put in front of, by path, in order."""

    spans: dict[str, list[Span]]

    def within(self, path: str, span: Span) -> Span | None:
        """The first of them in a part of a file; None where there is none."""
        low, high = span
        return next((one for one in self.spans.get(path, ()) if low <= one[0] and one[1] <= high), None)


def find_new_awaits(
    analysis: Analysis, colors: Colors, units: Units, overlaps: Iterable[Overlap]
) -> NewAwaits:
    """Every place where something is awaited that was not before: leaves, calls of what becomes async, units, overlaps."""
    found: dict[str, list[Span]] = defaultdict(list)
    elsewhere = (colors.bridged, colors.outside, analysis.facts.spawned)
    for index, call in enumerate(analysis.program.calls):
        leaf = colors.points.get(index)
        runs_it = any(one in colors.wanted for one in call.targets)
        if (leaf is not None and leaf.demand != "none") or (
            runs_it and not any(index in one for one in elsewhere)
        ):
            found[call.path].append((call.start, call.end))
    for path, node in find_readers(analysis, colors):
        found[path].append(analysis.syntax[path].span(node))
    for path, span in units.moved:
        found[path].append(span)
    for one in overlaps:
        found[one.path].append(analysis.syntax[one.path].span(one.node))
    return NewAwaits({path: sorted(spans) for path, spans in found.items()})


def find_readers(analysis: Analysis, colors: Colors) -> Iterator[tuple[str, ast.expr | ast.stmt]]:
    """Where something asynchronous is read, with its file: a generator maybe far from where it is made."""
    lazy = analysis.lazy & colors.wanted.keys()
    elsewhere = {*colors.points, *colors.bridged, *colors.outside, *analysis.facts.spawned}
    for index, call in enumerate(analysis.program.calls):
        if call.kind == "call" and not lazy.isdisjoint(call.targets) and index not in elsewhere:
            node = analysis.expression(call)
            if node is not None:
                yield from _taken(consume(analysis, call.path, node, "async for"))
    for function, uses in find_uses(analysis).items():
        for use in uses if function in colors.wanted else ():
            yield from _taken(use.consumed)


def _taken(consumed: Consumed) -> Iterator[tuple[str, ast.expr | ast.stmt]]:
    if isinstance(consumed, Taken):
        for path, intent in consumed.intents:
            match intent:
                case (
                    AsyncFor(node=ast.For(iter=node) | ast.comprehension(iter=node))
                    | Closing(node=ast.For(iter=node))
                    | Until(node=ast.For(iter=node))
                ):
                    yield path, node
                case AsyncWith(node=statement, items=items):
                    yield from ((path, statement.items[item].context_expr) for item in items)
                case (
                    AsyncYieldFrom(node=node)
                    | Await(node=node)
                    | Collect(node=node)
                    | Contains(node=node)
                    | Decide(node=node)
                    | Helper(node=node)
                    | Listed(node=node)
                    | Mapped(node=node)
                    | Materialise(node=node)
                ):
                    yield path, node


def span_of_suite(analysis: Analysis, path: str, suite: Iterable[ast.stmt]) -> Span | None:
    """From the first statement of a suite to the end of the last; None for an empty one."""
    spans = [analysis.syntax[path].span(one) for one in suite]
    return (spans[0][0], spans[-1][1]) if spans else None
