"""What is to be done at each path, and whether it can be; looking changes nothing."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from aioport.writing.errors import WriteError
from aioport.writing.record import is_inside
from aioport.writing.states import ABSENT, State, state_of, state_of_file


@dataclass(frozen=True, slots=True)
class Change:
    """A file to write or, where `data` is None, to delete.

    path: as it was given, for messages.
    target: the file itself, where `path` is a link to it; absolute.
    before: what stands there.
    status: of what stands there; None for nothing.
    """

    path: str
    target: Path
    data: bytes | None
    before: State
    status: os.stat_result | None

    @property
    def after(self) -> State:
        """What stands there when it is done. A new file's mode is the system's business, and not compared."""
        if self.data is None:
            return ABSENT
        return state_of_file(self.data, stat.S_IMODE(self.status.st_mode) if self.status else 0)

    def check_untouched(self) -> None:
        """Make sure, at the last moment, that nobody has written there meanwhile. Raises WriteError."""
        now = self.target.lstat() if os.path.lexists(self.target) else None
        if _stamp(now) != _stamp(self.status):
            raise WriteError(
                f"{self.path}: has changed since it was read; convert again. Nothing was changed"
            )


def plan_changes(
    root: Path, home: Path, files: Mapping[str, bytes | None], expected: Mapping[str, bytes | None]
) -> list[Change]:
    """What is to be done, without what is as it should be already.

    The order is that in which a program suffers least from being cut off: new files, of which the old code knows
    nothing; then those that change; then those that go.

    Raises WriteError where it cannot be done or a file is not as expected; ValueError where a path leads out of `root`
    or two are one file; OSError.
    """
    changes = []
    for path, data in sorted(files.items()):
        change = _plan_change(root, home, path, data)
        if path in expected:
            _check_expected(root / path, path, expected[path])
        if change is not None:
            changes.append(change)
    if len({change.target for change in changes}) < len(changes):
        raise ValueError("two of the paths are one file")
    return sorted(changes, key=lambda change: (change.data is None, change.status is not None))


def check_writable(target: Path, path: str) -> None:
    """Make sure that a file can be written, made or deleted. Raises WriteError, which calls it `path`; OSError."""
    if os.path.lexists(target) and not target.is_symlink():
        status = target.lstat()
        if not (status.st_mode & stat.S_IWUSR and os.access(target, os.W_OK)):
            raise WriteError(
                f"{path}: is read-only; make it writable (chmod u+w) or leave it out. Nothing was changed"
            )
    folder = next(above for above in target.parents if os.path.lexists(above))
    if not folder.is_dir():
        raise WriteError(f"{path}: {folder} is no folder. Nothing was changed")
    # The mode bits as well, because root may write anywhere and owners do not expect it.
    if not (folder.stat().st_mode & stat.S_IWUSR and os.access(folder, os.W_OK | os.X_OK)):
        raise WriteError(f"{path}: its folder {folder} is read-only; make it writable. Nothing was changed")


def _plan_change(root: Path, home: Path, path: str, data: bytes | None) -> Change | None:
    relative = PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts:
        raise ValueError(f"{path} leads out of the folder")
    target = Path(os.path.realpath(root / path))
    if data is None:
        # Of a symbolic link, the link is deleted.
        target = Path(os.path.realpath((root / path).parent), relative.name)
    before = state_of(target)
    if before == ABSENT and data is None:
        return None
    if before.kind == "other" or (before.kind == "link" and data is not None):
        raise WriteError(f"{path}: is no regular file. Nothing was changed")
    if not (target.is_relative_to(home) and is_inside(home, target.relative_to(home).as_posix())):
        raise WriteError(
            f"{path}: is {target}, which is not in {home}, and `aioport undo` brings back only what is; "
            "leave it out with `exclude`, or convert it by its own name. Nothing was changed"
        )
    check_writable(target, path)
    change = Change(path, target, data, before, target.lstat() if before != ABSENT else None)
    return None if change.after == before else change


def _check_expected(file: Path, path: str, expected: bytes | None) -> None:
    there = file.read_bytes() if os.path.lexists(file) else None
    if expected is None and there is not None:
        raise WriteError(f"{path}: is there already, and not part of what was converted. Nothing was changed")
    if there != expected:
        raise WriteError(f"{path}: has changed since it was read; convert again. Nothing was changed")


def _stamp(status: os.stat_result | None) -> tuple[int, ...]:
    return (status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode) if status else ()
