"""Edits that run what blocks in a thread: a call, an expression, a run of statements."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from aioport.planning.plan import BlockUnit, ExpressionUnit, InThreads, Offload
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, line_start, opening, replace


def call_of_pool(pool: str | None, context: FileContext) -> str:
    """`offload(`, or `offload_in("pool", ` for objects that live on one thread."""
    if pool is None:
        return f"{context.from_runtime('offload')}("
    return f"{context.from_runtime('offload_in')}({json.dumps(pool)}, "


def edit_offload(intent: Offload, context: FileContext) -> Iterator[Edit]:
    node, span = intent.node, context.syntax.span(intent.node)
    parentheses = intent.awaited and context.needs_parentheses(node)
    prefix = f"{'(' * parentheses}{'await ' * intent.awaited}{call_of_pool(intent.pool, context)}"
    yield opening(span[0], prefix, span, "Offload")
    start = context.open_parenthesis(node)
    shared = len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.GeneratorExp)
    shared = shared and context.syntax.span(node.args[0])[0] == start
    after = context.data[start + 1 : start + 2]
    comma = "," if after in (b"\n", b"\r") else ", "
    if shared:
        yield replace((start, start + 1), ", (", "Offload")
        yield closing(span[1], ")", span, "Offload")
    else:
        yield replace((start, start + 1), comma if node.args or node.keywords else "", "Offload")
    if parentheses:
        yield closing(span[1], ")", span, "Offload")


def edit_expression_unit(intent: ExpressionUnit, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    opened, closed = ("(", ")") if context.needs_parentheses(intent.node) else ("", "")
    inner, outer = ("(", ")") if context.is_bare_tuple(intent.node) else ("", "")
    yield opening(
        span[0], f"{opened}await {call_of_pool(intent.pool, context)}lambda: {inner}", span, "ExpressionUnit"
    )
    yield closing(span[1], f"{outer}){closed}", span, "ExpressionUnit")


def edit_in_threads(intent: InThreads, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    inner, outer = ("(", ")") if context.is_bare_tuple(intent.node) else ("", "")
    ahead = f", {intent.ahead}" if intent.ahead > 1 else ""
    ahead += f", pool={json.dumps(intent.pool)}" if intent.pool is not None else ""
    yield opening(span[0], f"{context.from_runtime(intent.helper)}(lambda: {inner}", span, "InThreads")
    yield closing(span[1], f"{outer}{ahead})", span, "InThreads")


def edit_block_unit(intent: BlockUnit, context: FileContext) -> Iterator[Edit]:
    first, last, newline = intent.first, intent.last, context.newline
    span = (context.syntax.span(first)[0], context.syntax.span(last)[1])
    indent = context.indent_of(first)
    inner = indent + context.step
    head = f"{context.gap_above(first)}{indent}def {intent.label}():{newline}"
    if intent.rebinds:
        head += f"{inner}nonlocal {', '.join(intent.rebinds)}{newline}"
    yield opening(context.line_begin(first), head, span, "BlockUnit")
    yield from context.indented(first.lineno, last, span, "BlockUnit")
    end = context.line_end(last)
    for line in _comments_below(first, last, context):
        yield line_start(context.syntax.source.line_starts[line - 1], context.step, span, "BlockUnit")
        end = context.end_of_line(line)
    names = ", ".join(intent.names)
    tail = f"{newline}{inner}return {names}" if names else ""
    begin = "return " if intent.returns else f"{names} = " if names else ""
    tail += f"{newline}{newline}{indent}{begin}await {call_of_pool(intent.pool, context)}{intent.label})"
    yield closing(end, tail, span, "BlockUnit")


def _comments_below(first: ast.stmt, last: ast.stmt, context: FileContext) -> Iterator[int]:
    """Lines right below a run of statements that hold comments on something inside it: they are indented deeper."""
    starts, line = context.syntax.source.line_starts, (last.end_lineno or last.lineno) + 1
    comments = {position for position, _ in context.comments}
    while line <= len(starts):
        text = context.data[starts[line - 1] : context.end_of_line(line)]
        indent = len(text) - len(text.lstrip())
        if starts[line - 1] + indent not in comments or indent <= first.col_offset:
            return
        yield line
        line += 1
