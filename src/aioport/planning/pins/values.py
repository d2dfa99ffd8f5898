"""Functions that are passed, stored or returned by name, and get to where their calls cannot be awaited."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.callables.protocols import find_callback_protocols
from aioport.planning.consuming.higher_order import handed_to
from aioport.planning.hosted import registered_by
from aioport.planning.reshaping.specials import LOOKING_ONLY
from aioport.program.model import Reference


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    callables, declared = analysis.callables, find_callback_protocols(analysis.program)
    registered = frozenset(_only_registered(analysis))
    yield from sorted(one for one in callables.pinned.items() if one[0] not in registered)
    for index, site in sorted(callables.sites.items()):
        if site.obstacle is not None:
            call = analysis.program.calls[index]
            reason = f"{call.path}:{call.line} may call it or something else: {site.obstacle}"
            named = (one.function for one in site.occurrences if one.function is not None)
            for function in sorted({*named, *declared.intersection(call.targets)}):
                if analysis.function(function).in_project:
                    yield function, reason
    for reference in analysis.program.references:
        syntax = analysis.syntax[reference.path]
        node = syntax.at((reference.start, reference.end), ast.expr)
        parent = syntax.parents.get(node) if node is not None else None
        if node is None or _is_harmless(node, parent) or reference.path in analysis.test_files:
            continue
        if handed_to(analysis, reference.path, node) is not None or node in callables.pools.given:
            continue
        for target in reference.targets:
            if (
                target in registered
                or target in declared
                or target in callables.followed
                or target in callables.entries
                or not analysis.function(target).in_project
            ):
                continue
            if not _is_object(analysis, target, node, parent):
                yield target, f"{reference.path}:{reference.line} passes it on by name"


def _only_registered(analysis: Analysis) -> Iterator[int]:
    """Functions that a framework calls and that are named nowhere but where they are registered with it."""
    asked = {one for one, how in analysis.hosted.items() if how.obstacle is None}
    places: dict[int, list[Reference]] = defaultdict(list)
    for reference in analysis.program.references if asked else ():
        for target in asked.intersection(reference.targets):
            places[target].append(reference)
    for function, found in places.items():
        if all(registered_by(analysis, one.path, (one.start, one.end)) for one in found):
            yield function


def _is_harmless(node: ast.expr, parent: ast.AST | None) -> bool:
    """A callee is no reference, neither is the base of an attribute."""
    if isinstance(parent, ast.Call):
        return parent.func is node
    return isinstance(parent, ast.Attribute)


def _is_object(analysis: Analysis, target: int, node: ast.expr, parent: ast.AST | None) -> bool:
    """Whether an object that can be called is only used as an object: compared, subscripted, entered, kept in a name."""
    if analysis.function(target).bare_name != "__call__":
        return False
    match parent:
        case ast.Subscript(value=value):
            return value is node
        case ast.Call(func=ast.Name(id=name)):
            return name in LOOKING_ONLY
        case ast.Compare() | ast.withitem() | ast.If() | ast.FormattedValue() | ast.Expr():
            return True
        case ast.Assign(targets=targets):
            return all(isinstance(one, ast.Name) for one in targets)
    return False
