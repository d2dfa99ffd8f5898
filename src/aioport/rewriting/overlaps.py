"""Edits that let waits overlap: a comprehension or an append loop becomes a `gather`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.plan import GatherComprehension, GatherLoop
from aioport.positions import Span
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, edited, opening, replace


def edit_gather_comprehension(
    intent: GatherComprehension, context: FileContext, made: list[Edit]
) -> Iterator[Edit]:
    """The brackets become a call; an element that is more than one call becomes a function in front of the statement.

    made: edits so far; those inside such an element go with it, and are removed from the list.
    """
    if intent.label is not None:
        yield from _element_extracted(intent, intent.label, context, made)
    span = context.syntax.span(intent.node)
    parentheses = context.needs_parentheses(intent.node)
    yield replace(
        (span[0], span[0] + 1), f"{'(' * parentheses}await {context.from_runtime('gather')}(", "Gather"
    )
    yield replace((span[1] - 1, span[1]), "))" if parentheses else ")", "Gather")


def _element_extracted(
    intent: GatherComprehension, label: str, context: FileContext, made: list[Edit]
) -> Iterator[Edit]:
    node, newline = intent.node, context.newline
    statement = context.syntax.statement(node)
    indent = context.indent_of(statement)
    element = context.outer_span(node.elt, context.syntax.span(node)[0] + 1)
    text = edited(context.data, made, element).decode()
    made[:] = [one for one in made if not (element[0] <= one.start and one.end <= element[1])]
    used = {one.id for one in ast.walk(node.elt) if isinstance(one, ast.Name)}
    bound = [one.id for one in ast.walk(node.generators[0].target) if isinstance(one, ast.Name)]
    names = [name for name in dict.fromkeys(bound) if name in used]
    keyword = "async def" if intent.is_async else "def"
    value = f"({text})" if newline in text and not text.startswith("(") else text
    head = f"{indent}{keyword} {label}({', '.join(names)}):{newline}{indent}{context.step}return {value}{newline}"
    span = context.syntax.span(statement)
    above = context.gap_above(statement)
    yield opening(
        context.line_begin(statement), f"{above}{head}{newline}", (span[0] - 1, span[1] + 1), "Gather"
    )
    call = f"{label}({', '.join(names)})"
    if not intent.is_async:
        call = f"{context.from_runtime('offload')}({', '.join([label, *names])})"
    yield replace(element, call, "Gather")


def edit_gather_loop(intent: GatherLoop, context: FileContext) -> Iterator[Edit]:
    """One expression where the body is one, or else the body as a function; comments that are in the way go above."""
    gather = f"await {context.from_runtime('gather')}("
    if intent.empty is None:
        before, after = f"{intent.target}.extend({gather}", "))"
    else:
        before, after = f"{_left_side(intent.empty, context)} = {gather}", ")"
    after = f" for {context.syntax.text(intent.node.target)} in {_iterable(intent, context)}{after}"
    if intent.label is None:
        yield from _in_one(intent, context, before, after)
    else:
        yield from _extracted(intent, intent.label, context, before, after)


def _left_side(statement: ast.Assign | ast.AnnAssign, context: FileContext) -> str:
    if isinstance(statement, ast.Assign):
        return context.syntax.text(statement.targets[0])
    return f"{context.syntax.text(statement.target)}: {context.syntax.text(statement.annotation)}"


def _iterable(intent: GatherLoop, context: FileContext) -> str:
    text = context.syntax.text(intent.node.iter)
    return f"({text})" if context.is_bare_tuple(intent.node.iter) else text


def _in_one(intent: GatherLoop, context: FileContext, before: str, after: str) -> Iterator[Edit]:
    start = context.syntax.span(intent.empty or intent.node)[0]
    end = context.syntax.span(intent.node)[1]
    element = _inside_call(intent, context)
    indent = context.indent_of(intent.node)
    above = "".join(_comments(context, (start, element[0]), (element[1], end), indent=indent))
    yield replace((start, element[0]), above + before, "Gather")
    yield replace((element[1], end), after, "Gather")


def _inside_call(intent: GatherLoop, context: FileContext) -> Span:
    """The range of the element with its own parentheses, but without those of `append`."""
    statement = intent.node.body[-1]
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    return context.outer_span(intent.element, context.open_parenthesis(statement.value) + 1)


def _extracted(
    intent: GatherLoop, label: str, context: FileContext, before: str, after: str
) -> Iterator[Edit]:
    """The body becomes a function of its own, in the place of the loop's head."""
    node, newline = intent.node, context.newline
    span, indent = context.syntax.span(node), context.indent_of(node)
    names = _parameters(node)
    head_end = _colon(context, context.syntax.span(node.iter)[1])
    yield from _without_empty(intent, context)
    above = "".join(_comments(context, (span[0], head_end), indent=indent))
    if intent.empty is None:
        yield opening(context.line_begin(node), context.gap_above(node), span, "Gather")
    keyword = "async def" if intent.is_async else "def"
    yield replace((span[0], head_end), f"{above}{keyword} {label}({', '.join(names)})", "Gather")
    yield from _returned(intent, context)
    call = f"{label}({', '.join(names)})"
    if not intent.is_async:
        call = f"{context.from_runtime('offload')}({', '.join([label, *names])})"
    yield closing(context.line_end(node), f"{newline}{newline}{indent}{before}{call}{after}", span, "Gather")


def _returned(intent: GatherLoop, context: FileContext) -> Iterator[Edit]:
    """`results.append(value)` -> `return value`; the parentheses stay where they hold several lines together."""
    statement = intent.node.body[-1]
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    span, element = context.syntax.span(statement), _inside_call(intent, context)
    if statement.end_lineno == statement.lineno:
        yield replace((span[0], element[0]), "return ", "Gather")
        yield replace((element[1], span[1]), "", "Gather")
        return
    yield replace((span[0], context.open_parenthesis(statement.value)), "return ", "Gather")
    comma = context.data[element[1] : span[1]].lstrip()
    if comma.startswith(b","):
        position = span[1] - len(comma)
        yield replace((position, position + 1), "", "Gather")


def _without_empty(intent: GatherLoop, context: FileContext) -> Iterator[Edit]:
    """Takes the statement that made the list away, but not the comments around it."""
    if intent.empty is None:
        return
    begin, end = context.line_begin(intent.empty), context.line_end(intent.empty)
    following = context.syntax.source.line_starts[intent.empty.end_lineno or intent.empty.lineno]
    indent = context.indent_of(intent.empty)
    kept = "".join(
        f"{indent}{text}{context.newline}" for text in _comments(context, (begin, end), indent="", newline="")
    )
    yield replace((begin, following), kept or context.gap_above(intent.empty), "Gather")


def _parameters(node: ast.For) -> list[str]:
    """The loop's variables that an iteration uses."""
    used = {one.id for statement in node.body for one in ast.walk(statement) if isinstance(one, ast.Name)}
    return list(
        dict.fromkeys(one.id for one in ast.walk(node.target) if isinstance(one, ast.Name) and one.id in used)
    )


def _colon(context: FileContext, position: int) -> int:
    """Where the colon of a loop's head stands, past parentheses and comments."""
    comments = dict(context.comments)
    while context.data[position : position + 1] != b":":
        comment = comments.get(position)
        position += len(comment.encode()) if comment is not None else 1
    return position


def _comments(context: FileContext, *spans: Span, indent: str, newline: str | None = None) -> Iterator[str]:
    """The comments in some ranges, each with the line break and indentation that follow it."""
    for start, text in context.comments:
        if any(low <= start < high for low, high in spans):
            yield f"{text}{context.newline if newline is None else newline}{indent}"
