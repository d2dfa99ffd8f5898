"""Single steps on files, each of which is on the disk when it returns."""

import os
import shutil
import stat
from contextlib import suppress
from errno import EXDEV
from pathlib import Path


def write_new(file: Path, data: bytes, like: os.stat_result | None = None) -> None:
    """Write a file that does not exist yet, with the mode and as far as possible the owner of another. Raises OSError."""
    with file.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    if like:
        file.chmod(stat.S_IMODE(like.st_mode))
        if hasattr(os, "chown"):
            with suppress(PermissionError):
                os.chown(file, like.st_uid, like.st_gid)


def keep(file: Path, second: Path) -> None:
    """Give a file a second name, or a copy where the file system has no such thing. Raises OSError."""
    try:
        os.link(file, second)
    except OSError:
        _copy(file, second)


def bring(file: Path, target: Path, between: Path) -> None:
    """Put a file in the place of another, in one step; from another drive through a copy `between`, beside the target."""
    try:
        file.replace(target)
    except OSError as error:
        if error.errno != EXDEV:
            raise
        _copy(file, between)
        between.replace(target)


def _copy(file: Path, copy: Path) -> None:
    shutil.copy2(file, copy)
    descriptor = os.open(copy, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Make renames last through a power cut, where the system can open folders at all (Windows cannot)."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
