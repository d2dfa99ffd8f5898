"""Putting back what a conversion's record calls before: after a failure, after a kill, and when it is asked for.

Each step leaves a state from which all can be done again, so that a kill in the middle is settled by the next aioport.
"""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Literal

from aioport.writing.disk import bring, flush_folder
from aioport.writing.errors import WriteError
from aioport.writing.journal import Journal, discard
from aioport.writing.record import FileRecord, Record, original_name
from aioport.writing.states import state_of


def find_changed(journal: Journal, folder: Path, record: Record) -> list[str]:
    """The files that are neither what they were before nor what the conversion made of them: somebody else's work.

    folder: of the record.
    """
    return [
        file.path
        for index, file in enumerate(record.files)
        if _standing(journal, folder, index, file) == "changed"
    ]


def find_lost(journal: Journal, folder: Path, record: Record) -> list[str]:
    """The files that would have to be put back and whose originals are gone from the journal, or damaged."""
    return [
        file.path
        for index, file in enumerate(record.files)
        if file.before.kind == "file"
        and _standing(journal, folder, index, file) != "before"
        and not state_of(folder / original_name(index)).is_like(file.before)
    ]


def restore(
    journal: Journal, folder: Path, record: Record, *, touched: Collection[int] | None = None
) -> None:
    """Put every file back that is not what it was before, remove what the conversion made, and forget it.

    folder: of the record.
    touched: the numbers of the files that may have been replaced, where that is known.
    Raises WriteError, which names what could not be put back; the rest is put back all the same, and the record stays.
    """
    stuck = []
    for index, file in reversed([*enumerate(record.files)]):
        try:
            record.staged(journal.home, index).unlink(missing_ok=True)
            if touched is None or index in touched:
                _put_back(journal, folder, record, index)
        except NotADirectoryError:  # A folder that was made, and has become something else since.
            continue
        except OSError:
            stuck.append(_describe(journal, folder, index, file))
    if stuck:
        raise WriteError(
            f"these could not be put back: {', '.join(reversed(stuck))}; `aioport undo` tries again"
        )
    for path in reversed(record.folders):
        _remove_folder(journal.home / path)
    for above in {(journal.home / file.path).parent for file in record.files}:
        flush_folder(above)
    discard(folder)
    flush_folder(journal.folder)


def _standing(
    journal: Journal, folder: Path, index: int, file: FileRecord
) -> Literal["before", "after", "changed"]:
    target, original = journal.home / file.path, folder / original_name(index)
    state = state_of(target)
    if state.is_like(file.before):
        return "before"
    if state.is_like(file.after):
        return "after"
    with suppress(OSError):
        if os.path.samestat(target.lstat(), original.lstat()):
            return "before"  # What was never replaced has been edited in its place: that is not ours to take back.
    return "changed"


def _put_back(journal: Journal, folder: Path, record: Record, index: int) -> None:
    file = record.files[index]
    target, between = journal.home / file.path, record.staged(journal.home, index)
    if _standing(journal, folder, index, file) == "before":
        return
    if file.before.kind == "absent":
        target.unlink(missing_ok=True)
        for compiled in target.parent.joinpath("__pycache__").glob(f"{target.stem}.*.pyc"):
            compiled.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.before.kind == "link":
        between.symlink_to(file.before.link)
        between.replace(target)
    else:
        bring(folder / original_name(index), target, between)


def _remove_folder(folder: Path) -> None:
    """Remove a folder that was made for new files, and what Python left in it; one that somebody else uses stays."""
    for empty in (folder / "__pycache__", folder):
        with suppress(OSError):
            empty.rmdir()


def _describe(journal: Journal, folder: Path, index: int, file: FileRecord) -> str:
    target = journal.home / file.path
    if file.before.kind != "file":
        return f"{target}"
    return f"{target} (its original is {folder / original_name(index)})"
