"""Whether a `with` may end its block early, without an exception leaving it: what its context manager does with exceptions."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from aioport.planning.analysis import Analysis
from aioport.program.model import Call
from aioport.program.syntax import own_nodes

CATCHING = ("suppress", "ExitStack", ".raises")
"""What the names of those outside the project have in them that do."""


def may_suppress(analysis: Analysis, calls: Sequence[Call]) -> bool:
    """calls: all that one item of a `with` runs: what makes the context manager, enters it and leaves it."""
    is_left = any(call.kind == "exit" for call in calls)
    for call in calls:
        for target in call.targets:
            one = analysis.function(target)
            if not one.in_project:
                if any(part in one.name for part in CATCHING):
                    return True
            elif call.kind == "exit":
                if _returns_something(analysis.node(target)):
                    return True
            elif target in analysis.context_managers:
                if _catches_at_yield(analysis, target):
                    return True
            elif not is_left:
                return True
    return False


def _returns_something(node: ast.AST | None) -> bool:
    """Whether an `__exit__` may return what is true."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return True
    values = [one.value for one in own_nodes(node) if isinstance(one, ast.Return)]
    return not all(one is None or (isinstance(one, ast.Constant) and not one.value) for one in values)


def _catches_at_yield(analysis: Analysis, function: int) -> bool:
    """Whether a generator may go on to its end after an exception was raised at its `yield`."""
    node, path = analysis.node(function), analysis.function(function).path
    if node is None or path is None:
        return True
    syntax = analysis.syntax[path]
    calls = [analysis.program.calls[index] for index in analysis.calls_in.get(function, ())]
    for one in own_nodes(node):
        if not isinstance(one, ast.Yield):
            continue
        below: ast.AST = one
        for around in syntax.ancestors(one):
            if around is node:
                break
            if isinstance(around, ast.With | ast.AsyncWith):
                spans = {syntax.span(item.context_expr) for item in around.items}
                entered = [call for call in calls if (call.start, call.end) in spans]
                is_own = any(
                    analysis.function(target).in_project for call in entered for target in call.targets
                )
                if is_own or may_suppress(analysis, entered):
                    return True
            elif isinstance(around, ast.Try | ast.TryStar):
                handled = around.handlers if below in around.body else []
                if not all(_raises(handler.body) for handler in handled) or any(
                    isinstance(inner, ast.Return | ast.Break | ast.Continue)
                    for statement in around.finalbody
                    for inner in ast.walk(statement)
                ):
                    return True
            below = around
    return False


def _raises(body: Sequence[ast.stmt]) -> bool:
    """Whether a handler ends by raising, and by nothing else."""
    inner = (one for statement in body for one in ast.walk(statement))
    return isinstance(body[-1], ast.Raise) and not any(
        isinstance(one, ast.Return | ast.Break | ast.Continue) for one in inner
    )
