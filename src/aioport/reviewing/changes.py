"""The changes of a conversion that can be taken or left, each with its reasons, its chain and its part of the diff."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aioport.blocking.facts import Link
from aioport.explaining.paths import Paths
from aioport.planning.analysis import Analysis
from aioport.planning.plan import Action, Plan, Safety
from aioport.reviewing.parts import Row, render_part, rows_of

AWAITING: frozenset[Action] = frozenset({"await", "native", "offload", "overlap", "async with", "async for"})
"""What is done to calls in functions that are async already."""


@dataclass(frozen=True, slots=True)
class Change:
    """What stands or falls together: a function, or a family of them, that becomes async, or is and awaits more.

    function: the dotted name by which it is remembered; of a family, that of the first member in source order.
    others: the names of the other members.
    becomes_async: whether it was sync.
    chain: from the function down to what waits; empty where it reaches nothing that blocks.
    overlaps: some waits in it are to overlap.
    diff: what changes in its text and where it is called, see `parts.render_part`.
    """

    function: str
    others: tuple[str, ...]
    path: str
    line: int
    becomes_async: bool
    safety: Safety
    reasons: tuple[str, ...]
    chain: tuple[Link, ...]
    overlaps: bool
    diff: str


def find_changes(analysis: Analysis, plan: Plan, texts: Mapping[str, bytes]) -> Iterator[Change]:
    """The changes of a plan, in source order. texts: what it makes of the files, by path."""
    changed = [one.function for one in plan.functions.values() if one.changed]
    awaiting: dict[int, list[int]] = defaultdict(list)
    for index, one in plan.calls.items():
        if one.action in AWAITING:
            awaiting[_function_around(analysis, analysis.program.calls[index].caller)].append(index)
    members = _families(analysis, changed)
    members += [(one,) for one in awaiting if one not in changed and analysis.function(one).is_async]
    paths = Paths(analysis.program, analysis.facts, analysis.catalog)
    rows = {
        path: rows_of(analysis.project.sources[path].text, text.decode())
        for path, text in texts.items()
        if path in analysis.project.sources
    }
    for functions in sorted(members, key=lambda found: _place(analysis, found[0])):
        first = analysis.function(functions[0])
        calls = [index for one in functions for index in awaiting.get(one, ())]
        decisions = [plan.functions[one] for one in functions]
        becomes = decisions[0].changed
        waiting = paths.function_waits(first.id)
        said = [one.reason for one in decisions] if becomes else [plan.calls[one].reason for one in calls]
        doubts: list[Safety] = [one.safety for one in decisions] + [plan.calls[one].safety for one in calls]
        yield Change(
            function=first.name,
            others=tuple(analysis.function(one).name for one in functions[1:]),
            path=first.path or "",
            line=first.line,
            becomes_async=becomes,
            safety=next((one for one in doubts if one != "safe"), "safe"),
            reasons=tuple(dict.fromkeys(said)),
            chain=waiting.chain if waiting is not None else (),
            overlaps=any(plan.calls[one].action == "overlap" for one in calls),
            diff="".join(_diff(analysis, functions, rows)),
        )


def _function_around(analysis: Analysis, function: int) -> int:
    """The function whose text a lambda's or a comprehension's call stands in, or itself."""
    one = analysis.function(function)
    while one.parent is not None and analysis.node(one.id) is None:
        one = analysis.function(one.parent)
    return one.id


def _place(analysis: Analysis, function: int) -> tuple[str, int]:
    one = analysis.function(function)
    return one.path or "", one.line


def _families(analysis: Analysis, changed: Iterable[int]) -> list[tuple[int, ...]]:
    """Functions that change, those of one family together, each in source order."""
    found: dict[int, tuple[int, ...]] = {}
    changed = sorted(changed, key=lambda one: _place(analysis, one))
    for function in changed:
        if function not in found:
            family = tuple(one for one in changed if one in analysis.family(function)) or (function,)
            found |= dict.fromkeys(family, family)
    return list(dict.fromkeys(found.values()))


def _diff(analysis: Analysis, functions: Iterable[int], rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """What changes in the text of some functions, and where they are called."""
    ranges: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for function in functions:
        node, path = analysis.node(function), analysis.function(function).path
        if node is not None and path is not None:
            ranges[path].append((_first_line(node), node.end_lineno or node.lineno))
        for index in analysis.calls_of.get(function, ()):
            call = analysis.program.calls[index]
            ranges[call.path].append((call.line, call.line))
    for path, wanted in ranges.items():
        yield from render_part(path, rows.get(path, ()), wanted)


def _first_line(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min((one.lineno for one in node.decorator_list), default=node.lineno)
