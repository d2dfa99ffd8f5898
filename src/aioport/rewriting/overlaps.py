"""Edits that let waits overlap: a comprehension or an append loop becomes a `gather`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.plan import GatherComprehension, GatherLoop
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, replace


def edit_gather_comprehension(intent: GatherComprehension, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    parentheses = context.needs_parentheses(intent.node)
    yield replace((span[0], span[0] + 1), f"{'(' * parentheses}await {context.from_runtime('gather')}(", "Gather")
    yield replace((span[1] - 1, span[1]), "))" if parentheses else ")", "Gather")


def edit_gather_loop(intent: GatherLoop, context: FileContext) -> Iterator[Edit]:
    gather = f"await {context.from_runtime('gather')}("
    target = context.syntax.text(intent.node.target)
    iterable = context.syntax.text(intent.node.iter)
    before, after = (f"{intent.target} = {gather}", ")") if intent.empty else (f"{intent.target}.extend({gather}", "))")
    if intent.label is None:
        start = context.syntax.span(intent.empty or intent.node)[0]
        end = context.syntax.span(intent.node)[1]
        element = _inside_call(intent, context)
        yield replace((start, element[0]), before, "Gather")
        yield replace((element[1], end), f" for {target} in {iterable}{after}", "Gather")
        return
    yield from _extracted(intent, context, target, iterable, before, after)


def _inside_call(intent: GatherLoop, context: FileContext) -> tuple[int, int]:
    """The range of the element with its own parentheses, but without those of `append`."""
    statement = intent.node.body[-1]
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    return context.outer_span(intent.element, context.open_parenthesis(statement.value) + 1)


def _extracted(
    intent: GatherLoop, context: FileContext, target: str, iterable: str, before: str, after: str
) -> Iterator[Edit]:
    """The body becomes a function of its own, in the place of the loop's head."""
    node, newline = intent.node, context.newline
    span, indent = context.syntax.span(node), context.indent_of(node)
    names = ", ".join(one.id for one in ast.walk(node.target) if isinstance(one, ast.Name))
    if intent.empty is not None:
        yield replace((context.line_begin(intent.empty), context.line_begin(node)), "", "Gather")
    head_end = context.data.index(b":", context.syntax.span(node.iter)[1])
    keyword = "async def" if intent.is_async else "def"
    yield replace((span[0], head_end), f"{keyword} {intent.label}({names})", "Gather")
    statement = node.body[-1]
    element = _inside_call(intent, context)
    yield replace((context.syntax.span(statement)[0], element[0]), "return ", "Gather")
    yield replace((element[1], context.syntax.span(statement)[1]), "", "Gather")
    call = f"{intent.label}({names})"
    if not intent.is_async:
        call = f"{context.from_runtime('offload')}({intent.label}, {names})"
    text = f"{newline}{newline}{indent}{before}{call} for {target} in {iterable}{after}"
    yield closing(context.line_end(node), text, span, "Gather")
