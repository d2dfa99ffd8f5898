"""The list that a loop appends to: whether it is the function's own, and whether nobody sees it half full."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from aioport.planning.bindings import captured_inside, captured_outside, parameters, read_on_failure
from aioport.planning.moving import stands_alone
from aioport.program.syntax import FunctionNode, Syntax, nodes_in


@dataclass(frozen=True, slots=True)
class Accumulator:
    """A list that a loop collects.

    element: what each iteration appends to it, at its end.
    empty: the statement right before the loop that makes it, if nothing stands between the two.
    """

    name: str
    element: ast.expr
    empty: ast.Assign | ast.AnnAssign | None


def find_accumulator(syntax: Syntax, function: FunctionNode, node: ast.For) -> Accumulator | str:
    """What a loop collects; or why a list made in another way would not be the same."""
    match node.body[-1]:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[element], keywords=[]
            )
        ) if not isinstance(element, ast.Starred):
            pass
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=value, attr="append"))):
            return f"{ast.unparse(value)} is no list of the function's own"
        case _:
            return "not every iteration ends by appending to a list"
    reason = _why_shared(syntax, function, node, name)
    if reason is not None:
        return reason
    suite = syntax.suite(node)
    before = suite[suite.index(node) - 1] if suite.index(node) else None
    if (
        isinstance(before, ast.Assign | ast.AnnAssign)
        and makes_empty(before, name)
        and stands_alone(syntax, [before])
    ):
        return Accumulator(name, element, before)
    return Accumulator(name, element, None)


def _why_shared(syntax: Syntax, function: FunctionNode, node: ast.For, name: str) -> str | None:
    if name in parameters(function):
        return f"{name} is a parameter: the caller has the list, too"
    if name in captured_outside(function, [node]) or name in captured_inside([node]):
        return f"{name} is used by a nested function"
    inside = set(ast.walk(node))
    for statement in function.body:
        for one in nodes_in(statement):
            if isinstance(one, ast.Name) and one.id == name and one not in inside:
                if isinstance(one.ctx, ast.Load) and _may_hand_on(syntax, function, node, one):
                    return f"line {one.lineno} may hand {name} on before the loop"
                if isinstance(one.ctx, ast.Store) and not _makes_list(syntax.parents[one], name):
                    return f"line {one.lineno} makes {name} something other than a new list"
            elif isinstance(one, ast.Global | ast.Nonlocal) and name in one.names:
                return f"{name} is not the function's own"
    if not any(
        isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store)
        for one in ast.walk(function)
    ):
        return f"{name} is not the function's own"
    if name in read_on_failure(syntax, function, [node]):
        return f"{name} may be read after a failure, with what came before it"
    return None


def _may_hand_on(syntax: Syntax, function: FunctionNode, node: ast.For, use: ast.Name) -> bool:
    """Whether somebody else may hold the list when the loop runs."""
    parent = syntax.parents[use]
    match parent, syntax.parents[parent]:
        case ast.Attribute(attr="append" | "extend"), ast.Call(func=called) if called is parent:
            return False
        case ast.Call(func=ast.Name(id="len")), _:
            return False
    suite = syntax.suite(node)
    made = [one.lineno for one in suite[: suite.index(node)] if makes_empty(one, use.id)]
    if made:
        return made[-1] < use.lineno < node.lineno
    for around in syntax.ancestors(node):
        if around is function:
            break
        if isinstance(around, ast.For | ast.AsyncFor | ast.While) and around in syntax.ancestors(use):
            return True
    return use.lineno < node.lineno


def _makes_list(parent: ast.AST, name: str) -> bool:
    match parent:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(value=ast.expr() as value):
            return makes_empty(parent, name) or isinstance(value, ast.List | ast.ListComp)
        case ast.AnnAssign(value=None):
            return True
    return False


def makes_empty(statement: ast.AST, name: str) -> bool:
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id=bound)], value=value)
            | ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value)
        ):
            pass
        case _:
            return False
    match value:
        case ast.List(elts=[]) | ast.Call(func=ast.Name(id="list"), args=[], keywords=[]):
            return bound == name
    return False
