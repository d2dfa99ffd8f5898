"""`ExitStack`: where something asynchronous is entered on one, `AsyncExitStack` and `enter_async_context`."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.outcome import Taken
from aioport.planning.plan import AsyncWith, Await, Rename, Retype
from aioport.program.syntax import own_nodes

SYNC, ASYNC = "contextlib.ExitStack", "contextlib.AsyncExitStack"

ENTER, ENTER_ASYNC = "enter_context", "enter_async_context"

KEPT = frozenset({"callback", "enter_context", "push"})
"""Methods that mean the same on both kinds of stack."""


def enter_on_stack(analysis: Analysis, path: str, node: ast.expr) -> Taken | None:
    """The intents that enter something asynchronous on a stack: `stack.enter_context(node)`.

    None where `node` is not entered on a stack, or where the stack is not opened by a `with` of the same function
    that keeps it to itself.
    """
    syntax = analysis.syntax[path]
    call = syntax.parents.get(node)
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr=method), args=[given], keywords=[]
        ) if given is node and method == ENTER:
            pass
        case _:
            return None
    assert isinstance(call.func, ast.Attribute)
    for around in syntax.ancestors(call):
        if isinstance(
            around, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.GeneratorExp
        ):
            return None
        if isinstance(around, ast.With | ast.AsyncWith):
            for index, item in enumerate(around.items):
                made = item.context_expr
                bound = item.optional_vars
                if isinstance(bound, ast.Name) and bound.id == name and isinstance(made, ast.Call):
                    opened = analysis.names(path).resolve(made.func)
                    if opened == ASYNC:
                        return Taken(((path, Rename(call.func, ENTER_ASYNC)), (path, Await(call))))
                    if (
                        opened == SYNC
                        and isinstance(around, ast.With)
                        and _keeps_to_itself(analysis, path, around, name)
                    ):
                        intents = (
                            AsyncWith(around, (index,)),
                            Retype(made.func, (ASYNC,)),
                            Rename(call.func, ENTER_ASYNC),
                            Await(call),
                        )
                        return Taken(tuple((path, intent) for intent in intents))
                    return None
    return None


def _keeps_to_itself(analysis: Analysis, path: str, statement: ast.With, name: str) -> bool:
    """Whether a stack is used by its own methods only, and in its block only."""
    syntax = analysis.syntax[path]
    scope = syntax.place(statement).scope
    inside = set(ast.walk(statement))
    for node in (scope, *own_nodes(scope)):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            parent = syntax.parents[node]
            if node not in inside or not isinstance(parent, ast.Attribute) or parent.attr not in KEPT:
                return False
    return True
