"""Headers of functions: what may stand in a second one, and what a method is called on in its own body."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

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


READING = frozenset({"copy", "count", "get", "index", "items", "keys", "values"})
"""Methods of builtin collections that change nothing."""

TAKING = frozenset(
    {
        "all",
        "any",
        "dict",
        "enumerate",
        "frozenset",
        "len",
        "list",
        "max",
        "min",
        "set",
        "sorted",
        "sum",
        "tuple",
    }
)
"""Builtins that go through a collection, and neither change nor return it."""


def _is_only_read(node: ast.FunctionDef, name: str, default: ast.expr) -> bool:
    """Whether a default is a collection that is written out, and that the function neither changes nor hands on.

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
    parents = {child: parent for parent in ast.walk(node) for child in ast.iter_child_nodes(parent)}
    uses = [one for one in ast.walk(node) if isinstance(one, ast.Name) and one.id == name]
    return all(
        isinstance(use.ctx, ast.Load) and (_reads(use, parents) or _is_passed_to_itself(use, parents, node))
        for use in uses
    )


def _reads(use: ast.Name, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether a place where a collection is named only reads it."""
    match parents[use]:
        case ast.For(iter=read) | ast.comprehension(iter=read) | ast.If(test=read) | ast.While(test=read):
            return read is use
        case ast.Compare(ops=ops):
            return not any(isinstance(one, ast.Is | ast.IsNot) for one in ops)
        case ast.Subscript(ctx=ast.Load(), value=read):
            return read is use
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Attribute(attr=method) as attribute:
            called = parents[attribute]
            return method in READING and isinstance(called, ast.Call) and called.func is attribute
        case ast.Call(func=ast.Name(id=function)):
            return function in TAKING
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join")):
            return True
    return False


def _is_passed_to_itself(
    use: ast.Name, parents: Mapping[ast.AST, ast.AST], function: ast.FunctionDef
) -> bool:
    """Whether a function gives a parameter to itself again, as what it was: `self.rows(order=order)`."""
    keyword = parents[use]
    if not isinstance(keyword, ast.keyword) or keyword.arg != use.id:
        return False
    call = parents[keyword]
    name = dotted(call.func) if isinstance(call, ast.Call) else None
    return name is not None and name.rpartition(".")[2] == function.name


def _is_plain_value(node: ast.expr) -> bool:
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Attribute(value=value) | ast.UnaryOp(operand=value):
            return _is_plain_value(value)
        case ast.Tuple(elts=elements):
            return all(map(_is_plain_value, elements))
    return False
