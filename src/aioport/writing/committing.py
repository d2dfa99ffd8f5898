"""Writing a conversion to disk: all of it, or nothing.

What a set of renames lacks is one step in which all of them happen. The journal makes up for it: what a kill leaves
half-way is put back by the next aioport command, before that does anything else. Stronger would be to swap the whole
folder for a converted copy in one step (`renameat2` with RENAME_EXCHANGE). That is not done: every shell, editor and
watcher would stay in the old folder; what others write meanwhile would be lost; environments and caches below it would
have to be copied; mounts and hard links break; and macOS and Windows have other means or none. A single rename is such
a step, though, and the order makes the most of it: new files come first, of which the old code knows nothing, so where
one file changes, with or without helpers beside it, no moment shows a mixture at all.

New contents are staged beside their targets, not in the journal: a file takes its group, its access list and its
security label from the folder in which it is made, and a rename from another drive would be no single step.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from aioport.writing.changes import Change, plan_changes
from aioport.writing.disk import flush_folder, keep, write_new
from aioport.writing.errors import WriteError
from aioport.writing.journal import Journal, find_home, locked
from aioport.writing.record import VERSION, FileRecord, Record, original_name
from aioport.writing.restoring import restore
from aioport.writing.signals import signals_put_off


def write_all(
    root: Path,
    files: Mapping[str, bytes | None],
    *,
    expected: Mapping[str, bytes | None] | None = None,
    command: str = "convert",
) -> None:
    """Write files below a folder, by path relative to it; None deletes one. Either all of it happens or nothing.

    expected: what files must hold, None for those that must not exist; looked at when no other aioport can write.
    command: who writes, for the history.

    New contents are first written and flushed beside their targets, and the originals kept in the journal (as hard
    links where the file system has those); then come only renames. Whatever fails on the way, the originals are put
    back, and temporary files and new folders removed; after a kill, `undoing.recover` does that. What was written stays
    in the journal for `undoing.undo`. A symbolic link stays one: the file that it points to is written. Modes are
    kept. A file that has the contents already is not touched.

    In the main thread SIGINT, SIGTERM and SIGHUP are put off: one that arrives before the last rename undoes
    everything and is then delivered; after that the work is done, and the signal is dropped.

    Raises WriteError where a file or folder is read-only, is not what was expected or not in the project (before
    anything is touched), where another aioport writes to the project, or anything else in the file system fails. What is
    no OSError is raised as it is, after the originals are back. ValueError: a path leads out of the folder, or two are
    one file.
    """
    root = Path(os.path.realpath(root))
    try:
        with signals_put_off() as check_interrupted, locked(find_home(root), check_interrupted) as journal:
            if journal.pending:
                raise WriteError(
                    f"a conversion of {journal.home} was interrupted; `aioport undo` puts back what was there before. "
                    "Nothing was changed"
                )
            changes = plan_changes(root, journal.home, files, expected or {})
            if changes:
                _write(journal, _record_of(journal.home, root, changes, command), changes, check_interrupted)
    except OSError as error:
        raise WriteError(
            f"{error.filename or root}: {error.strerror or error}; nothing was changed"
        ) from error


def _record_of(home: Path, root: Path, changes: Sequence[Change], command: str) -> Record:
    folders = {above for change in changes for above in change.target.parents if not above.exists()}
    return Record(
        version=VERSION,
        tag=os.urandom(4).hex(),
        made=datetime.now(UTC).replace(microsecond=0),
        command=command,
        root=root.relative_to(home).as_posix(),
        files=tuple(
            FileRecord(
                path=change.target.relative_to(home).as_posix(), before=change.before, after=change.after
            )
            for change in changes
        ),
        folders=tuple(
            folder.relative_to(home).as_posix() for folder in sorted(folders, key=lambda one: len(one.parts))
        ),
    )


def _write(
    journal: Journal, record: Record, changes: Sequence[Change], check_interrupted: Callable[[], None]
) -> None:
    touched: set[int] = set()
    try:
        journal.begin(record)
        for path in record.folders:
            (journal.home / path).mkdir()
            check_interrupted()
        for index, change in enumerate(changes):
            _stage(journal, record, index, change)
            check_interrupted()
        flush_folder(journal.writing)
        for index, change in enumerate(changes):
            change.check_untouched()
            touched.add(index)
            if change.data is None:
                change.target.unlink()
            else:
                record.staged(journal.home, index).replace(change.target)
            check_interrupted()
        for folder in {change.target.parent for change in changes}:
            flush_folder(folder)
        journal.finish()
    except BaseException as error:
        if os.path.lexists(journal.writing):
            _roll_back(journal, record, touched, error)
        raise
    journal.prune()


def _stage(journal: Journal, record: Record, index: int, change: Change) -> None:
    """Write and flush the new contents, and keep the original under a second name."""
    if change.data is not None:
        write_new(record.staged(journal.home, index), change.data, change.status)
    if change.before.kind == "file":
        keep(change.target, journal.writing / original_name(index))


def _roll_back(journal: Journal, record: Record, touched: set[int], error: BaseException) -> None:
    try:
        restore(journal, journal.writing, record, touched=touched)
    except WriteError as stuck:
        raise WriteError(f"{error}; and {stuck}") from error
