"""Edits as data, and the one place where they are applied.

An edit replaces a byte range of a source. Two that insert at one position are ordered by how much they enclose;
the same edit twice counts once; edits that cross are a mistake in planning, and raise.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from aioport.positions import Span


class OverlapError(Exception):
    """Two changes want the same text. It names both; `path` is the file, once that is known."""

    path = ""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Bytes `start` to `end` become `text`.

    rank: orders insertions at one position; see `opening` and `closing`.
    owner: the intent that asked for it, for messages.
    """

    start: int
    end: int
    rank: int
    text: str
    owner: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"no range: {self.start} to {self.end}")


def replace(span: Span, text: str, owner: str = "") -> Edit:
    return Edit(span[0], span[1], 0, text, owner)


def opening(position: int, text: str, span: Span, owner: str = "") -> Edit:
    """An insertion in front of a range: what encloses more comes first."""
    return Edit(position, position, -(span[1] - span[0]), text, owner)


def closing(position: int, text: str, span: Span, owner: str = "") -> Edit:
    """An insertion behind a range: what encloses less comes first, and before anything that opens there."""
    return Edit(position, position, (span[1] - span[0]) - 2**40, text, owner)


def line_start(position: int, text: str, span: Span, owner: str = "") -> Edit:
    """An insertion at the start of a line, for indentation: after everything else that is put there."""
    return Edit(position, position, 2**40 - (span[1] - span[0]), text, owner)


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The text after all edits. Raises OverlapError."""
    return b"".join(_splice(data, _ordered(edits), 0, len(data)))


def edited(data: bytes, edits: Iterable[Edit], span: Span) -> bytes:
    """The text of one range after the edits that lie within it."""
    inside = [edit for edit in edits if span[0] <= edit.start and edit.end <= span[1]]
    return b"".join(_splice(data, _ordered(inside), *span))


def with_renames(made: list[Edit], renames: Collection[Edit]) -> list[Edit]:
    """Edits with those of single words; what is replaced anyway is not renamed."""
    replaced = sorted((edit.start, edit.end) for edit in made if edit.start < edit.end)
    starts = [start for start, _ in replaced]

    def is_free(rename: Edit) -> bool:
        before = bisect_right(starts, rename.start) - 1
        return (before < 0 or replaced[before][1] <= rename.start) and (
            before + 1 >= len(replaced) or rename.end <= replaced[before + 1][0]
        )

    return [*made, *(one for one in renames if is_free(one))]


def _ordered(edits: Iterable[Edit]) -> list[Edit]:
    unique = {(edit.start, edit.end, edit.rank, edit.text): edit for edit in edits}
    return sorted(unique.values(), key=lambda one: (one.start, one.end != one.start, one.rank, one.end))


def _splice(data: bytes, edits: list[Edit], start: int, end: int) -> Iterator[bytes]:
    position, last = start, None
    for edit in edits:
        if edit.start < position:
            owner = last.owner if last is not None else ""
            raise OverlapError(f"`{owner}` and `{edit.owner}` both change bytes {edit.start} to {position}")
        yield data[position : edit.start]
        yield edit.text.encode()
        position, last = edit.end, edit
    yield data[position:end]
