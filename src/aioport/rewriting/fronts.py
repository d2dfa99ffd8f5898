"""Edits that put an async form in front of a function, which goes on under another name."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from aioport.planning.plan import AsyncFront
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, opening, replace
from aioport.rewriting.offloads import call_of_pool
from aioport.rewriting.signatures import passed


def edit_async_front(intent: AsyncFront, context: FileContext) -> Iterator[Edit]:
    """The header becomes the async form's, with the docstring; a second one stands above what is left of the body."""
    node, newline = intent.node, context.newline
    indent, span = context.indent_of(node), context.syntax.span(node)
    yield opening(span[0], "async ", span, "AsyncFront")
    colon = header_colon(node, context)
    begin = context.end_of_line(_line_of(colon, context))
    if ast.get_docstring(node, clean=False) is not None:
        begin = context.line_end(node.body[0])
    signature = context.data[context.syntax.name_offset(node) + len(node.name.encode()) : colon + 1].decode()
    arguments = list(passed(node.args))
    function = f"{intent.receiver}.{intent.name}" if intent.receiver else intent.name
    if intent.receiver and not intent.is_static:
        arguments.pop(0)
    gap = newline * (2 if indent else 3)
    text = (
        f"{newline}{indent}{context.step}return await {call_of_pool(intent.pool, context)}"
        f"{', '.join((function, *arguments))})"
        f"{gap}{indent}{_decorators(node, context)}def {intent.name}{signature}"
    )
    # Empty lines below a docstring belong to no header.
    rest = context.data[begin:]
    blank = len(rest) - len(rest.lstrip(b" \t\r\n"))
    end = rest[:blank].rindex(b"\n")
    yield replace((begin, begin + len(rest[:end].removesuffix(b"\r"))), text, "AsyncFront")


def _decorators(node: ast.FunctionDef, context: FileContext) -> str:
    if not node.decorator_list:
        return ""
    at = context.data.rindex(b"@", 0, context.syntax.span(node.decorator_list[0])[0])
    return context.data[at : context.syntax.span(node)[0]].decode()


def header_colon(node: ast.stmt, context: FileContext) -> int:
    """Where the header of a statement ends, by its colon."""
    starts = context.syntax.source.line_starts
    text = context.data[starts[node.lineno - 1] :].decode()
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
            if token.string == ":" and not depth:
                row, column = token.start
                line = starts[node.lineno - 1 + row - 1]
                return line + len(context.data[line:].decode()[:column].encode())
    raise ValueError("a header without a colon")


def _line_of(position: int, context: FileContext) -> int:
    return context.data.count(b"\n", 0, position) + 1
