"""Edits of a TOML array in its own layout: one item put in, or taken out, of lists on one line or on many."""

from __future__ import annotations

import re

from aioport.requiring.lines import cut_lines, indent_of, line_break, line_end, line_start
from aioport.requiring.toml_positions import Value

_REST = re.compile(r"[ \t]*,?[ \t]*(?:#.*)?")
"""What may follow an item that has its line to itself."""


def insert_item(text: str, array: Value, index: int, item: str) -> str:
    """Put an item, written with its quotes, before the one with an index; the array's length for the end of it."""
    items = array.items
    if not items:
        return _insert_only(text, array, item)
    if index == 0:
        first = items[0]
        if _begins_line(text, array, first):
            start, blanks = line_start(text, first.start), indent_of(text, first.start)
            return f"{text[:start]}{blanks}{item},{line_break(text, first.start)}{text[start:]}"
        return f"{text[: first.start]}{item}, {text[first.start :]}"
    before = items[index - 1]
    limit = _limit(array, index - 1)
    newline = f"{line_break(text, before.end)}{_indent(text, array)}"
    if "\n" not in text[before.end : limit]:
        closing = index == len(items) and _begins_line(text, array, before)
        return f"{text[: before.end]},{newline if closing else ' '}{item}{text[before.end :]}"
    end, comma = line_end(text, before.end), _find_comma(text, before.end, limit)
    if comma is None:
        return f"{text[: before.end]},{text[before.end : end]}{newline}{item}{text[end:]}"
    if comma < end:
        return f"{text[:end]}{newline}{item},{text[end:]}"
    return f"{text[: before.end]}, {item}{text[before.end :]}"


def remove_item(text: str, array: Value, index: int) -> str:
    """Take the item with an index out, with its line and the comment on it where it has a line to itself."""
    items = array.items
    one = items[index]
    before = items[index - 1] if index else None
    after = items[index + 1] if index + 1 < len(items) else None
    limit, end = _limit(array, index), line_end(text, one.end)
    comma = _find_comma(text, one.end, limit)
    if (
        _begins_line(text, array, one)
        and end <= limit
        and _REST.fullmatch(text, one.end, end)
        and (comma is None or comma < end)
    ):
        text = cut_lines(text, one.start, one.end)
        last = _find_comma(text, before.end, line_start(text, one.start)) if before else None
        return text if comma is not None or last is None else text[:last] + text[last + 1 :]
    if before and "\n" not in text[before.end : one.start]:
        return text[: before.end] + text[one.end :]
    if after and not re.search(r"[#\n]", text[one.end : after.start]):
        return text[: one.start] + text[after.start :]
    if before and "#" not in text[before.end : one.start]:
        return text[: before.end] + text[one.end :]
    if comma is not None:
        return text[: one.start] + text[one.end : comma] + text[comma + 1 :]
    text = text[: one.start] + text[one.end :]
    last = _find_comma(text, before.end, one.start) if before else None
    return text if last is None else text[:last] + text[last + 1 :]


def _insert_only(text: str, array: Value, item: str) -> str:
    at = array.start + 1
    if "\n" not in text[at : array.end]:
        return text[:at] + item + text[at:]
    end = line_end(text, at)
    return f"{text[:end]}{line_break(text, at)}{_indent(text, array)}{item},{text[end:]}"


def _indent(text: str, array: Value) -> str:
    """How far items on lines of their own are indented; where there are none, four more than the array's own line."""
    for item in array.items:
        if _begins_line(text, array, item):
            return indent_of(text, item.start)
    return f"{indent_of(text, array.start)}    "


def _begins_line(text: str, array: Value, item: Value) -> bool:
    start = line_start(text, item.start)
    return start > array.start and not text[start : item.start].strip()


def _limit(array: Value, index: int) -> int:
    """Where the next item begins, or the bracket that closes the array."""
    return array.items[index + 1].start if index + 1 < len(array.items) else array.end - 1


def _find_comma(text: str, start: int, limit: int) -> int | None:
    match = re.compile(r"(?:[^,#]|#[^\n]*(?=\n))*?,").match(text, start, limit)
    return match.end() - 1 if match else None
