"""Reads allow comments: `# aioport: allow[network, lock-across-await] why this is right`."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.project import PARSE_ERRORS, Source

MARK = b"aioport:"
"""Files without these bytes have no comments for aioport, and are not looked into."""

_COMMENT = re.compile(r"#\s*aioport:\s*(?P<text>[^#]*)")
_ALLOW = re.compile(r"allow\s*\[(?P<names>[^\]]*)\]\s*:?\s*(?P<reason>.*)", re.DOTALL)

_SPACE = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment for aioport.

    line, column: where it begins, both 1-based, the column in characters.
    text: what stands behind `aioport:`.
    names: what is allowed; None where the comment does not say `allow[...]`.
    reason: why.
    first, last: the lines that it speaks of.
    """

    path: str
    line: int
    column: int
    text: str
    names: tuple[str, ...] | None
    reason: str
    first: int
    last: int


def read_comments(source: Source) -> Iterator[Comment]:
    """The comments for aioport in a file, in order.

    One behind code speaks of the line that it is on, one on a line of its own of the next line of code. Where that is
    a line of a function's header (decorators included), it speaks of the whole function. What stands in a string is
    no comment.
    """
    if MARK not in source.data:
        return
    found = list(_tokens(source))
    if not any(token.type == tokenize.COMMENT and _COMMENT.search(token.string) for token in found):
        return
    code_lines = sorted(
        {
            line
            for token in found
            if token.type not in _SPACE and token.type != tokenize.ENDMARKER
            for line in range(token.start[0], token.end[0] + 1)
        }
    )
    with_code, heads = frozenset(code_lines), headers(source)
    for token in found:
        match = _COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
        if match is None:
            continue
        line = token.start[0]
        own = line if line in with_code else next((one for one in code_lines if one > line), line)
        first, last = heads.get(own, (own, own))
        text = " ".join(match["text"].split())
        allow = _ALLOW.fullmatch(text)
        names = tuple(name for part in allow["names"].split(",") if (name := part.strip())) if allow else None
        reason = allow["reason"].strip() if allow else ""
        column = token.start[1] + match.start() + 1
        yield Comment(source.path, line, column, text, names, reason, first, last)


def _tokens(source: Source) -> Iterator[tokenize.TokenInfo]:
    # Lines end where they end for `ast`: also at a carriage return alone.
    lines = io.StringIO(source.text, newline=None)
    try:
        yield from tokenize.generate_tokens(lines.readline)
    except (tokenize.TokenError, SyntaxError):
        return


def headers(source: Source) -> dict[int, tuple[int, int]]:
    """The lines of functions' headers (decorators included), each with the first and last line of its function."""
    found: dict[int, tuple[int, int]] = {}
    try:
        nodes = list(ast.walk(source.tree))
    except PARSE_ERRORS:
        return found
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            body = node.body[0]
            decorated = body.decorator_list if isinstance(body, ast.FunctionDef | ast.ClassDef) else []
            begins = min([body.lineno, *(one.lineno for one in decorated)])
            for line in range(first, max(begins, node.lineno + 1)):
                found[line] = (first, node.end_lineno)
    return found
