"""Functions that were named as entries with all that is public, and would be async for nothing: whatever they wait for
stays on the event loop, which a coroutine blocks as a function does, and no caller gains by its `await`."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.concurrency import Overlap
from aioport.planning.consuming.higher_order import Use
from aioport.planning.units import Units


def find_idle(
    analysis: Analysis,
    public: AbstractSet[int],
    uses: Mapping[int, Sequence[Use]],
    colors: Colors,
    units: Units,
    overlaps: Iterable[Overlap],
) -> Iterator[tuple[int, str]]:
    """Those of `public` that would be async and in which nothing waits, however deep, each with the reason.

    uses: where functions are handed to builtins that call them.
    """
    asked = public & colors.wanted.keys()
    waiting = _waiting(analysis, uses, colors, units, overlaps) if asked else frozenset()
    for function in sorted(asked - waiting):
        yield function, f"nothing in it could be awaited: {_why(analysis, function, colors, units)}"


def _waiting(
    analysis: Analysis,
    uses: Mapping[int, Sequence[Use]],
    colors: Colors,
    units: Units,
    overlaps: Iterable[Overlap],
) -> AbstractSet[int]:
    """Functions in which something waits and the loop goes on: where a leaf, a unit or an overlap stands, whoever runs
    these or holds them, and the families of all."""
    calls = analysis.program.calls
    found: set[int] = set()
    queue: deque[int] = deque()

    def add(function: int) -> None:
        for one in (function, *analysis.family(function)):
            if one not in found:
                found.add(one)
                queue.append(one)

    for index, leaf in colors.points.items():
        if leaf.demand != "none":
            add(calls[index].caller)
    for index, decision in units.decisions.items():
        if decision.action == "offload":
            add(calls[index].caller)
    for overlap in overlaps:
        add(overlap.function)
    for one in analysis.program.functions:
        if one.in_project and one.is_async:
            add(one.id)
    runners = _runners(analysis, uses)
    while queue:
        for function in runners.get(queue.popleft(), ()):
            add(function)
    return found


def _runners(analysis: Analysis, uses: Mapping[int, Sequence[Use]]) -> Mapping[int, set[int]]:
    """For every function those that call it, use it by name, or define it."""
    found: dict[int, set[int]] = defaultdict(set)
    for index, call in enumerate(analysis.program.calls):
        if index not in analysis.facts.spawned:
            for target in call.targets:
                found[target].add(call.caller)
            for _, functions in call.callbacks:
                for target in functions:
                    found[target].add(call.caller)
    for target, every in uses.items():
        found[target].update(use.caller for use in every)
    for one in analysis.program.functions:
        if one.in_project and one.parent is not None:
            found[one.id].add(one.parent)
    return found


def _why(analysis: Analysis, function: int, colors: Colors, units: Units) -> str:
    """Why the first call that waits stays what it is."""
    for index in analysis.calls_in.get(function, ()):
        if index in analysis.facts.calls:
            call = analysis.program.calls[index]
            decision = units.decisions.get(index)
            reason = decision.reason if decision is not None else colors.refused.get(index)
            if reason is not None:
                return f"{call.path}:{call.line}: {reason}"
    return "all that it waits for stays as it is"
