"""Which names have to stay the module's where statements at module level become the body of a function."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence

from aioport.planning.bindings import names_bound, read_first
from aioport.values.scopes import Scopes

BUILTINS = frozenset(dir(builtins))

ANYWHERE = frozenset({"eval", "exec", "globals"})
"""Builtins that read the module's names, or write them, without naming them."""

HERE = frozenset({"dir", "locals", "vars"})
"""Those that, without an argument, read the names of the place where they are called."""


def find_shared(tree: ast.Module, scopes: Scopes, statements: Sequence[ast.stmt]) -> tuple[str, ...]:
    """Names that statements bind and that are read elsewhere, or read by them before they bind them; in text order."""
    inside = {node for one in statements for node in ast.walk(one)}
    begin = statements[0].lineno, statements[0].col_offset
    elsewhere = set(_read_elsewhere(tree, scopes, inside, begin))
    first = read_first(statements) & (BUILTINS | set(_bound_elsewhere(tree, inside)))
    return tuple(one for one in dict.fromkeys(names_bound(statements)) if one in elsewhere | first)


def _read_elsewhere(
    tree: ast.Module, scopes: Scopes, inside: set[ast.AST], begin: tuple[int, int]
) -> Iterator[str]:
    """Names of the module in functions and classes wherever they stand, and in statements that come later."""
    todo: list[tuple[ast.AST, bool]] = [(tree, False)]
    while todo:
        node, later = todo.pop()
        if node in inside:
            continue
        later = later or isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.GeneratorExp
        )
        if isinstance(node, ast.Name) and scopes.binding(node).scope is tree:
            if later or (isinstance(node.ctx, ast.Load) and (node.lineno, node.col_offset) > begin):
                yield node.id
        elif isinstance(node, ast.Global):
            yield from node.names
        todo += ((child, later) for child in ast.iter_child_nodes(node))


def _bound_elsewhere(tree: ast.Module, inside: set[ast.AST]) -> Iterator[str]:
    for statement in tree.body:
        if statement not in inside:
            yield from names_bound([statement])


def find_obstacle(tree: ast.Module, statements: Sequence[ast.stmt], shared: Sequence[str]) -> str | None:
    """Why statements would mean something else in a function, with its place; None where they would not."""
    inside = {node for one in statements for node in ast.walk(one)}
    for node in ast.walk(tree):
        reason = _obstacle(node, node in inside, shared)
        if reason is not None:
            return f"line {getattr(node, 'lineno', 1)} {reason}"
    return None


def _obstacle(node: ast.AST, is_inside: bool, shared: Sequence[str]) -> str | None:
    match node:
        case ast.Name(id=name) if name in ANYWHERE:
            return f"uses {name}, which reads the module's names"
        case ast.Import(names=aliases) if any(one.name == "__main__" for one in aliases):
            return "imports the module that is run"
        case ast.ImportFrom(module="__main__"):
            return "imports the module that is run"
        case ast.Constant(value=str(text)) if "__main__" in text and text != "__main__":
            return "names the module that is run in a string"
    if not is_inside:
        return None
    match node:
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]) if name in HERE:
            return f"calls {name}(), which reads the names around it"
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return "imports everything of a module, which no function can"
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return f"defines {node.name}"
        case ast.Global():
            return "declares names"
        case ast.AnnAssign(target=ast.Name(id=name)) if name in shared:
            return f"annotates {name}, which others read"
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if name.startswith("__"):
            return f"binds {name}"
    return None
