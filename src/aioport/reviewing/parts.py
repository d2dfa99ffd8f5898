"""Parts of a diff: the lines that change within some lines of the old text."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

CONTEXT = 1
"""So many lines that stay are shown around those that change."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line that stays, goes or comes. line: that of the old text which it is, or takes the place of, or follows; 1-based."""

    mark: Literal[" ", "-", "+"]
    line: int
    text: str


def rows_of(before: str, after: str) -> tuple[Row, ...]:
    """A diff of two texts, line by line; where as many lines come as go, each takes the place of one."""
    return tuple(_rows(before.split("\n"), after.split("\n")))


def _rows(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        gone = [
            Row(" " if tag == "equal" else "-", start + 1 + at, line)
            for at, line in enumerate(old[start:end])
        ]
        come = [] if tag == "equal" else new[new_start:new_end]
        if len(come) == len(gone):
            for row, line in zip(gone, come, strict=True):
                yield row
                yield Row("+", row.line, line)
        else:
            yield from gone
            yield from (Row("+", max(end, 1), line) for line in come)


def render_part(path: str, rows: Sequence[Row], ranges: Iterable[tuple[int, int]]) -> Iterator[str]:
    """The lines that change within ranges of the old text (1-based, their ends included), with some that stay around them.

    Each run begins with `@@ path:line @@`; lines end in newlines.
    """
    wanted = {line for first, last in ranges for line in range(first, last + 1)}
    within = [row for row in rows if row.line in wanted]
    changed = [at for at, row in enumerate(within) if row.mark != " "]
    near = {one for at in changed for one in range(at - CONTEXT, at + CONTEXT + 1)}
    shown = sorted(near & set(range(len(within))))
    runs: list[list[Row]] = []
    for before, at in zip([-2, *shown], shown, strict=False):
        if at != before + 1 or within[at].line > within[before].line + 1:
            runs.append([])
        runs[-1].append(within[at])
    for run in runs:
        yield f"@@ {path}:{run[0].line} @@\n"
        for _, block in groupby(run, key=lambda row: row.mark == " "):
            yield from (f"{row.mark}{row.text}\n" for row in sorted(block, key=lambda row: row.mark == "+"))
