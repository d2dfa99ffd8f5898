"""Edits that put `await` and `async with` where something asynchronous is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from aioport.planning.plan import (
    AsyncWith,
    Await,
    Bridge,
    DropStatement,
    RunExamples,
    RunHere,
    RunProgram,
    SpellOut,
    Unwrap,
)
from aioport.positions import Span
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, opening, replace

COMMENT = re.compile(r"#[^\r\n]*")
HEADER_END = re.compile(rb"(?:[\s,)]|#[^\r\n]*+)*+:")
"""What stands between the last item of a `with` and its body."""

TRIPLE_QUOTES = (b'"""', b"'''")
FIELD_BEGIN = re.compile(rb"\{[\s(]*+\Z")
FIELD_EQUALS = re.compile(rb"[\s)]*?(?P<equals>\s*=\s*)(?=[!:}])")
"""What stands around the expression of a replacement field with `=`."""


def edit_await(intent: Await, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    if context.needs_parentheses(intent.node):
        yield opening(span[0], "(await ", span, "Await")
        yield closing(span[1], ")", span, "Await")
    else:
        yield opening(span[0], "await ", span, "Await")


def edit_bridge(intent: Bridge, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    yield opening(span[0], f"{context.from_runtime('run')}(", span, "Bridge")
    yield closing(span[1], ")", span, "Bridge")


RUNNERS = {
    "call": "run_sync",
    "manager": "enter_sync",
    "iterable": "iterate_sync",
    "function": "synced",
    "stand-in": "asynced",
}
"""The function of the vendored file for each form of `RunHere`."""


def edit_run_here(intent: RunHere, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    yield opening(span[0], f"{context.from_runtime(RUNNERS[intent.form])}(", span, "RunHere")
    yield closing(span[1], ")", span, "RunHere")


def edit_spell_out(intent: SpellOut, context: FileContext) -> Iterator[Edit]:
    """The code of the field in front of it, and `!r` in place of `=` where nothing else says how it is shown."""
    data, span = context.data, context.syntax.span(intent.node.value)
    begin, end = FIELD_BEGIN.search(data[: span[0]]), FIELD_EQUALS.match(data, span[1])
    if begin is None or end is None:
        return
    text = data[begin.start() + 1 : end.end()].decode()
    doubled = text.replace("{", "{{").replace("}", "}}")
    field = (begin.start(), end.end())
    yield opening(begin.start(), doubled, field, "SpellOut")
    shown = "!r" if data[end.end() : end.end() + 1] == b"}" else ""
    yield replace((end.start("equals"), end.end()), shown, "SpellOut")


def edit_run_examples(intent: RunExamples, context: FileContext) -> Iterator[Edit]:
    run = context.from_runtime("run")
    for span in intent.calls:
        yield opening(span[0], f"{run}(", span, "RunExamples")
        yield closing(span[1], ")", span, "RunExamples")


def edit_run_program(intent: RunProgram, context: FileContext) -> Iterator[Edit]:
    """A program on one line gets its import on that line."""
    span, data = context.syntax.span(intent.node), context.data
    before = data[span[0] : intent.start]
    line = before[before.rfind(b"\n") + 1 :] if before.lstrip(b"rRuU")[:3] in TRIPLE_QUOTES else before
    ends = "; " if line.strip() else f"{context.newline}{line.decode()}"
    package = intent.package.rpartition("/")[2]
    yield opening(intent.start, f"from {package}._aio import run_sync{ends}", span, "RunProgram")
    for call in intent.calls:
        yield opening(call[0], "run_sync(", call, "RunProgram")
        yield closing(call[1], ")", call, "RunProgram")
    context.elsewhere.setdefault(f"{intent.package}/_aio.py", set()).add("run_sync")


def edit_async_with(intent: AsyncWith, context: FileContext) -> Iterator[Edit]:
    """`with a, b:` of which only some are asynchronous becomes nested statements in the same order."""
    node = intent.node
    span = context.syntax.span(node)
    asynchronous = [index in intent.items for index in range(len(node.items))]
    if asynchronous[0]:
        yield opening(span[0], "async ", span, "AsyncWith")
    levels = sum(one != other for one, other in pairwise(asynchronous))
    if levels:
        yield from _nested(node, asynchronous, context)
        yield from context.indented(context.body_line(node), node.body[-1], span, "AsyncWith", levels)


def edit_unwrap(intent: Unwrap, context: FileContext) -> Iterator[Edit]:
    """The head of a `with` goes, but for its comments; what is below it moves to the left."""
    node = intent.node
    span, first = context.syntax.span(node), context.syntax.span(node.body[0])
    if node.body[0].lineno == (node.items[0].context_expr.end_lineno or node.lineno):
        yield replace((span[0], first[0]), "", "Unwrap")
        return
    line = context.body_line(node)
    begin = context.syntax.source.line_starts[line - 1]
    written = context.data[context.line_begin(node) : span[0]].decode()
    comments = COMMENT.findall(context.data[span[0] : begin].decode())
    kept = "".join(f"{written}{one}{context.newline}" for one in comments)
    yield replace((context.line_begin(node), begin), kept, "Unwrap")
    yield from context.dedented(line, node, "Unwrap")


def edit_drop_statement(intent: DropStatement, context: FileContext) -> Iterator[Edit]:
    """The whole lines, with a comment behind it; `pass` where it is all of its suite, or not alone on its lines."""
    node = intent.node
    span, line = context.syntax.span(node), context.line_begin(node)
    after = context.data[span[1] : context.line_end(node)].strip()
    alone = not context.data[line : span[0]].strip() and (not after or after.startswith(b"#"))
    if not alone or len(context.syntax.suite(node)) == 1:
        yield replace(span, "pass", "DropStatement")
    else:
        end = context.line_end(node)
        yield replace((line, end + len(context.newline)), "", "DropStatement")


def _nested(node: ast.With, asynchronous: list[bool], context: FileContext) -> Iterator[Edit]:
    """The headers of nested statements; parentheses around all items go, and the comments inside stay."""
    data, begin = context.data, context.syntax.span(node)[0]
    keyword_end = begin + len("with")
    parenthesis = keyword_end + len(data[keyword_end:]) - len(data[keyword_end:].lstrip())
    items = [_item_span(item, keyword_end, context) for item in node.items]
    in_parentheses = items[0][0] > parenthesis
    carried: list[str] = []
    if in_parentheses:
        carried += COMMENT.findall(data[parenthesis : items[0][0]].decode())
        yield replace((parenthesis, items[0][0]), "", "AsyncWith")
    levels = 0
    for index, ((_, end), (start, _)) in enumerate(pairwise(items)):
        comments = COMMENT.findall(data[end:start].decode())
        if asynchronous[index] != asynchronous[index + 1]:
            levels += 1
            indent = context.newline + context.indent_of(node) + context.step * levels
            keyword = "async with " if asynchronous[index + 1] else "with "
            yield replace(
                (end, start), f":{_trailing([*carried, *comments], indent)}{indent}{keyword}", "AsyncWith"
            )
            carried = []
        elif in_parentheses:
            yield replace((end, start), ", ", "AsyncWith")
            carried += comments
    if in_parentheses:
        closed = HEADER_END.match(data, items[-1][1])
        assert closed is not None
        indent = context.newline + context.indent_of(node) + context.step * (levels + 1)
        comments = [*carried, *COMMENT.findall(closed[0].decode())]
        yield replace(closed.span(), f":{_trailing(comments, indent)}", "AsyncWith")


def _item_span(item: ast.withitem, limit: int, context: FileContext) -> Span:
    first = context.outer_span(item.context_expr, limit)
    last = first if item.optional_vars is None else context.outer_span(item.optional_vars, first[1])
    return first[0], last[1]


def _trailing(comments: Sequence[str], indent: str) -> str:
    """Comments behind a colon: the first one on its line, the others each on one of its own."""
    return f"  {indent.join(comments)}" if comments else ""
