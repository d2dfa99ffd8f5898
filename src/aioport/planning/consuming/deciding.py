"""`return any(f(x) for x in xs)` without the vendored file: a loop that returns at the item that decides."""

from __future__ import annotations

import ast

from aioport.planning.consuming.given import Given
from aioport.planning.consuming.outcome import Consumed
from aioport.planning.plan import Decide

DECIDING = {"builtins.any": True, "builtins.all": False}
"""Builtins that stop at the first item of a truth value."""


def read_by_return(given: Given, call: ast.Call, argument: ast.expr, name: str | None) -> Consumed | None:
    """What becomes of `return any(argument)` and `return all(argument)`; None where a loop cannot say the same.

    The variable of a loop is one of the function, so that nothing else there may have its name.
    """
    statement = given.syntax.parents[call]
    if (
        name not in DECIDING
        or not isinstance(argument, ast.GeneratorExp)
        or len(argument.generators) != 1
        or not isinstance(statement, ast.Return)
        or len(call.args) + len(call.keywords) != 1
        or not _is_alone(given, statement)
    ):
        return None
    bound = {
        one.id for one in ast.walk(argument) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    function = next(
        one
        for one in given.syntax.ancestors(statement)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    inside = set(ast.walk(argument))
    names = {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and one not in inside}
    names |= {one.arg for one in ast.walk(function) if isinstance(one, ast.arg)}
    if not bound.isdisjoint(names):
        return None
    return given.taken(Decide(statement, DECIDING[name]))


def _is_alone(given: Given, statement: ast.Return) -> bool:
    """Whether a statement has its lines to itself, and no comments inside."""
    source, (start, end) = given.syntax.source, given.syntax.span(statement)
    before = source.data[source.line_starts[statement.lineno - 1] : start]
    after = source.data[end:].partition(b"\n")[0].strip()
    return not before.strip() and after[:1] in (b"", b"#") and b"#" not in source.data[start:end]
