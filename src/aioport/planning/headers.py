"""Headers of functions: what may stand in a second one, and what a method is called on in its own body."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.program.names import dotted

BOUND = ("staticmethod", "classmethod")
"""Decorators that say how a method is called, and nothing else."""


def receiver_of(node: ast.FunctionDef, owner: str, *, is_static: bool) -> str | None:
    """What a method of a class is called on, as an expression; None where there is none."""
    if is_static:
        return owner if owner and "." not in owner else None
    first = [*node.args.posonlyargs, *node.args.args]
    return first[0].arg if first else None


def can_be_headed_twice(node: ast.FunctionDef) -> bool:
    """Whether a header may stand twice: its defaults are no objects of their own, and no decorator does anything."""
    if any(dotted(one) not in BOUND for one in node.decorator_list):
        return False
    if not all(
        _is_plain_value(default) or _is_only_read(node, name, default)
        for name, default in _defaults(node.args)
    ) or getattr(node, "type_params", None):
        return False
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is not None:
        return len(node.body) > 1 and node.body[1].lineno > (first.end_lineno or first.lineno)
    above = [*ast.walk(node.args), *([node.returns] if node.returns is not None else [])]
    last = max((getattr(one, "end_lineno", 0) or 0 for one in above), default=0)
    return first.lineno > max(node.lineno, last)


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Parameters with their defaults."""
    positional = [*arguments.posonlyargs, *arguments.args]
    begin = len(positional) - len(arguments.defaults)
    yield from ((one.arg, value) for one, value in zip(positional[begin:], arguments.defaults, strict=True))
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield one.arg, default


CHANGING = frozenset(
    {
        "add",
        "append",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "reverse",
        "setdefault",
        "sort",
        "update",
    }
)
"""Methods of builtin collections that change them."""


def _is_only_read(node: ast.FunctionDef, name: str, default: ast.expr) -> bool:
    """Whether a default is a collection that is written out, and that the function neither changes nor keeps.

    There are two of it then, of which nobody can tell which one it is.
    """
    match default:
        case ast.List(elts=elements) | ast.Set(elts=elements):
            pass
        case ast.Dict(keys=keys, values=values) if None not in keys:
            elements = [*(one for one in keys if one is not None), *values]
        case _:
            return False
    if not all(map(_is_plain_value, elements)):
        return False
    for one in ast.walk(node):
        match one:
            case ast.Subscript(value=ast.Name(id=used), ctx=ast.Store() | ast.Del()) if used == name:
                return False
            case ast.AugAssign(target=ast.Name(id=used)) if used == name:
                return False
            case ast.Attribute(value=ast.Name(id=used), attr=attribute) if (
                used == name and attribute in CHANGING
            ):
                return False
            case (
                ast.Return(value=ast.Name(id=used))
                | ast.Yield(value=ast.Name(id=used))
                | ast.Assign(value=ast.Name(id=used))
                | ast.NamedExpr(value=ast.Name(id=used))
            ) if used == name:
                return False
    return True


def _is_plain_value(node: ast.expr) -> bool:
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=value) | ast.UnaryOp(operand=value):
            return _is_plain_value(value)
        case ast.Tuple(elts=elements):
            return all(map(_is_plain_value, elements))
    return False
