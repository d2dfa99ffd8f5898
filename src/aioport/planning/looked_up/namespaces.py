"""The names that are looked up in a namespace: `globals()[name]`, `vars(module).get(name)`, `Class.__dict__[name]`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.looked_up.spellings import spelling

READING = frozenset({"get", "pop", "setdefault", "__getitem__", "__setitem__"})
"""Methods of a namespace whose first argument is a name."""

HARMLESS = frozenset({"keys", "update", "clear", "__contains__", "__len__"})
"""Methods of a namespace that give away nothing that is in it."""

LISTING = frozenset(
    {"len", "list", "tuple", "set", "frozenset", "sorted", "print", "bool", "repr", "id", "type"}
)
"""Builtins that look at the names only."""

FORMATTING = frozenset({"format", "format_map"})
"""Methods of a string that show what they are given, and call nothing."""

EVERYTHING = re.compile(".*", re.DOTALL)


def looked_up_in(
    analysis: Analysis, path: str, node: ast.expr, *, deep: bool = True
) -> Iterator[re.Pattern[str]]:
    """The names that are looked up in the namespace that an expression is."""
    syntax = analysis.syntax[path]
    parent = syntax.parents.get(node)
    match parent:
        case ast.Subscript(value=value, slice=key) if value is node:
            yield spelling(analysis, path, key)
        case ast.Attribute(attr=name):
            call = syntax.parents.get(parent)
            if name in READING and isinstance(call, ast.Call) and call.func is parent and call.args:
                yield spelling(analysis, path, call.args[0])
            elif name not in HARMLESS:
                yield EVERYTHING
        case ast.Compare() | ast.Expr() | ast.For() | ast.comprehension():
            return
        case ast.keyword():
            call = syntax.parents.get(parent)
            if not (isinstance(call, ast.Call) and _is_looked_at(call)):
                yield EVERYTHING
        case ast.Call() if _is_looked_at(parent):
            return
        case ast.Assign(targets=[ast.Name(id=name)]) if deep:
            for other in syntax.of_kind.get(ast.Name, ()):
                if isinstance(other, ast.Name) and other.id == name and isinstance(other.ctx, ast.Load):
                    yield from looked_up_in(analysis, path, other, deep=False)
        case _:
            yield EVERYTHING


def _is_looked_at(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(attr=name):
            return name in FORMATTING
        case ast.Name(id=name):
            return name in LISTING
    return False
