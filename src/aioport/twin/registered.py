"""Abstract classes whose objects are combined by operators with objects of the other half.

`sync_rule & async_rule` leaves it to the right operand if that is a rule as well, which the sync class finds out with
`isinstance`: an object of the async half has to pass for one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.program.names import dotted
from aioport.twin.sharing import Halves

OPERATORS = frozenset(
    f"__{name}__"
    for name in (
        "and",
        "or",
        "xor",
        "add",
        "sub",
        "mul",
        "matmul",
        "truediv",
        "floordiv",
        "mod",
        "pow",
        "lshift",
    )
) | {"__rshift__"}
"""The methods of operators whose right operand may have one of its own."""


def find_registered(one: Halves) -> Mapping[str, str]:
    """Classes of a sync file -> what they are called in its async half, where objects of both are combined."""
    before, after = _classes(one.before.tree), _classes(one.after.tree)
    if len(before) != len(after):
        return {}
    bound = {node.name for node in after}
    return {
        node.name: twin.name
        for node, twin in zip(before, after, strict=True)
        if node.name != twin.name and node.name not in bound and _is_abstract(node) and _asks(node)
    }


def _classes(tree: ast.Module) -> list[ast.ClassDef]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef)]


def _is_abstract(node: ast.ClassDef) -> bool:
    """Whether a class can have others registered with it."""
    bases = [*node.bases, *(one.value for one in node.keywords if one.arg == "metaclass")]
    return any((dotted(base) or "").rpartition(".")[2] in ("ABC", "ABCMeta") for base in bases)


def _asks(node: ast.ClassDef) -> bool:
    """Whether an operator asks whether the other operand is of the same class."""
    return node.name in _asked_for(node)


def _asked_for(node: ast.ClassDef) -> Iterator[str]:
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name in OPERATORS and len(method.args.args) > 1:
            other = method.args.args[1].arg
            for child in ast.walk(method):
                match child:
                    case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind]):
                        if name == other:
                            yield dotted(kind) or ""
