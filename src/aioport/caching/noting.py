"""What a run depended on, noted where it is known, for whoever wants to keep the run's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything on disk that an answer depends on.

    known: digests of files and folders, taken of what was read there (`stamps.digest`).
    paths: further files and folders that were read, listed, or looked for in vain.
    """

    known: Mapping[str, bytes]
    paths: frozenset[str]


class Note:
    """What was noted of a run: nothing, unless it came to the end of its analysis.

    is_singular: it said something that would not be true a second time.
    """

    inputs: Inputs | None = None
    is_singular = False


_NOTE: ContextVar[Note | None] = ContextVar("note", default=None)


@contextmanager
def noting() -> Iterator[Note]:
    """What is noted as long as the block lasts."""
    note = Note()
    token = _NOTE.set(note)
    try:
        yield note
    finally:
        _NOTE.reset(token)


def note_inputs(gather: Callable[[], Inputs]) -> None:
    """Note what an answer depends on; without anybody who wants to know, it is not gathered."""
    note = _NOTE.get()
    if note is not None:
        note.inputs = gather()


def note_singular() -> None:
    """Note that this run's answer must not be given again."""
    note = _NOTE.get()
    if note is not None:
        note.is_singular = True
