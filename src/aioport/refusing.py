"""What is taken back where verification has refuted something: as little as may help, then more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Plan
from aioport.planning.refused import Refused
from aioport.verifying.again import SECOND_RUN
from aioport.verifying.verdict import Violation

NO_FORM = "no form of this conversion passed verification"


def refuse(
    analysis: Analysis, plan: Plan, refused: Refused, violations: Iterable[Violation], *, everything: bool
) -> None:
    """Takes back what is nearest to each violation and changes: the function that it is in, rewritten calls of one that
    is async already, methods of a class that it names, functions of its file, everything. What only a second run
    changes may do so for what changes around it."""
    changed = {one.function for one in plan.functions.values() if one.changed}
    native = [index for index, one in plan.calls.items() if one.action == "native"]
    for violation in violations:
        reason = f"verification refused it: {violation.message.splitlines()[0]}"
        named = _named(analysis, violation)
        calls = [index for index in native if analysis.program.calls[index].caller in named]
        if calls and changed.isdisjoint(named):
            refused.leaves |= {index: reason for index in calls if index not in refused.leaves}
            continue
        found = next(filter(None, (one & changed for one in _nearest(analysis, changed, violation))), ())
        for function in found:
            refused.functions.setdefault(function, reason)
    if everything:
        refused.leaves |= {index: NO_FORM for index in native if index not in refused.leaves}
        for one in analysis.program.functions:
            if one.in_project and one.kind == "def":
                refused.functions.setdefault(one.id, NO_FORM)


def _named(analysis: Analysis, violation: Violation) -> set[int]:
    """The functions that a violation stands in, and those around them."""
    named = [one for one in analysis.program.functions if one.in_project and one.name == violation.function]
    return {one.id for one in named} | {one.parent for one in named if one.parent is not None}


def _nearest(analysis: Analysis, changed: Collection[int], violation: Violation) -> Iterator[set[int]]:
    """Functions to take back, in sets: each of them is for where nothing in those before it changes."""
    named = _named(analysis, violation)
    yield named
    yield {one for one in changed if _is_mentioned(analysis, one, violation.message)}
    if violation.check == SECOND_RUN:
        own = {one for one in named if analysis.function(one).name == violation.function}
        yield _around(analysis, own)
    yield {one.id for one in map(analysis.function, changed) if one.path == violation.path}
    yield set(changed)


def _around(analysis: Analysis, functions: Iterable[int]) -> set[int]:
    """What some functions call, what calls them, and what their decorators put in their places."""
    found: set[int] = set()
    for function in functions:
        for index in analysis.calls_in.get(function, ()):
            found.update(analysis.program.calls[index].targets)
        found.update(analysis.program.calls[index].caller for index in analysis.calls_of.get(function, ()))
        found.update(
            wrapper for wrapper, how in analysis.callables.wrappers.items() if function in how.decorated
        )
    return found


def _is_mentioned(analysis: Analysis, function: int, message: str) -> bool:
    """Whether a message names the class of a method."""
    owner = analysis.function(function).owner
    if owner is None:
        return False
    name = analysis.program.classes[owner].name.rpartition(".")[2]
    return f"`{name}`" in message or f"`Self@{name}`" in message
