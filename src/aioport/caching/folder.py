"""The user's cache folder: entries are files that are written whole or not at all, and anything odd about one is a miss.

Nothing heavy is imported: the quickest way through aioport leads through here.
"""

from __future__ import annotations

import os
import sys
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 256 * 1024 * 1024
"""What all entries together may take; a scan of Django is 2 MB. Beyond it, what was not used for longest goes first."""

_MAGIC = b"aioport\x01" + sys.implementation.cache_tag.encode() + b"\n"
"""Before every entry: `marshal`, in which entries are written, differs between versions of Python."""

_CHECKSUM = 4
_TEMPORARY = ".new-"


def find_folder(environ: Mapping[str, str]) -> str | None:
    """Where entries are kept, whether it exists or not; None where the user wants no cache or has no home.

    `AIOPORT_CACHE_DIR` goes first, then the platform's custom; `AIOPORT_NO_CACHE` set to anything says no.
    """
    if environ.get("AIOPORT_NO_CACHE"):
        return None
    chosen = environ.get("AIOPORT_CACHE_DIR")
    if chosen:
        return os.path.abspath(chosen)  # noqa: PTH100
    home = os.path.expanduser("~")  # noqa: PTH111
    if sys.platform == "win32":
        base = environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")  # noqa: PTH118
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")  # noqa: PTH118
    else:
        base = environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")  # noqa: PTH118
    return os.path.join(base, "aioport") if os.path.isabs(base) else None  # noqa: PTH117, PTH118


def read_entry(folder: str, name: str) -> bytes | None:
    """The content of an entry; None where there is none, it is damaged, or it may be somebody else's."""
    try:
        if not _is_own(os.stat(folder)):  # noqa: PTH116
            return None
        with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123
            if not _is_own(os.fstat(file.fileno())):
                return None
            data = file.read()
    except OSError:
        return None
    start = len(_MAGIC) + _CHECKSUM
    body = memoryview(data)[start:]
    if data[: len(_MAGIC)] != _MAGIC or data[len(_MAGIC) : start] != _checksum(body):
        return None
    return data[start:]


def write_entry(folder: str, name: str, data: bytes) -> bool:
    """Keep an entry, in the place of an earlier one of that name; returns whether it could be kept."""
    temporary = f"{folder}/{_TEMPORARY}{os.getpid()}-{name}"
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
        if not _is_own(os.stat(folder)):  # noqa: PTH116
            return False
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with open(os.open(temporary, flags, 0o600), "wb") as file:  # noqa: PTH123
            file.write(_MAGIC + _checksum(data))
            file.write(data)
        os.replace(temporary, f"{folder}/{name}")  # noqa: PTH105
    except OSError:
        _remove(temporary)
        return False
    _trim(folder)
    return True


def touch_entry(folder: str, name: str) -> None:
    """Note that an entry was of use."""
    try:
        os.utime(f"{folder}/{name}")
    except OSError:
        return


def _checksum(data: bytes | memoryview) -> bytes:
    return zlib.crc32(data).to_bytes(_CHECKSUM, "big")


def _is_own(found: os.stat_result) -> bool:
    """Whether nobody else can have put it there; Windows has no such notion, and its folder is the user's own."""
    if sys.platform == "win32":
        return True
    return found.st_uid == os.getuid() and not found.st_mode & 0o022


def _trim(folder: str) -> None:
    """Drop what was not used for longest, until the rest is small enough, and what a killed process left behind."""
    try:
        with os.scandir(folder) as listing:
            entries = [
                (found.st_mtime, found.st_size, entry.path) for entry in listing if (found := entry.stat())
            ]
    except OSError:
        return
    total = sum(size for _, size, _ in entries)
    for _, size, path in sorted(entries):
        if total <= MOST_BYTES:
            return
        _remove(path)
        total -= size


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return
