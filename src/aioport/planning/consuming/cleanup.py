"""Generators that have something to do when a loop over them ends early, and loops that may.

A sync generator is closed as soon as nobody holds it. An async one is closed by its event loop later on, unless
`aclosing` does it: https://docs.python.org/3/library/contextlib.html#contextlib.aclosing
"""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis
from aioport.program.syntax import FunctionNode, Syntax, nodes_in

CATCHES_CLOSING = {"GeneratorExit", "BaseException"}


def cleans_up(analysis: Analysis, function: int, seen: frozenset[int] = frozenset()) -> bool:
    """Whether a `yield` of a generator, or of one that it goes through, stands in a `with` or a `try` that would notice.

    In a twin nobody asks: its async half is written as the sync half is.
    """
    if analysis.literal or function in seen:
        return False
    seen |= {function}
    return any(
        (node := analysis.node(member)) is not None and _notices(analysis, member, node, seen)
        for member in analysis.family(function)
    )


def _notices(analysis: Analysis, function: int, node: FunctionNode, seen: frozenset[int]) -> bool:
    path = analysis.function(function).path
    if path is None:
        return False
    syntax = analysis.syntax[path]
    through = {
        expression: target
        for index in analysis.calls_in.get(function, ())
        for target in analysis.program.calls[index].targets
        if target in analysis.generators
        and (expression := analysis.expression(analysis.program.calls[index])) is not None
    }
    if function in analysis.forwarders:
        return any(cleans_up(analysis, target, seen) for target in through.values())
    for statement in node.body:
        for inner in nodes_in(statement):
            if not isinstance(inner, ast.Yield | ast.YieldFrom):
                continue
            child: ast.AST = inner
            for parent in syntax.ancestors(inner):
                if parent is node:
                    break
                if _guards(parent, child):
                    return True
                if isinstance(parent, ast.For) and child in parent.body and parent.iter in through:
                    if cleans_up(analysis, through[parent.iter], seen):
                        return True
                child = parent
            if isinstance(inner, ast.YieldFrom) and inner.value in through:
                if cleans_up(analysis, through[inner.value], seen):
                    return True
    return False


def _guards(parent: ast.AST, child: ast.AST) -> bool:
    match parent:
        case ast.With(body=body) | ast.AsyncWith(body=body):
            return child in body
        case (
            ast.Try(body=body, handlers=handlers, finalbody=final)
            | ast.TryStar(body=body, handlers=handlers, finalbody=final)
        ):
            if final and child not in final:
                return True
            return child in body and any(
                handler.type is None
                or any(
                    isinstance(one, ast.Name) and one.id in CATCHES_CLOSING for one in ast.walk(handler.type)
                )
                for handler in handlers
            )
    return False


def leaves_early(syntax: Syntax, loop: ast.For) -> bool:
    """Whether a loop says itself that it may end before what it goes through does, or an exception is caught around it."""
    for statement in loop.body:
        for inner in nodes_in(statement):
            if isinstance(inner, ast.Return | ast.Raise | ast.Yield | ast.YieldFrom):
                return True
            if isinstance(inner, ast.Break) and _loop_of(syntax, inner) is loop:
                return True
    child: ast.AST = loop
    for parent in syntax.ancestors(loop):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            break
        if isinstance(parent, ast.Try | ast.TryStar) and child in parent.body and parent.handlers:
            return True
        child = parent
    return False


def _loop_of(syntax: Syntax, jump: ast.Break) -> ast.AST | None:
    child: ast.AST = jump
    for parent in syntax.ancestors(jump):
        if isinstance(parent, ast.For | ast.AsyncFor | ast.While) and child in parent.body:
            return parent
        child = parent
    return None
