"""Edits that make an `async def` of statements at module level, and start the event loop where they stood."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from aioport.planning.plan import MakeMain
from aioport.rewriting.context import FileContext, lines_inside_strings
from aioport.rewriting.counterparts import take_edits
from aioport.rewriting.edits import Edit, closing, edited, opening, replace
from aioport.rewriting.fronts import header_colon

OWNER = "MakeMain"


def edit_make_main(intent: MakeMain, context: FileContext, made: list[Edit]) -> Iterator[Edit]:
    """The function where the statements stood, or above the guard around them.

    made: edits so far; those inside statements that move to the right or to the left go with them, and are removed.
    """
    forms = {"guard": _of_guard, "attempt": _of_attempt, "body": _of_body}
    yield from forms[intent.made.form](intent, context, made)


def _of_guard(intent: MakeMain, context: FileContext, _made: list[Edit]) -> Iterator[Edit]:
    """The function's header takes the place of the guard's, which goes below: the statements stay where they are."""
    node, newline = intent.node, context.newline
    span, colon = context.syntax.span(node), header_colon(node, context)
    guard = context.data[span[0] : colon + 1].decode()
    line_end = context.end_of_line(context.data.count(b"\n", 0, colon) + 1)
    comment = context.data[colon + 1 : line_end].decode().rstrip()
    indent = context.indent_of(_first(node))
    yield replace((span[0], colon + 1), f"async def {node.name}():", OWNER)
    if intent.made.shared:
        declared = f"{newline}{indent}{_declared(intent)}"
        yield opening(line_end, declared, (span[0] - 1, span[1] + 1), OWNER)
    # What excludes the statements from something excludes the guard.
    above = f"{guard}{comment if 'pragma:' in comment else ''}"
    text = f"{newline * 3}{above}{newline}{indent}{_start(intent, context)}"
    is_all = not _is_followed(node, context)
    end = context.body_end(node) if is_all else context.line_end(node.body[-1])
    yield closing(end, text, (span[0] - 1, span[1] + 1), OWNER)


def _is_followed(node: ast.FunctionDef, context: FileContext) -> bool:
    """Whether the guard runs something else below the statements."""
    return any(one.lineno == node.lineno for one in context.syntax.suite(node) if one is not node)


def _of_attempt(intent: MakeMain, context: FileContext, made: list[Edit]) -> Iterator[Edit]:
    """The function stands above the guard, and its call is all that is left in the `try`."""
    node, newline = intent.node, context.newline
    attempt = context.syntax.parents[node]
    guard = context.syntax.parents[attempt]
    assert isinstance(attempt, ast.Try)
    assert isinstance(guard, ast.If)
    begin = context.syntax.source.line_starts[attempt.lineno]
    end = context.body_end(node, attempt.col_offset)
    inner, outer = context.indent_of(_first(node)), context.indent_of(attempt)
    text = _shifted(
        edited(context.data, made, (begin, end)).decode(), lambda line: _dedented(line, inner, outer)
    )
    take_edits(made, (begin, end))
    declared = f"{outer}{_declared(intent)}{newline}" if intent.made.shared else ""
    place, span = context.line_begin(guard), context.syntax.span(guard)
    yield opening(place, f"async def {node.name}():{newline}{declared}{text}{newline * 3}", span, OWNER)
    yield replace((begin, end), f"{inner}{_start(intent, context)}", OWNER)


def _dedented(line: str, inner: str, outer: str) -> str:
    return outer + line[len(inner) :] if line.startswith(inner) else line


def _of_body(intent: MakeMain, context: FileContext, made: list[Edit]) -> Iterator[Edit]:
    """The statements are indented, with the comments right above the first one, and the call stands below them."""
    node, newline, starts = intent.node, context.newline, context.syntax.source.line_starts
    first, last = _first(node), node.body[-1]
    line = first.lineno
    while line > 2 and context.data[starts[line - 2] :].startswith(b"#"):
        line -= 1
    begin, end = starts[line - 1], context.line_end(last)
    text = edited(context.data, made, (begin, end)).decode()
    take_edits(made, (begin, end))
    text = _shifted(text, lambda line: context.step + line)
    declared = f"{context.step}{_declared(intent)}{newline}" if intent.made.shared else ""
    above = context.data[:begin].decode()
    blank = (len(above) - len(above.rstrip("\r\n"))) // len(newline)
    gap = newline * max(0, 3 - blank) if above.strip() else ""
    start = f"{newline * 3}{_start(intent, context)}"
    yield replace((begin, end), f"{gap}async def {node.name}():{newline}{declared}{text}{start}", OWNER)


def _shifted(text: str, shift: Callable[[str], str]) -> str:
    """Lines moved to the right or to the left, but for empty ones and those that begin inside a string."""
    inside = lines_inside_strings(text)
    # Those of text end at form feeds and other characters, too.
    lines = [line.decode() for line in text.encode().splitlines(keepends=True)]
    return "".join(
        line if number in inside or not line.strip() else shift(line) for number, line in enumerate(lines, 1)
    )


def _first(node: ast.FunctionDef) -> ast.stmt:
    """The first of the statements that are written."""
    return next(one for one in node.body if not isinstance(one, ast.Global))


def _declared(intent: MakeMain) -> str:
    return f"global {', '.join(intent.made.shared)}"


def _start(intent: MakeMain, context: FileContext) -> str:
    return f"{context.from_runtime('run')}({intent.node.name}())"
