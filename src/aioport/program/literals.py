"""Where each character of a string stands in the file: through escapes, and lines that go on."""

from __future__ import annotations

import ast
import re

from aioport.program.syntax import Syntax

OPENING = re.compile(r"[rRuU]?(\"\"\"|'''|\"|')")
ESCAPE = re.compile(
    r"\\(?:(?P<line>\r\n|\r|\n)|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)",
    re.DOTALL,
)
WITHOUT_MEANING = re.compile(r"\\[^\r\n\\'\"abfnrtv0-7xuUN]")
NEWLINE = re.compile(r"\r\n|\r|\n")


def character_offsets(syntax: Syntax, node: ast.Constant) -> tuple[int, ...] | None:
    """The byte offset in its file of each character of a string, and of what ends it.

    None where the string is put together of several, or is a kind of its own.
    """
    begin, end = syntax.span(node)
    text = syntax.source.data[begin:end].decode()
    opened = OPENING.match(text)
    if opened is None or not text.endswith(opened[1]):
        return None
    is_raw = text[0] in "rR"
    offsets, position, last = [], opened.end(), len(text) - len(opened[1])
    while position < last:
        one = ESCAPE.match(text, position) if not is_raw and text[position] == "\\" else None
        one = one or NEWLINE.match(text, position)
        size = len(one[0]) if one is not None else 1
        if one is None or one.re is NEWLINE:
            offsets.append(position)
        elif one["line"] is None:
            kept = 2 if WITHOUT_MEANING.fullmatch(one[0]) else 1
            offsets.extend([position] * kept)
        position += size
    offsets.append(last)
    if position != last or len(offsets) != len(str(node.value)) + 1:
        return None
    at, byte = [begin], begin
    for character in text:
        byte += len(character.encode())
        at.append(byte)
    return tuple(at[one] for one in offsets)
