"""Iterables of the project's own that are passed to where nobody sees that they are gone through."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.program.syntax import nodes_in
from aioport.values.arguments import Argument, arrivals

SLOTS = ("__iter__", "__next__")


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """`__iter__` and `__next__` of classes whose objects arrive at a parameter that is gone through by an unknown type."""
    owners = {
        one.id: [one.methods[name] for name in SLOTS if name in one.methods]
        for one in analysis.program.classes
        if one.in_project and any(name in one.methods for name in SLOTS)
    }
    if not owners:
        return
    for record in analysis.program.calls:
        node = analysis.expression(record) if record.kind == "call" and record.targets else None
        if not isinstance(node, ast.Call):
            continue
        arguments: list[Argument] = [*node.args, *node.keywords]
        for argument in arguments:
            value = argument.value if isinstance(argument, ast.keyword) else argument
            for owner in _classes(analysis, record.path, value) & owners.keys():
                for target in record.targets:
                    where = _unseen(analysis, target, node, argument, owners[owner])
                    if where is not None:
                        yield from (
                            (method, f"{where} goes through it, by an unknown type")
                            for method in owners[owner]
                        )


def _classes(analysis: Analysis, path: str, value: ast.expr) -> set[int]:
    """The project's classes that an argument may be of."""
    span = analysis.syntax[path].span(value)
    index = analysis.call_at.get((path, *span))
    made = analysis.program.calls[index].constructs if index is not None else None
    known = analysis.program.type_at(path, *span)
    return {*(known.ids if known is not None else ()), *(() if made is None else (made,))}


def _unseen(
    analysis: Analysis, target: int, call: ast.Call, argument: Argument, slots: list[int]
) -> str | None:
    """Where a function goes through the parameter that an argument fills, without one of the slots being known there."""
    one, definition = analysis.function(target), analysis.node(target)
    if definition is None or one.path is None:
        return None
    receives = one.owner is not None and not one.is_static
    names = {
        name
        for name, arrival in arrivals(definition, call, argument, receives=receives)
        if arrival == "itself"
    }
    seen = {
        (record.start, record.end)
        for record in analysis.calls_by_path(one.path)
        if not set(slots).isdisjoint(record.targets)
    }
    syntax = analysis.syntax[one.path]
    for statement in definition.body:
        for inner in nodes_in(statement):
            if isinstance(inner, ast.Name) and inner.id in names and syntax.span(inner) not in seen:
                if _goes_through(syntax.parents[inner], inner):
                    return f"{one.path}:{inner.lineno}"
    return None


def _goes_through(parent: ast.AST, node: ast.Name) -> bool:
    match parent:
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
            return iterable is node
        case ast.Starred() | ast.YieldFrom():
            return True
        case ast.Call(func=ast.Name(), args=args):
            return node in args
        case ast.Compare(comparators=comparators):
            return node in comparators
        case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value):
            return value is node
    return False
