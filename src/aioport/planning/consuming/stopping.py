"""`next(g)` -> `await anext(g)`, whose end is StopAsyncIteration: who catches the end has to catch the other one."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.called import called_as
from aioport.planning.consuming.given import Given
from aioport.planning.consuming.outcome import Consumed, Refusal
from aioport.planning.plan import Await, Intent, Rename, Retype
from aioport.program.model import Call
from aioport.program.syntax import Syntax

ENDS = "StopIteration"
ASYNC_ENDS = "StopAsyncIteration"
CATCH_IT = {ENDS, "Exception", "BaseException"}


def read_by_next(given: Given, call: ast.Call, node: ast.expr) -> Consumed | None:
    """What becomes of `next(node)` or `next(node, default)`, but for the room; None for another call."""
    name = called_as(given.analysis, given.path, call)
    if name != "builtins.next" or call.args[0] is not node:
        return None
    if "anext" in given.analysis.identifiers(given.path):
        return Refusal("the name `anext` is taken in this file")
    if (refusal := given.left_early("`next`")) is not None:
        return refusal
    caught: tuple[Intent, ...] = ()
    if len(call.args) == 1:
        found = _caught(given.analysis, given.path, call)
        if isinstance(found, Refusal):
            return found
        caught = found
    return given.taken(Rename(call.func, "anext"), Await(call), *caught, bare=len(call.args) == 1)


def _caught(analysis: Analysis, path: str, call: ast.Call) -> tuple[Intent, ...] | Refusal:
    syntax = analysis.syntax[path]
    for statement, named in handlers_around(syntax, call):
        if named is None:
            return ()
        alone = all(
            inner is call or not isinstance(inner, ast.Call | ast.For | ast.Await)
            for one in statement.body
            for inner in ast.walk(one)
        )
        return (Retype(named, (ASYNC_ENDS,), keep=not alone),)
    function = next(
        (one for one in syntax.ancestors(call) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)),
        None,
    )
    target = analysis.by_node.get(function) if function is not None else None
    if target is None or target in analysis.generators or analysis.function(target).bare_name == "__next__":
        return ()
    other = who_catches(analysis, target)
    if other is not None:
        return Refusal(f"{other} catches the StopIteration that `next` in line {call.lineno} may raise")
    return ()


def handlers_around(syntax: Syntax, node: ast.AST) -> Iterator[tuple[ast.Try, ast.Name | None]]:
    """Each `try` of the same function that catches StopIteration from a node, innermost first, and where it is named.

    None for a clause that catches other things as well, the async end among them.
    """
    child = node
    for parent in syntax.ancestors(node):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        if isinstance(parent, ast.Try) and child in parent.body:
            for handler in parent.handlers:
                names = [] if handler.type is None else list(ast.walk(handler.type))
                named = [one for one in names if isinstance(one, ast.Name) and one.id in CATCH_IT]
                if handler.type is None or named:
                    yield parent, next((one for one in named if one.id == ENDS), None)
                    break
        child = parent


def who_catches(analysis: Analysis, function: int) -> str | None:
    """A function that reaches another one inside of a `try` that speaks of StopIteration."""
    queue, seen = deque([function]), {function}
    while queue:
        for index in analysis.calls_of.get(queue.popleft(), ()):
            call = analysis.program.calls[index]
            caller = analysis.function(call.caller)
            if caller.bare_name == "__next__" or _is_caught_at(analysis, call):
                return caller.name
            if caller.id not in seen:
                seen.add(caller.id)
                queue.append(caller.id)
    return None


def _is_caught_at(analysis: Analysis, call: Call) -> bool:
    """Whether the function around a call catches StopIteration from it by name."""
    node = analysis.expression(call)
    if node is None:
        body = analysis.body(call.caller)
        return any(isinstance(one, ast.ExceptHandler) and _catches_it(one) for one in body)
    around = handlers_around(analysis.syntax[call.path], node)
    return any(_catches_it(one) for attempt, _ in around for one in attempt.handlers)


def find_ends(analysis: Analysis, function: int) -> int | None:
    """The first line of a function that may let StopIteration out of it; None for a generator, which never does."""
    node, path = analysis.node(function), analysis.function(function).path
    if node is None or path is None or function in analysis.generators:
        return None
    syntax = analysis.syntax[path]
    is_next = analysis.function(function).bare_name == "__next__"
    for inner in analysis.body(function):
        match inner:
            case ast.Call(args=[_], keywords=[]) if called_as(analysis, path, inner) == "builtins.next":
                lets_out = not any(True for _ in handlers_around(syntax, inner))
            case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))):
                lets_out = name == ENDS and not is_next
            case ast.Raise(exc=None):
                handler = next(
                    one for one in syntax.ancestors(inner) if isinstance(one, ast.ExceptHandler | ast.stmt)
                )
                lets_out = isinstance(handler, ast.ExceptHandler) and _catches_it(handler)
            case _:
                continue
        if lets_out:
            return inner.lineno
    return None


def _catches_it(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and any(
        isinstance(one, ast.Name) and one.id == ENDS for one in ast.walk(handler.type)
    )
