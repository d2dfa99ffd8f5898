"""Writing files all or nothing, and refusing to write over what git could not bring back."""

import os
import secrets
import shutil
import signal
import stat
import subprocess
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import FrameType
from typing import Any


class WriteError(Exception):
    """Nothing was written; the message names the file and the reason (or, at worst, where the originals are)."""


class DirtyTreeError(Exception):
    """Files have changes that git could not bring back; the message names some of them and the remedy."""


class _Interrupted(BaseException):
    """A signal that was put off has arrived."""


def write_all(root: Path, files: Mapping[str, bytes | None]) -> None:
    """Write files below a folder, by path relative to it; None deletes one. Either all of it happens or nothing.

    New contents are first written and flushed beside their targets, and the originals kept beside them too (as hard
    links where the file system has those); then come only renames. Whatever fails on the way, the originals are put
    back, and temporary files and new folders removed. A symbolic link stays one: the file that it points to is
    written. Modes are kept. A file that has the contents already is not touched.

    In the main thread SIGINT, SIGTERM and SIGHUP are put off: one that arrives before the last rename undoes
    everything and is then delivered; after that the work is done, and the signal is dropped.

    Raises WriteError where a file or folder is read-only (before anything is touched) or anything else in the file
    system fails. What is no OSError is raised as it is, after the originals are back. ValueError: a path leads
    out of the folder, or two are one file.
    """
    try:
        changes = [
            change for path, data in sorted(files.items()) if (change := _plan_change(root, path, data))
        ]
    except OSError as error:
        raise WriteError(
            f"{error.filename or root}: {error.strerror or error}; nothing was changed"
        ) from error
    if len({change.target for change in changes}) < len(changes):
        raise ValueError("two of the paths are one file")
    with _signals_put_off() as check_interrupted:
        new_folders: list[Path] = []
        try:
            for change in changes:
                _stage(change, new_folders)
                check_interrupted()
            for change in changes:
                _commit(change)
                check_interrupted()
        except BaseException as error:
            _roll_back(changes, new_folders, error)
            if isinstance(error, OSError):
                raise WriteError(
                    f"{error.filename or root}: {error.strerror or error}; nothing was changed"
                ) from error
            raise
        for change in changes:
            with suppress(OSError):
                change.backup.unlink(missing_ok=True)
        for folder in {change.target.parent for change in changes}:
            _flush_folder(folder)


@dataclass(slots=True)
class _Change:
    """A file to write or delete, and what stands beside it meanwhile: its new contents and its original.

    `staged` exists from the moment its writing starts until it is renamed over the target, so that its absence,
    once `is_staged`, says that the target has been replaced.
    """

    target: Path
    data: bytes | None
    status: os.stat_result | None
    staged: Path = field(init=False)
    backup: Path = field(init=False)
    is_staged: bool = False

    def __post_init__(self) -> None:
        # Hidden and without `.py` at the end, so that nobody takes them for sources.
        tag = secrets.token_hex(4)
        self.staged = self.target.with_name(f".{self.target.name}.{tag}.new")
        self.backup = self.target.with_name(f".{self.target.name}.{tag}.old")


def _plan_change(root: Path, path: str, data: bytes | None) -> _Change | None:
    """Return what is to be done at a path, or None where nothing is; WriteError where it cannot be done."""
    relative = PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts:
        raise ValueError(f"{path} leads out of the folder")
    target = Path(os.path.realpath(root / path))
    if data is None:
        # Of a symbolic link, the link is deleted.
        target = Path(os.path.realpath((root / path).parent), relative.name)
    status = target.lstat() if os.path.lexists(target) else None
    if status is None and data is None:
        return None
    if status and stat.S_ISREG(status.st_mode):
        if not (status.st_mode & stat.S_IWUSR and os.access(target, os.W_OK)):
            raise WriteError(
                f"{path}: is read-only; make it writable (chmod u+w) or leave it out. Nothing was changed"
            )
        if target.read_bytes() == data:
            return None
    elif status and not (data is None and stat.S_ISLNK(status.st_mode)):
        raise WriteError(f"{path}: is no regular file. Nothing was changed")
    folder = next(above for above in target.parents if os.path.lexists(above))
    if not folder.is_dir():
        raise WriteError(f"{path}: {folder} is no folder. Nothing was changed")
    # The mode bits as well, because root may write anywhere and owners do not expect it.
    if not (folder.stat().st_mode & stat.S_IWUSR and os.access(folder, os.W_OK | os.X_OK)):
        raise WriteError(f"{path}: its folder {folder} is read-only; make it writable. Nothing was changed")
    return _Change(target, data, status)


def _stage(change: _Change, new_folders: list[Path]) -> None:
    """Write and flush the new contents, and keep the original under a second name."""
    if change.data is None:
        return
    _make_folders(change.target.parent, new_folders)
    with change.staged.open("xb") as file:
        file.write(change.data)
        file.flush()
        os.fsync(file.fileno())
    if change.status:
        change.staged.chmod(stat.S_IMODE(change.status.st_mode))
        if hasattr(os, "chown"):
            with suppress(PermissionError):
                os.chown(change.staged, change.status.st_uid, change.status.st_gid)
        try:
            os.link(change.target, change.backup)
        except OSError:
            shutil.copy2(change.target, change.backup)
    change.is_staged = True


def _commit(change: _Change) -> None:
    if change.data is None:
        change.target.replace(change.backup)
    else:
        change.staged.replace(change.target)


def _make_folders(folder: Path, new_folders: list[Path]) -> None:
    missing = [above for above in (folder, *folder.parents) if not above.exists()]
    for above in reversed(missing):
        new_folders.append(above)
        above.mkdir()


def _roll_back(changes: Sequence[_Change], new_folders: Sequence[Path], error: BaseException) -> None:
    """Put everything back as it was. Where even that fails, go on with the rest, then raise WriteError."""
    stuck = []
    for change in reversed(changes):
        try:
            _undo(change)
        except OSError:
            stuck.append(
                f"{change.target} (its original is {change.backup})" if change.status else f"{change.target}"
            )
    for folder in reversed(new_folders):
        with suppress(OSError):
            folder.rmdir()
    for folder in {change.target.parent for change in changes}:
        _flush_folder(folder)
    if stuck:
        raise WriteError(f"{error}; and these could not be put back: {', '.join(stuck)}") from error


def _undo(change: _Change) -> None:
    if os.path.lexists(change.staged) or not (change.is_staged or change.data is None):
        # The target has not been touched. A backup may be half a copy, and is not needed.
        change.staged.unlink(missing_ok=True)
        change.backup.unlink(missing_ok=True)
    elif os.path.lexists(change.backup):
        change.backup.replace(change.target)
    elif change.status is None:
        change.target.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Make renames last through a power cut, where the system can open folders at all (Windows cannot)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _signals_put_off() -> Iterator[Callable[[], None]]:
    """Note the signals that end a program, and hand out a function that raises once one has arrived.

    If the block is left by an exception, the signal that arrived is delivered to whoever handled it before.
    Elsewhere than in the main thread Python delivers no signals, and this does nothing.
    """
    arrived: list[int] = []
    previous: dict[int, Any] = {}

    def note(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)

    def check() -> None:
        if arrived:
            raise _Interrupted

    def restore() -> None:
        for number in list(previous):
            signal.signal(number, previous.pop(number))

    is_interrupted = False
    try:
        if threading.current_thread() is threading.main_thread():
            # SIGINT is the last to be restored: from then on a KeyboardInterrupt can come between any two steps.
            for name in ("SIGHUP", "SIGTERM", "SIGINT"):
                number = getattr(signal, name, None)
                if number and signal.getsignal(number) not in (signal.SIG_IGN, None):
                    previous[number] = signal.getsignal(number)
                    signal.signal(number, note)
        yield check
    except _Interrupted:
        is_interrupted = True
    except BaseException:
        restore()
        if arrived:
            signal.raise_signal(arrived[0])
        raise
    finally:
        restore()
    if is_interrupted:
        signal.raise_signal(arrived[0])
        raise KeyboardInterrupt  # whoever handled the signal did nothing; the caller must not think it was written


def check_clean(root: Path, paths: Collection[str]) -> None:
    """Make sure that git could bring back everything that writing `paths` (relative to `root`) overwrites.

    Raises DirtyTreeError where anything that git tracks below `root` has uncommitted changes, or one of the paths is a
    file that git does not track; also where git cannot tell. Outside of a work tree, and without git, all is well.
    """
    if (where := _git(root, "rev-parse", "--is-inside-work-tree", "--show-prefix")) is None:
        return
    if where.returncode:
        complaint = where.stderr.decode(errors="replace").strip()
        if "not a git repository" in complaint:
            return
        raise DirtyTreeError(
            f"git cannot tell what is committed ({complaint}); correct that, or pass --force"
        )
    inside, _, prefix = where.stdout.decode(errors="surrogateescape").rstrip("\n").partition("\n")
    if inside != "true":
        return
    status = _git(root, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--", ".")
    listing = _git(root, "ls-files", "-z", "--", ".")
    if not status or not listing or status.returncode or listing.returncode:
        raise DirtyTreeError(
            "git cannot tell what is committed (git status failed); correct that, or pass --force"
        )
    changed = {line[3:].removeprefix(prefix) for line in _records(status.stdout)}
    tracked = set(_records(listing.stdout))
    untracked = {path for path in paths if path not in tracked and os.path.lexists(root / path)}
    if dirty := sorted(changed | untracked):
        shown = ", ".join(dirty[:5]) + (f" and {len(dirty) - 5} more" if len(dirty) > 5 else "")
        raise DirtyTreeError(f"not committed: {shown}; commit or stash, or pass --force")


def _records(output: bytes) -> list[str]:
    return [os.fsdecode(record) for record in output.split(b"\0") if record]


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    """Run git so that it starts no programs that the repository names, and takes no locks; None where there is no git."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    quiet = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
    try:
        return subprocess.run(
            ("git", *quiet, *arguments),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return None
