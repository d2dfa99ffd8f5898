"""From places in the checker's report to byte ranges of the sources, which may differ from what the checker read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from aioport.positions import BOM_LENGTH
from aioport.project import Source


class Place(NamedTuple):
    """Byte offsets into the source, the line from 1 and the column in bytes from 0."""

    start: int
    end: int
    line: int
    column: int


_place = partial(tuple.__new__, Place)
"""Called a million times for a large project: the class itself takes twice as long."""


class Inserted(NamedTuple):
    """Text that the checker saw on a line and the source does not have: where, and how many bytes."""

    column: int
    length: int


class Places:
    """The places of one file.

    inserted: what was added for the checker, by line, columns those of the source and rising.
    """

    def __init__(self, source: Source, inserted: Mapping[int, tuple[Inserted, ...]] | None = None) -> None:
        self._starts = source.line_starts
        self._count = len(self._starts)
        self._inserted = dict(inserted or {})
        if source.bom:
            # The checker counts the mark as three columns of the first line, which `ast` and aioport do not.
            self._inserted[1] = (Inserted(0, BOM_LENGTH), *self._inserted.get(1, ()))

    def locate(self, key: str) -> Place | None:
        """The place that a key of the report names; None where it lies in inserted text or past the end.

        key: `12:5-12:15`, perhaps with `|...` behind it; lines and byte columns from 1, the end exclusive.
        """
        if "|" in key:
            key = key.partition("|")[0]
        first, begin, last, end = key.replace("-", ":").split(":")
        line, column, end_column = int(first), int(begin) - 1, int(end) - 1
        starts = self._starts
        if first == last and not self._inserted and line <= self._count:
            start = starts[line - 1]
            return _place((start + column, start + end_column, line, column))
        end_line = int(last)
        if self._inserted:
            try:
                column = self._without_inserted(line, column)
                end_column = self._without_inserted(end_line, end_column)
            except LookupError:
                return None
        if end_line > self._count:
            return None
        return _place((starts[line - 1] + column, starts[end_line - 1] + end_column, line, column))

    def _without_inserted(self, line: int, column: int) -> int:
        """A column of the source. Raises LookupError for one inside inserted text."""
        for inserted in self._inserted.get(line, ()):
            if column < inserted.column + inserted.length and column > inserted.column:
                raise LookupError
            if column >= inserted.column + inserted.length:
                column -= inserted.length
        return column
