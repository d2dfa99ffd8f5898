"""What becomes of a coroutine: whether anything can await it, by where its expression stands."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.mistakes.excerpt import Excerpt
from aioport.mistakes.view import View
from aioport.program.syntax import FunctionNode

TRUTH = "is tested for truth, which it always is"

HANDLES = frozenset({"close", "send", "throw"})
"""The methods of a coroutine object."""

READS_NAMES = frozenset({"dir", "eval", "exec", "locals", "vars"})
"""Builtins that may use a variable whose name is not written."""


def find_misuse(
    view: View, excerpt: Excerpt, node: ast.expr, *, collected: bool = False, followed: bool = True
) -> str | None:
    """How a coroutine is used where nothing awaits it, to follow "the coroutine"; None where something may.

    node: its expression, or that of something iterable that holds coroutines, which is what `collected` says.
    followed: whether to follow it into a variable.
    """
    child: ast.AST = node
    while (parent := excerpt.parents.get(child)) is not None:
        if not collected and (misuse := _misuse_as_value(excerpt, parent, child)) is not None:
            return misuse
        match parent:
            case ast.Expr():
                return "is dropped"
            case ast.FormattedValue():
                return "is formatted as text"
            case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
                collected = True
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                collected = True
            case ast.BoolOp() | ast.BinOp() | ast.Starred():
                pass
            case ast.IfExp(test=test) if test is not child:
                pass
            case ast.Call(func=func) if func is not child:
                misuse = _misuse_by(view, excerpt, parent, collected=collected)
                if misuse is not None or not _passes_on(view, excerpt, parent):
                    return misuse
            case ast.keyword():
                pass
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if (
                followed
            ):
                return _find_misuse_of(view, excerpt, parent, name, collected=collected)
            case _:
                return None
        child = parent
    return None


def _misuse_as_value(excerpt: Excerpt, parent: ast.AST, child: ast.AST) -> str | None:
    """How a coroutine is used as if it were what it returns, by what stands around it."""
    match parent:
        case ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test) | ast.IfExp(test=test):
            return TRUTH if test is child else None
        case ast.BoolOp(values=[*before, _]):
            return TRUTH if child in before else None
        case ast.UnaryOp(op=ast.Not()):
            return TRUTH
        case ast.comprehension(ifs=tests) if child in tests:
            return TRUTH
        case ast.For(iter=iterable) | ast.comprehension(iter=iterable, is_async=0) if iterable is child:
            return "is iterated"
        case ast.Compare():
            return "is compared"
        case ast.BinOp() | ast.UnaryOp() | ast.AugAssign():
            return "is an operand"
        case ast.Subscript():
            return "is subscripted or used as a key"
        case ast.Attribute(attr=name):
            is_handled = name in HANDLES or name.startswith(("cr_", "__"))
            return None if is_handled else f"is asked for its attribute `{name}`"
        case ast.Call(func=func) if func is child:
            return "is called"
        case ast.withitem():
            is_sync = isinstance(excerpt.parents[parent], ast.With)
            return "is used as a context manager" if is_sync else None
        case ast.Starred() | ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return "is unpacked"
    return None


def find_unused(excerpt: Excerpt, node: ast.expr) -> str | None:
    """How what an expression gives is not used: dropped, or kept in a variable that nothing reads; None where it is."""
    match excerpt.parents.get(node):
        case ast.Expr():
            return "is dropped"
        case (ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name))) as statement:
            scope = _scope_of(excerpt, statement)
            if scope is not None and _is_local(scope, name) and not any(_loads(scope, name)):
                return f"is assigned to `{name}`, which nothing reads"
    return None


def _misuse_by(view: View, excerpt: Excerpt, call: ast.Call, *, collected: bool) -> str | None:
    record = view.call_at(excerpt, call)
    if record is None:
        return None
    if view.has_role(record, "ignores") or (not collected and view.has_role(record, "passes")):
        return f"is handed to `{excerpt.text(call.func)}`, which awaits nothing"
    return None


def _passes_on(view: View, excerpt: Excerpt, call: ast.Call) -> bool:
    record = view.call_at(excerpt, call)
    return record is not None and view.has_role(record, "passes")


def _find_misuse_of(
    view: View, excerpt: Excerpt, statement: ast.stmt, name: str, *, collected: bool
) -> str | None:
    """How a variable with a coroutine is misused: never read, or, bound once, read by nothing that awaits it."""
    scope = _scope_of(excerpt, statement)
    if scope is None or not _is_local(scope, name):
        return None
    loads = list(_loads(scope, name))
    if not loads:
        return f"is assigned to `{name}`, which nothing reads"
    if _bindings(scope, name) != 1 or any(_scope_of(excerpt, load) is not scope for load in loads):
        return None
    misuses = [find_misuse(view, excerpt, load, collected=collected, followed=False) for load in loads]
    return misuses[0] if all(misuses) else None


def _scope_of(excerpt: Excerpt, node: ast.AST) -> FunctionNode | None:
    """The function in which a node stands; None for a lambda, a class or a module."""
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    scope = next((one for one in excerpt.ancestors(node) if isinstance(one, scopes)), None)
    return scope if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) else None


def _is_local(scope: FunctionNode, name: str) -> bool:
    """Whether nothing outside of a function, and nothing that does not write its name, can see a variable."""
    for node in ast.walk(scope):
        if isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
            return False
        if isinstance(node, ast.Name) and node.id in READS_NAMES:
            return False
    return True


def _loads(scope: FunctionNode, name: str) -> Iterator[ast.Name]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            yield node


def _bindings(scope: FunctionNode, name: str) -> int:
    arguments = (node for node in ast.walk(scope.args) if isinstance(node, ast.arg))
    stores = sum(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in ast.walk(scope)
    )
    return stores + sum(argument.arg == name for argument in arguments)
