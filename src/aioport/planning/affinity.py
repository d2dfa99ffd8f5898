"""Thread-affine objects: a sqlite3 connection may only be used on the thread that made it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from aioport.blocking.chains import blocks_of
from aioport.planning.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Affinities:
    """Which functions and calls use objects that live on one thread.

    functions: the kinds of such objects that a function's run reaches, by function id.
    kept: kinds that stay on the event loop's thread, because some use of them cannot leave it.
    """

    functions: Mapping[int, frozenset[str]]
    calls: Mapping[int, frozenset[str]]
    kept: frozenset[str] = frozenset()

    def of_call(self, index: int) -> frozenset[str]:
        return self.calls.get(index, frozenset())


def find_affinities(analysis: Analysis, kept: frozenset[str] = frozenset()) -> Affinities:
    """Follows affine primitives up through the project's calls."""
    found: dict[int, set[str]] = defaultdict(set)
    callers: dict[int, set[int]] = defaultdict(set)
    for index, call in enumerate(analysis.program.calls):
        if index not in analysis.facts.spawned:
            for target in call.targets:
                callers[target].add(call.caller)
    for function in analysis.program.functions:
        blocks = None if function.in_project else blocks_of(function, analysis.catalog)
        if blocks is not None and blocks.affinity is not None:
            found[function.id].add(blocks.affinity)
    queue = deque(found)
    while queue:
        target = queue.popleft()
        for caller in callers[target]:
            if not found[target] <= found[caller]:
                found[caller] |= found[target]
                queue.append(caller)
    functions = {function: frozenset(kinds) for function, kinds in found.items() if kinds}
    calls = {
        index: frozenset().union(*(functions.get(target, frozenset()) for target in call.targets))
        for index, call in enumerate(analysis.program.calls)
        if any(target in functions for target in call.targets)
    }
    return Affinities(functions, calls, kept)


def touched_on_loop(analysis: Analysis, affinities: Affinities, offloaded: frozenset[int], on_loop: frozenset[int]) -> frozenset[str]:
    """Kinds that are used on the event loop's thread although other uses are moved to their own.

    offloaded: calls that run in a thread; on_loop: functions whose bodies run on the loop's thread.
    """
    moved = {kind for index in offloaded for kind in affinities.of_call(index)}
    stayed = {
        kind
        for index, kinds in affinities.calls.items()
        if index not in offloaded
        and analysis.program.calls[index].caller in on_loop
        and not all(analysis.function(target).in_project for target in analysis.program.calls[index].targets)
        for kind in kinds
    }
    return frozenset(moved & stayed)
