"""Positions are byte offsets into a source's UTF-8 text; here is the way in from `ast`; `program/places.py` is that from the checker."""

from __future__ import annotations

import ast
from bisect import bisect_right
from typing import TypeAlias

from aioport.project import Source

Span: TypeAlias = tuple[int, int]
BOM_LENGTH = 3
"""Columns that the checker counts for a byte order mark, and `ast` and aioport do not."""


def span_of(
    source: Source, node: ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias
) -> Span:
    """The byte range of a node."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    starts = source.line_starts
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset


def line_of(source: Source, offset: int) -> int:
    """The 1-based line on which an offset lies."""
    return bisect_right(source.line_starts, offset)
