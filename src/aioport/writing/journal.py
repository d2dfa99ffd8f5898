"""The journal: the folder `.aioport` of a project, with the conversion that is being written and those of late.

    .aioport/.gitignore           git sees nothing of the journal
    .aioport/lock                 held by the aioport that writes
    .aioport/writing/             a conversion, from before its first change of the project until after its last
    .aioport/undoing/             the same of one that is being taken back
    .aioport/history/000001/      one that is in place, the oldest first
        record.json               what stood at each path before, and stands there after (`record.py`)
        original-0 ...            what stood there before: the file itself under a second name, else a copy

A folder of `writing` or `undoing` that nobody holds the lock for was interrupted. One rule settles both: what the record
calls before is put back (`restoring.py`). Moving `writing` into the history is what makes a conversion count, in one step.
"""

import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aioport.settings import find_pyproject
from aioport.writing.disk import flush_folder, write_new
from aioport.writing.errors import WriteError
from aioport.writing.locking import holder, is_current, open_lock, sign, try_lock
from aioport.writing.places import NAME, PENDING
from aioport.writing.record import FILE, Record, read_record, render_record

KEPT = 10
"""How many conversions can be taken back."""

PATIENCE = 10.0
"""Seconds to wait for another aioport: it writes for one at most, except on the slowest of network drives."""

_PAUSE = 0.05
_USUAL = ("lock", ".gitignore")


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal of a project, whose files it names relative to `home`."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home / NAME

    @property
    def writing(self) -> Path:
        return self.folder / "writing"

    @property
    def undoing(self) -> Path:
        return self.folder / "undoing"

    @property
    def history(self) -> Path:
        return self.folder / "history"

    @property
    def pending(self) -> Path | None:
        """The conversion, or the taking back of one, that has been begun and not ended."""
        return next((self.folder / name for name in PENDING if os.path.lexists(self.folder / name)), None)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remember, nor anything of somebody else's."""
        try:
            return {*os.listdir(self.folder)} <= {*_USUAL, self.history.name} and not (  # noqa: PTH208
                os.path.lexists(self.history) and os.listdir(self.history)  # noqa: PTH208
            )
        except OSError:
            return False

    def begin(self, record: Record) -> None:
        """Write the record of what is to come to the disk."""
        self.writing.mkdir()
        draft = self.writing / f"{FILE}.new"
        write_new(draft, render_record(record))
        draft.replace(self.writing / FILE)
        flush_folder(self.writing)
        flush_folder(self.folder)

    def finish(self) -> None:
        """Make what was begun count."""
        self.history.mkdir(exist_ok=True)
        numbers = [int(folder.name) for folder in self._numbered()]
        place = self.history / f"{max(numbers, default=0) + 1:06}"
        try:
            self.writing.rename(place)
        except OSError:
            if self.writing.exists():
                raise
        flush_folder(self.history)
        flush_folder(self.folder)

    def take_back(self, folder: Path) -> None:
        """Begin to take back a conversion of the history."""
        folder.rename(self.undoing)
        flush_folder(self.folder)

    def records(self) -> list[tuple[Path, Record]]:
        """The conversions of the history with the folders of their records, the oldest first. Raises WriteError."""
        if os.path.lexists(self.history):
            check_own(self)
        folders = self._numbered()
        found = [(folder, read_record(folder, self.home)) for folder in folders]
        return [(folder, record) for folder, record in found if record is not None]

    def prune(self) -> None:
        """Forget the oldest conversions beyond `KEPT`, and what is left of forgotten ones."""
        folders = self._numbered()
        whole = [folder for folder in folders if (folder / FILE).exists()]
        kept = set(whole[-KEPT:])
        for folder in folders:
            if folder not in kept:
                discard(folder)

    def _numbered(self) -> list[Path]:
        try:
            return sorted(
                folder for folder in self.history.iterdir() if folder.name.isdecimal() and _is_folder(folder)
            )
        except (FileNotFoundError, NotADirectoryError):
            return []

    def remove_if_empty(self) -> None:
        """Leave nothing behind where there is nothing to remember; what cannot be removed is no harm."""
        if self.is_empty:
            with suppress(OSError):
                if self.history.exists():
                    self.history.rmdir()
                for name in _USUAL:
                    (self.folder / name).unlink(missing_ok=True)
                self.folder.rmdir()


def discard(folder: Path) -> None:
    """Remove a record and its originals. Without the record the rest means nothing, so that goes first."""
    (folder / FILE).unlink(missing_ok=True)
    shutil.rmtree(folder)


def find_home(root: Path) -> Path:
    """The folder that holds the journal for an absolute folder: the top of its git tree, so that every part of a
    repository has the same; else that of its pyproject.toml; else itself, or the nearest one above that is there.
    """
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            return folder
    pyproject = find_pyproject(root)
    if pyproject:
        return pyproject.parent
    return next(folder for folder in (root, *root.parents) if folder.is_dir())


def check_own(journal: Journal) -> None:
    """Make sure that the journal is the user's own, as in a shared folder others could make one up, and is made of
    folders, as a link would lead out of the project.

    Raises WriteError.
    """
    for folder in (journal.folder, journal.history, *(journal.folder / name for name in PENDING)):
        if os.path.lexists(folder) and not _is_folder(folder):
            raise WriteError(f"{folder}: is no folder, and aioport keeps its journal there; move it away")
    owner = journal.folder.lstat().st_uid
    if hasattr(os, "geteuid") and owner != os.geteuid():
        raise WriteError(
            f"{journal.folder}: belongs to another user, whose journal aioport does not touch; "
            "run aioport as that user, or remove the folder if you trust the project as it stands"
        )


@contextmanager
def locked(home: Path, check_interrupted: Callable[[], None]) -> Iterator[Journal]:
    """The journal of a project, made if need be, while no other aioport writes to that project.

    check_interrupted: is called now and then while another one does, and may raise.

    Raises WriteError where another one does so for longer than `PATIENCE`, or the journal is not the user's own; OSError.
    """
    journal = Journal(home)
    descriptor = _acquire(journal, check_interrupted)
    try:
        yield journal
    finally:
        if os.name == "nt":  # Windows removes no open file.
            os.close(descriptor)
            journal.remove_if_empty()
        else:
            journal.remove_if_empty()
            os.close(descriptor)


def _acquire(journal: Journal, check_interrupted: Callable[[], None]) -> int:
    lock, deadline = journal.folder / "lock", time.monotonic() + PATIENCE
    while True:
        try:
            _make_folder(journal)
            descriptor = open_lock(lock)
        except FileNotFoundError:  # Whoever had the lock is removing the folder just now.
            descriptor = None
        except BaseException:
            _remove_unused(journal)
            raise
        if descriptor is not None:
            if _take(journal, lock, descriptor):
                return descriptor
            os.close(descriptor)
        if time.monotonic() > deadline:
            raise WriteError(
                f"{holder(lock)} is writing to {journal.home}; run this again when it has finished"
            )
        check_interrupted()
        time.sleep(_PAUSE)


def _take(journal: Journal, lock: Path, descriptor: int) -> bool:
    if not try_lock(descriptor) or not is_current(descriptor, lock):
        return False
    try:
        sign(descriptor)
    except BaseException:
        journal.remove_if_empty()
        os.close(descriptor)
        raise
    return True


def _remove_unused(journal: Journal) -> None:
    """Leave no folder behind in which there was not even a lock to be had; one with a lock may be somebody's."""
    with suppress(OSError):
        if {*os.listdir(journal.folder)} <= {".gitignore"}:  # noqa: PTH208
            (journal.folder / ".gitignore").unlink(missing_ok=True)
            journal.folder.rmdir()


def _make_folder(journal: Journal) -> None:
    if not os.path.lexists(journal.folder):
        if not journal.home.stat().st_mode & stat.S_IWUSR:
            raise WriteError(
                f"{journal.home}: is read-only; make it writable, aioport keeps its journal there. Nothing was changed"
            )
        with suppress(FileExistsError):
            journal.folder.mkdir()
    check_own(journal)
    ignore = journal.folder / ".gitignore"
    if not ignore.is_symlink() and not (ignore.exists() and ignore.read_bytes()):
        ignore.write_bytes(b"*\n")


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(path.lstat().st_mode)
