"""Transactions that other tasks may come in between: they begin in one hop to a thread, and end in another one.

Right as it stands, as every await in sequence is; but two tasks that share a connection share its transaction.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from itertools import groupby

from aioport.planning.affinity import Affinities
from aioport.planning.analysis import Analysis
from aioport.planning.plan import Suggestion
from aioport.planning.units import Units
from aioport.planning.waiting import NewAwaits, span_of_suite
from aioport.program.model import Call


def find_open_transactions(
    analysis: Analysis, affinities: Affinities, units: Units, awaits: NewAwaits
) -> Iterator[Suggestion]:
    """One for each function, at the first statement that is left open across an await."""
    ends = {name: one.kind for one in analysis.catalog.affinities for name in one.ends}
    yield from _blocks(analysis, ends, awaits)
    hops = _Hops(units)
    by_function: dict[int, list[int]] = defaultdict(list)
    for index, decision in units.decisions.items():
        if decision.action == "offload" and affinities.of_call(index) & set(ends.values()):
            by_function[analysis.program.calls[index].caller].append(index)
    closing = _closing(analysis, ends) if by_function else frozenset()
    for _, indices in sorted(by_function.items()):
        opened: int | None = None
        ordered = sorted(indices, key=lambda one: analysis.program.calls[one].start)
        for _, hop in groupby(ordered, key=lambda one: hops.around(analysis.program.calls[one])):
            writes = None
            for index in hop:
                call, wait = analysis.program.calls[index], analysis.facts.calls.get(index)
                if wait is not None and (wait.primitive in ends or not closing.isdisjoint(call.targets)):
                    if opened is not None:
                        yield Suggestion(call.path, opened, _told(call.line))
                    break
                if wait is not None and wait.blocks.effect == "write":
                    writes = writes or call.line
            else:
                opened = opened or writes
                continue
            if opened is not None:
                break


def _blocks(analysis: Analysis, ends: Mapping[str, str], awaits: NewAwaits) -> Iterator[Suggestion]:
    """Blocks that end a transaction, `with connection:`, and await."""
    for index, wait in analysis.facts.calls.items():
        call = analysis.program.calls[index]
        if call.kind != "exit" or wait.primitive not in ends or wait.steps:
            continue
        node = analysis.expression(call)
        around = analysis.syntax[call.path].statement(node) if node is not None else None
        if isinstance(around, ast.With):
            suite = span_of_suite(analysis, call.path, around.body)
            span = awaits.within(call.path, suite) if suite is not None else None
            if span is not None:
                line = analysis.project.sources[call.path].data.count(b"\n", 0, span[0]) + 1
                yield Suggestion(call.path, call.line, f"waits in line {line}, {_SHARED}")


def _told(line: int) -> str:
    return f"begins what line {line} ends, and waits in between, {_SHARED}"


_SHARED = (
    "before the transaction ends: tasks that use the same connection meanwhile do so within it;"
    " do all of it in one function that does not wait, or hold an asyncio.Lock"
)


class _Hops:
    """The ranges of text that run in threads."""

    def __init__(self, units: Units) -> None:
        self._starts: dict[str, list[int]] = defaultdict(list)
        for path, span in sorted(units.moved):
            self._starts[path].append(span[0])

    def around(self, call: Call) -> int:
        """Where the range begins in which a call stands, as a number for it."""
        starts = self._starts[call.path]
        at = bisect_right(starts, call.start)
        return starts[at - 1] if at else -1


def _closing(analysis: Analysis, ends: Mapping[str, str]) -> frozenset[int]:
    """Functions of the project that end a transaction themselves."""
    found: set[int] = set()
    queue: deque[int] = deque()
    for index, wait in analysis.facts.calls.items():
        names = (
            analysis.catalog.public_name(analysis.function(one).name)
            for one in analysis.program.calls[index].targets
        )
        if wait.primitive in ends or any(name in ends for name in names):
            queue.append(analysis.program.calls[index].caller)
    while queue:
        function = queue.popleft()
        if function not in found:
            found.add(function)
            queue.extend(analysis.program.calls[one].caller for one in analysis.calls_of.get(function, ()))
    return frozenset(found)
