"""Positions are byte offsets into a source's UTF-8 text; here are the ways in from `ast` and from the checker."""

from __future__ import annotations

import ast
from bisect import bisect_right
from typing import TypeAlias

from aioport.project import Source

Span: TypeAlias = tuple[int, int]
BOM_LENGTH = 3


def span_of(
    source: Source, node: ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias
) -> Span:
    """The byte range of a node."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    starts = source.line_starts
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset


def span_of_key(source: Source, place: tuple[int, int, int, int]) -> Span:
    """The byte range of a place that the checker names by lines and 0-based columns.

    It counts a byte order mark as three columns of the first line, which `ast` and aioport do not.
    """
    line, column, end_line, end_column = place
    if source.bom:
        column -= BOM_LENGTH * (line == 1)
        end_column -= BOM_LENGTH * (end_line == 1)
    starts = source.line_starts
    return starts[line - 1] + column, starts[end_line - 1] + end_column


def line_of(source: Source, offset: int) -> int:
    """The 1-based line on which an offset lies."""
    return bisect_right(source.line_starts, offset)
