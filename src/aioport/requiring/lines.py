"""Edits of whole lines in a text that keeps its line ends: one line put in, or cut out."""

from __future__ import annotations


def line_start(text: str, at: int) -> int:
    """Where the line that holds a position starts."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line that holds a position ends, before its line break."""
    end = text.find("\n", at)
    if end < 0:
        return len(text)
    return end - 1 if end > at and text[end - 1] == "\r" else end


def line_break(text: str, at: int) -> str:
    """The line break of the line that holds a position; the text's first one where that line has none."""
    for start in (at, 0):
        end = text.find("\n", start)
        if end >= 0:
            return "\r\n" if text[max(0, end - 1)] == "\r" else "\n"
    return "\n"


def indent_of(text: str, at: int) -> str:
    """The blanks that the line of a position begins with."""
    start = line_start(text, at)
    line = text[start : line_end(text, start)]
    return line[: len(line) - len(line.lstrip(" \t"))]


def insert_below(text: str, at: int, line: str) -> str:
    """Put a line below the one that holds a position; a text without a line break at its end stays one."""
    end = line_end(text, at)
    return f"{text[:end]}{line_break(text, at)}{line}{text[end:]}"


def insert_above(text: str, at: int, line: str) -> str:
    """Put a line above the one that holds a position."""
    start = line_start(text, at)
    return f"{text[:start]}{line}{line_break(text, at)}{text[start:]}"


def cut_lines(text: str, start: int, end: int) -> str:
    """Cut the lines from that of one position to that of another, with the line break after them; at the end of a text
    that has none there, with the one before them."""
    first, last = line_start(text, start), line_end(text, end)
    if last < len(text):
        return text[:first] + text[last + len(line_break(text, last)) :]
    before = text[:first]
    return before.removesuffix("\n").removesuffix("\r") if first else before
