"""`try` statements in functions that become async: a cancellation is an exception that was not there before.

It is raised at an await, is a BaseException, and must leave the function. Ctrl-C becomes one as well: from Python 3.11
on, `asyncio.run` cancels the main task, and no KeyboardInterrupt is raised in it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.plan import Intent, PassCancelled, Retype
from aioport.planning.waiting import NewAwaits, span_of_suite
from aioport.positions import Span
from aioport.program.syntax import FunctionNode, nodes_in, own_nodes

CANCELLED = "asyncio.CancelledError"

Loops = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A range of text where nothing may be awaited, the function that it is in, and why."""

    function: int
    path: str
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Caught:
    """An `except` clause that would catch a cancellation, or a Ctrl-C that becomes one, and what is done about it."""

    path: str
    intent: Intent
    note: str


def find_obstacles(analysis: Analysis, colors: Colors, awaits: NewAwaits) -> Iterator[Obstacle]:
    """Statements that would swallow a cancellation, and that cannot be made to let it pass."""
    for function, path, node in _becoming_async(analysis, colors):
        for inner in _nodes(node):
            reason, suite = None, []
            if isinstance(inner, ast.Try):
                suite = [
                    *inner.body,
                    *(one for handler in inner.handlers for one in handler.body),
                    *inner.orelse,
                ]
                jump = _find_jump(inner.finalbody)
                if jump is not None:
                    reason = f"line {jump} leaves a `finally`, which would swallow a cancellation"
            elif isinstance(inner, ast.With):
                suite = inner.body
                suppressed = next(filter(None, map(_suppressed, inner.items)), None)
                if suppressed is not None:
                    reason = f"line {inner.lineno} suppresses {suppressed}, and a cancellation with it"
            span = span_of_suite(analysis, path, suite)
            if reason is not None and span is not None and awaits.within(path, span) is not None:
                yield Obstacle(function, path, span, reason)


def find_caught(analysis: Analysis, function: int, awaits: NewAwaits) -> Iterator[Caught]:
    """What has to be done in one function that becomes async."""
    node, path = analysis.node(function), analysis.function(function).path
    if node is None or path is None:  # a lambda, which has no statements
        return
    for inner in _nodes(node):
        if isinstance(inner, ast.Try) and _may_be_cancelled(analysis, function, path, inner, awaits):
            yield from _of_handlers(analysis, path, inner)


def _of_handlers(analysis: Analysis, path: str, node: ast.Try) -> Iterator[Caught]:
    names = analysis.names(path)
    for handler in node.handlers:
        types = _types(handler)
        resolved = [names.resolve(one) or ast.unparse(one) for one in types]
        if CANCELLED in resolved or "concurrent.futures.CancelledError" in resolved:
            return
        bare = handler.type is None or "BaseException" in resolved
        interrupt = next(
            (one for one in types if isinstance(one, ast.Name) and one.id == "KeyboardInterrupt"), None
        )
        if interrupt is not None and not bare:
            note = f"line {handler.lineno} catches Ctrl-C, which cancels the task (from Python 3.11 on)"
            yield Caught(path, Retype(interrupt, (CANCELLED,), keep=True), note)
            return
        if bare:
            if not _raises_again(handler):
                note = f"a cancellation passes the clause in line {handler.lineno}, and Ctrl-C with it"
                yield Caught(path, PassCancelled(handler), note)
            return


def _types(handler: ast.ExceptHandler) -> list[ast.expr]:
    if handler.type is None:
        return []
    return handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """Whether a clause always ends by raising what it caught."""
    match handler.body[-1]:
        case ast.Raise(exc=None):
            pass
        case ast.Raise(exc=ast.Name(id=name), cause=None) if name == handler.name:
            pass
        case _:
            return False
    inside = [one for statement in handler.body for one in nodes_in(statement)]
    return not any(isinstance(one, ast.Return | ast.Break | ast.Continue) for one in inside)


def _may_be_cancelled(analysis: Analysis, function: int, path: str, node: ast.Try, awaits: NewAwaits) -> bool:
    """Whether a cancellation may be raised in the body of a `try`: at an await, or in the block of a context manager."""
    span = span_of_suite(analysis, path, node.body)
    assert span is not None
    if awaits.within(path, span) is not None:
        return True
    inside = [one for statement in node.body for one in nodes_in(statement)]
    return function in analysis.context_managers and any(isinstance(one, ast.Yield) for one in inside)


def _becoming_async(analysis: Analysis, colors: Colors) -> Iterator[tuple[int, str, FunctionNode]]:
    for function in sorted(colors.wanted):
        node, path = analysis.node(function), analysis.function(function).path
        if node is not None and path is not None:
            yield function, path, node


def _nodes(node: FunctionNode) -> Iterator[ast.AST]:
    for statement in node.body:
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement
            yield from own_nodes(statement)


def _find_jump(suite: list[ast.stmt]) -> int | None:
    """The line of a `return`, or of a `break` or `continue` of a loop around, in some statements."""
    todo: list[tuple[ast.AST, bool]] = [(one, False) for one in suite]
    while todo:
        node, looped = todo.pop()
        match node:
            case ast.Return():
                return node.lineno
            case ast.Break() | ast.Continue() if not looped:
                return node.lineno
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
                continue
        todo += [(child, looped or isinstance(node, Loops)) for child in ast.iter_child_nodes(node)]
    return None


def _suppressed(item: ast.withitem) -> str | None:
    """What a `with suppress(...)` keeps from the program that a cancellation is, or becomes of."""
    match item.context_expr:
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
            named = [one.id for one in args if isinstance(one, ast.Name)]
            return next((one for one in named if one in ("BaseException", "KeyboardInterrupt")), None)
    return None
