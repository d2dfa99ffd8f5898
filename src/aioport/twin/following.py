"""The program of a twin: with the calls of values that reach a leaf, and without iterations that cannot be its own."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from aioport.blocking.edges import find_edges, find_takers
from aioport.blocking.facts import Wait
from aioport.catalog.schema import Blocks
from aioport.planning.analysis import Analysis
from aioport.planning.colors import DEMANDS, VALUE
from aioport.planning.consuming.called import called_as
from aioport.planning.consuming.calls import LAZY, is_renamed
from aioport.program.model import Call, Program
from aioport.twin.twofold import find_twofold, with_twofold
from aioport.values.following import Edges, follow_values

LAMBDA = "<lambda>"
"""What the function that stands for a lambda is called."""

REACHES_LEAF = Blocks(names=("a leaf of the twin",), category="network")


@dataclass(frozen=True)
class FollowedLeaves:
    """An analysis in which calls of values have targets: of what is passed, stored and returned, and leads to a leaf.

    twofold: the function that stands for going through an iterable of both colors; reached: where such come to.
    others: functions that lead to no leaf and that calls of values may run as well, by the call's index.
    """

    analysis: Analysis
    twofold: int
    reached: tuple[tuple[str, ast.expr], ...]
    others: Mapping[int, frozenset[int]]


def follow_leaves(analysis: Analysis, leaves: Iterable[int], wanted: Iterable[int]) -> FollowedLeaves:
    """Follows values to the calls that may run what leads to a leaf.

    leaves: calls of leaves, by index; wanted: functions that are to be async whatever they call.
    """
    catalog = analysis.catalog
    program, twofold = with_twofold(analysis.program)
    points = frozenset(leaves)
    seeds = {program.calls[index].caller for index in points}
    seeds |= {target for index in points for target in program.calls[index].targets}
    seeds |= set(wanted)
    takers = find_takers(program, catalog)
    edges = find_edges(program, catalog, takers, analysis.facts.spawned, follow=True)

    def find_waits(found: Program, edges: Edges) -> dict[int, Wait]:
        return _reaching(found, edges, seeds)

    both = {twofold: tuple(find_twofold(analysis))}
    followed = follow_values(analysis.project, program, catalog, edges, find_waits, both)
    merged = _merged(analysis, followed.program)
    values = [index for index, call in enumerate(merged.calls) if _is_held(call, analysis)]
    if not values:
        return FollowedLeaves(analysis.revised(merged), twofold, followed.reached, {})
    known = len(program.functions)
    seeds |= {target for one in program.references for target in one.targets}
    every = follow_values(analysis.project, program, catalog, edges, find_waits, both).program
    others = {
        index: frozenset(one for one in every.calls[index].targets if one < known)
        - frozenset(merged.calls[index].targets)
        for index in values
    }
    return FollowedLeaves(analysis.revised(merged), twofold, followed.reached, others)


def _reaching(program: Program, edges: Edges, seeds: Iterable[int]) -> dict[int, Wait]:
    callers: dict[int, list[int]] = defaultdict(list)
    for index, targets in edges.items():
        for target in targets:
            callers[target].append(program.calls[index].caller)
    found = dict.fromkeys(seeds)
    queue = deque(found)
    while queue:
        for caller in callers.get(queue.popleft(), ()):
            if caller not in found and not program.functions[caller].is_async:
                found[caller] = None
                queue.append(caller)
    return {one: Wait("", REACHES_LEAF, (), sure=True) for one in found}


def _merged(analysis: Analysis, followed: Program) -> Program:
    """What was found, as far as an async half can await it.

    A lambda whose body is a call hands on the coroutine that the call makes; others stay part of what is around them.
    """
    before = analysis.program.calls
    bodies = dict(_lambda_bodies(analysis, followed))
    made = frozenset(bodies.values())
    calls: list[Call] = []
    for index, call in enumerate(followed.calls):
        known = before[index] if index < len(before) else None
        if known is None and call.kind not in DEMANDS:
            continue
        targets = tuple(one for one in call.targets if not _is_deferred(followed, one) or one in made)
        if known is not None and not known.targets:
            targets = _values_only(targets, followed)
        if known is None:
            if targets and not _is_sync_iterator(call, analysis):
                calls.append(msgspec.structs.replace(call, targets=targets))
            continue
        caller = bodies.get(index, known.caller)
        if any(not followed.functions[one].in_project for one in known.targets):
            # What others call back is not awaited by them.
            calls.append(msgspec.structs.replace(known, caller=caller))
            continue
        is_value = (
            bool(targets) and not known.targets and not _is_looked_up(call, targets, analysis, followed)
        )
        unknown = VALUE if is_value else known.unknown
        calls.append(msgspec.structs.replace(call, caller=caller, targets=targets, unknown=unknown))
    return replace(followed, calls=tuple(calls))


def _is_sync_iterator(call: Call, analysis: Analysis) -> bool:
    """Whether something is gone through that a builtin makes of it (`enumerate`) for which the async half has none."""
    node = analysis.expression(call)
    name = called_as(analysis, call.path, node) if isinstance(node, ast.Call) else None
    return isinstance(node, ast.Call) and name in LAZY and not is_renamed(analysis, node, name)


def _is_held(call: Call, analysis: Analysis) -> bool:
    """Whether what is called is a value that a variable or a table holds, which may hold others as well."""
    node = analysis.expression(call) if call.unknown == VALUE else None
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Subscript)


def _values_only(targets: tuple[int, ...], program: Program) -> tuple[int, ...]:
    """Targets without the `__getattr__` that found the others: it runs before the call, and is not what is called."""
    found = tuple(one for one in targets if program.functions[one].bare_name != "__getattr__")
    return found or targets


def _is_looked_up(call: Call, targets: Iterable[int], analysis: Analysis, followed: Program) -> bool:
    """Whether targets were found by the name of a method, not by what a value may be."""
    node = analysis.expression(call)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return any(followed.functions[one].bare_name in (node.func.attr, "__getattr__") for one in targets)


def _is_deferred(program: Program, function: int) -> bool:
    return function < len(program.functions) and program.functions[function].bare_name.startswith("<")


def _lambda_bodies(analysis: Analysis, followed: Program) -> Iterator[tuple[int, int]]:
    """Calls that are all of a lambda's body, by index, with the function that stands for the lambda."""
    for index in range(len(analysis.program.calls)):
        call = followed.calls[index]
        if call.kind == "call" and followed.functions[call.caller].bare_name == LAMBDA:
            node = analysis.expression(call)
            parent = analysis.syntax[call.path].parents.get(node) if node is not None else None
            if isinstance(parent, ast.Lambda) and parent.body is node:
                yield index, call.caller
