"""Taking conversions back: the last one when it is asked for, and what was interrupted before anything else is done."""

import os
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from aioport.writing.changes import check_writable
from aioport.writing.errors import WriteError
from aioport.writing.journal import KEPT, Journal, check_own, discard, locked
from aioport.writing.places import journals_above
from aioport.writing.record import Record, read_record
from aioport.writing.restoring import find_changed, find_lost, restore
from aioport.writing.signals import signals_put_off

Done = Literal["changed", "created", "deleted"]
"""What a conversion did to a file."""


class UndoError(Exception):
    """Nothing was taken back; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """A conversion as the journal has it.

    root: the absolute folder that was converted.
    command: the aioport command that wrote it.
    made: when.
    files: absolute paths, sorted, and what was done to each.
    """

    root: Path
    command: str
    made: datetime
    files: tuple[tuple[Path, Done], ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back.

    written: the conversion; None where it was killed before it had done anything.
    cause: somebody asked, or it had been interrupted while it was written, or while it was taken back.
    left: how many more there are for the same place.
    """

    home: Path
    written: Written | None
    cause: Literal["asked", "writing", "undoing"]
    left: int = 0


def history(path: Path) -> tuple[Written, ...]:
    """The conversions that `undo` would take back for a folder or file, the last first.

    Raises WriteError where the journal is damaged or another user's, UndoError where there is no such path.
    """
    place = _place_of(path)
    for journal in map(Journal, journals_above(place)):
        if found := _records(journal, place):
            return tuple(_written(journal, record) for _, record in reversed(found))
    return ()


def undo(path: Path, *, force: bool = False) -> Undone:
    """Put the project of a folder or file back to what it was before the last conversion that had to do with it.

    A conversion that was interrupted is the last one: then it is what is taken back.
    force: also over what has been changed since by somebody else.

    Raises UndoError where there is nothing to take back, or files have been changed since (it names them); WriteError
    where files cannot be written or the journal is damaged, then nothing was changed unless the message says so.
    """
    place = _place_of(path)
    if recovered := recover([place], force=force):
        return recovered[-1]
    for candidate in map(Journal, journals_above(place)):
        if not os.path.lexists(candidate.history):
            continue
        with _told(candidate.home), signals_put_off() as check, locked(candidate.home, check) as journal:
            if not (records := _records(journal, place)):
                continue
            folder, record = records[-1]
            check()
            _refuse(journal, folder, record, force=force)
            journal.take_back(folder)
            restore(journal, journal.undoing, record)
            return Undone(journal.home, _written(journal, record), "asked", len(records) - 1)
    raise UndoError(f"{path}: no conversion to take back; aioport keeps the last {KEPT} that it wrote")


def recover(paths: Iterable[Path], *, force: bool = False) -> list[Undone]:
    """Put back what interrupted conversions left of the projects that hold some folders or files; usually nothing.

    To be called before anything is read. Raises UndoError where files have been changed since, WriteError as `undo`.
    """
    done: dict[Path, Undone] = {}
    for path in paths:
        place = Path(os.path.realpath(path))
        for journal in map(Journal, journals_above(place)):
            if journal.home in done:
                continue
            if journal.pending:
                with _told(journal.home):
                    recovered = _recover(journal.home, force=force)
                if recovered:
                    done[journal.home] = recovered
            elif journal.is_empty:  # Its writer was killed before it had begun.
                with suppress(OSError, WriteError), signals_put_off() as check, locked(journal.home, check):
                    pass
    return [*done.values()]


def _recover(home: Path, *, force: bool) -> Undone | None:
    check_own(Journal(home))
    with signals_put_off() as check, locked(home, check) as journal:
        if (folder := journal.pending) is None:
            return None  # It was not interrupted: it was at work just now.
        cause: Literal["writing", "undoing"] = "writing" if folder == journal.writing else "undoing"
        record = read_record(folder, home)
        if record is None:
            discard(folder)
            return Undone(home, None, cause)
        _refuse(journal, folder, record, force=force)
        written = _written(journal, record)
        restore(journal, folder, record)
        check()
        return Undone(home, written, cause)


def _refuse(journal: Journal, folder: Path, record: Record, *, force: bool) -> None:
    """Raise where putting back would fail, or take something with it that is not the conversion's."""
    if lost := find_lost(journal, folder, record):
        raise WriteError(
            f"{journal.home}: the originals of {_listed(lost)} are gone from {folder}, or damaged. Nothing was changed; "
            "restore these files from elsewhere, then delete that folder"
        )
    if not force and (changed := find_changed(journal, folder, record)):
        what = (
            "a conversion was interrupted here, and" if folder == journal.pending else "since the conversion"
        )
        keep = f"; or delete {folder} to keep the project as it stands" if folder == journal.pending else ""
        raise UndoError(
            f"{journal.home}: {what} these have been changed: {_listed(changed)}. Nothing was taken back; "
            f"`aioport undo --force {shlex.quote(str(journal.home / record.root))}` does it and loses those changes{keep}"
        )
    for file in record.files:
        check_writable(journal.home / file.path, file.path)


def _listed(paths: list[str]) -> str:
    return ", ".join(paths[:5]) + (f" and {len(paths) - 5} more" if len(paths) > 5 else "")


def _records(journal: Journal, place: Path) -> list[tuple[Path, Record]]:
    """The conversions of a journal that were asked for at a place, above it or below it, the oldest first."""
    return [
        (folder, record)
        for folder, record in journal.records()
        if (root := journal.home / record.root).is_relative_to(place) or place.is_relative_to(root)
    ]


def _written(journal: Journal, record: Record) -> Written:
    files = []
    for file in record.files:
        what: Done = "changed"
        if file.before.kind == "absent":
            what = "created"
        elif file.after.kind == "absent":
            what = "deleted"
        files.append((journal.home / file.path, what))
    return Written(journal.home / record.root, record.command, record.made, tuple(sorted(files)))


def _place_of(path: Path) -> Path:
    if not os.path.lexists(path):
        raise UndoError(f"{path}: no such file or folder; check the spelling and the current folder")
    return Path(os.path.realpath(path))


@contextmanager
def _told(home: Path) -> Iterator[None]:
    """What fails in the file system, as a message."""
    try:
        yield
    except OSError as error:
        raise WriteError(f"{error.filename or home}: {error.strerror or error}") from error
