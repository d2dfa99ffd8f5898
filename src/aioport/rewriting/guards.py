"""Edits that await what a call gives if it is awaitable."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.plan import AwaitIf
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, edited, opening, replace

OWNER = "AwaitIf"


def edit_await_if(intent: AwaitIf, context: FileContext) -> Iterator[Edit]:
    """Statements of their own where the call is all that a statement computes, else one expression."""
    node, span = intent.node, context.syntax.span(intent.node)
    guard, name = context.symbol("inspect.isawaitable"), _free_name(context)
    statement = context.syntax.parents[node]
    if not isinstance(statement, ast.Assign | ast.Return | ast.Expr) or not _is_alone(statement, context):
        yield opening(span[0], f"(await {name} if {guard}({name} := ", span, OWNER)
        yield closing(span[1], f") else {name})", span, OWNER)
        return
    start, end = context.syntax.span(statement)
    written = edited(context.data, context.renames, (start, span[0])).decode()
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            after = ""
        case ast.Expr():
            yield opening(start, f"{name} = ", (start, end), OWNER)
            after = ""
        case _:
            yield replace((start, span[0]), f"{name} = ", OWNER)
            after = f"{written}{name}"
    awaited = f"await {name}" if isinstance(statement, ast.Expr) else f"{name} = await {name}"
    indent = context.newline + context.indent_of(statement)
    lines = f"{indent}if {guard}({name}):{indent}{context.step}{awaited}"
    yield closing(_line_end(end, context), lines + (indent + after if after else ""), (start, end), OWNER)


def _free_name(context: FileContext) -> str:
    name = "outcome"
    while name in context.taken:
        name = f"{name}_"
    return name


def _is_alone(statement: ast.stmt, context: FileContext) -> bool:
    """Whether a statement has its lines for itself, but for a comment."""
    start, end = context.syntax.span(statement)
    before = context.data[context.line_begin(statement) : start]
    after = context.data[end : _line_end(end, context)].strip()
    return not before.strip() and (not after or after.startswith(b"#"))


def _line_end(position: int, context: FileContext) -> int:
    data = context.data
    while position < len(data) and data[position : position + 1] not in (b"\n", b"\r"):
        position += 1
    return position
