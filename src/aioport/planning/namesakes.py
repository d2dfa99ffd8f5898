"""Unknown calls and reads on the event loop that may be of the project's own methods and properties that wait, by their
names: told, not converted."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.candidates import find_methods, fitting
from aioport.planning.colors import Colors
from aioport.planning.plan import Suggestion
from aioport.planning.units import Units
from aioport.program.model import Function

EVERYDAY = frozenset(
    name for kind in (str, bytes, list, tuple, dict, set, int, float) for name in dir(kind) if name[0] != "_"
)
"""Methods that objects of the language have, which an unknown one most often is."""

MOST_NAMED = 3
"""A longer list of what may run says nothing."""


def find_namesakes(analysis: Analysis, colors: Colors, units: Units) -> Iterator[Suggestion]:
    """Calls and reads of which nothing is known but a name, in what runs on the event loop, where that name is one of
    what waits."""
    if not colors.wanted:
        return
    waits = analysis.facts.waits
    methods, fits = find_methods(analysis.program), fitting(analysis.project)
    properties: dict[str, list[Function]] = defaultdict(list)
    for one in analysis.program.functions:
        if one.in_project and one.is_property and one.id in waits:
            properties[one.bare_name].append(one)
    for function in sorted(_on_loop(analysis, colors, units)):
        path = analysis.function(function).path
        if path is None:
            continue
        known: set[tuple[int, int]] = set()
        for index in analysis.calls_in.get(function, ()):
            call = analysis.program.calls[index]
            known.add((call.start, call.end))
            if call.kind != "call" or call.unknown is None or call.targets or index in analysis.facts.spawned:
                continue
            node = analysis.expression(call)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                found = [
                    one
                    for one in methods.get(node.func.attr, ())
                    if one.id in waits and node.func.attr not in EVERYDAY and fits(one, node)
                ]
                yield from _told(analysis, colors, units, path, node.func, found)
        for read in _unknown_reads(analysis, function, path, properties):
            if analysis.syntax[path].span(read) not in known:
                yield from _told(analysis, colors, units, path, read, properties[read.attr])


def _told(
    analysis: Analysis,
    colors: Colors,
    units: Units,
    path: str,
    node: ast.Attribute,
    found: Iterable[Function],
) -> Iterator[Suggestion]:
    start, end = analysis.syntax[path].span(node)
    if _is_moved(units, path, start, end):
        return
    found = [one for one in found if not analysis.in_tests(one.id)]
    if not found:
        return
    named = " or ".join(one.name for one in found[:MOST_NAMED])
    more = f" or one of {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    then = "would have to be awaited" if found[0].id in colors.wanted else "would block the event loop"
    text = (
        f"`{ast.unparse(node)[:60]}` may be {named}{more}, which waits for "
        f"{analysis.facts.waits[found[0].id].category} and {then}: what type its object has is not known"
    )
    yield Suggestion(path, node.lineno, text)


def _on_loop(analysis: Analysis, colors: Colors, units: Units) -> set[int]:
    """Functions that run on the event loop: those that are async, and what they call themselves that is seen to wait
    for nothing."""
    found = {
        one.id
        for one in analysis.program.functions
        if one.in_project and (one.id in colors.wanted or one.is_async)
    }
    todo = sorted(found)
    while todo:
        for index in analysis.calls_in.get(todo.pop(), ()):
            call, decision = analysis.program.calls[index], units.decisions.get(index)
            if (
                index in analysis.facts.spawned
                or (decision is not None and decision.action == "offload")
                or _is_moved(units, call.path, call.start, call.end)
            ):
                continue
            for target in call.targets:
                if (
                    target not in found
                    and analysis.function(target).in_project
                    and target not in analysis.facts.waits
                ):
                    found.add(target)
                    todo.append(target)
    return found


def _is_moved(units: Units, path: str, start: int, end: int) -> bool:
    return any(where == path and low <= start and end <= high for where, (low, high) in units.moved)


def _unknown_reads(
    analysis: Analysis, function: int, path: str, names: Container[str]
) -> Iterator[ast.Attribute]:
    """Reads of some attributes in a function's own code, of objects whose type is not known."""
    for node in analysis.body(function) if names else ():
        if isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.ctx, ast.Load):
            known = analysis.program.type_at(path, *analysis.syntax[path].span(node.value))
            if known is None or not (known.classes or known.objects):
                yield node
