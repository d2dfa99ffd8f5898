"""Whether files and folders are still what they were: by their stamps, and where these differ, by their content.

Nothing heavy is imported: the quickest way through aioport leads through here.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Stamp = tuple[int, int, int, int]
    """Size, time of the last change of content and of anything, and inode number: any change shows in one of them."""

    Tracked = tuple[str, Stamp | None, bytes]
    """A path, its stamp (None: it may have changed without showing in it) and the digest of what was there."""

TICK = 50_000_000
"""Nanoseconds before a reading within which a change may show the same time as a later one: Linux takes the time of its
last timer interrupt, ten milliseconds ago at most. git calls such entries racy, and reads them as well."""

COARSE_TICK = 2_000_000_000
"""The same where times are whole seconds: FAT's clock ticks every two."""

NOTHING = b""
"""The digest of what does not exist."""

SOURCES = (".py", ".pyi", ".pyw", ".pth", ".so", ".pyd", ".typed")
NAMES = frozenset({".git", ".gitignore", "pyproject.toml", "pyvenv.cfg", "setup.cfg"})
"""Files that discovery or the checker looks for; others may come and go. Folders all count."""


def listing_of(entries: Iterable[os.DirEntry[str]]) -> str:
    """What a folder's listing says to discovery and to the checker."""
    found = []
    for entry in entries:
        name = entry.name
        if entry.is_dir(follow_symlinks=False):
            if name not in ("__pycache__", ".aioport"):
                found.append(f"{name}/")
        elif entry.is_symlink():
            found.append(f"{name}\0{_target(entry.path)}")
        elif name.endswith(SOURCES) or name in NAMES:
            found.append(name)
    return "\n".join(sorted(found))


def digest(kind: str, data: bytes) -> bytes:
    """The digest of something of a kind (`file` or `folder`)."""
    from hashlib import blake2b  # noqa: PLC0415  three milliseconds that an unchanged project does not need

    return kind[:2].encode() + blake2b(data, digest_size=16).digest()


def digest_text(kind: str, text: str) -> bytes:
    return digest(kind, text.encode("utf-8", "surrogateescape"))


def digest_path(path: str) -> bytes:
    """The digest of a file's content or of a folder's listing, `NOTHING` where there is neither.

    Raises OSError where it cannot be read.
    """
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return NOTHING
    if stat.S_ISDIR(mode):
        with os.scandir(path) as entries:
            return digest_text("folder", listing_of(entries))
    with open(path, "rb") as file:  # noqa: PTH123
        return digest("file", file.read())


def stamp_of(path: str) -> Stamp | None:
    """The stamp of what is there, None for nothing."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def track(paths: Iterable[str], known: Mapping[str, bytes], start: int) -> list[Tracked] | None:
    """What `unlike` needs, of paths that were read since `start` (nanoseconds since the epoch).

    known: digests of what was read there, of paths for which these were taken at once.
    Returns None where something changed meanwhile, so that nobody knows what was read.
    """
    tracked: list[Tracked] = []
    for path in paths:
        stamp, found = stamp_of(path), known.get(path)
        lasting = sure(stamp, start)
        try:
            if found is None:
                found = digest_path(path)
                if lasting is None and found:
                    return None
            elif lasting is None and found != digest_path(path):
                return None
        except OSError:
            return None
        tracked.append((path, lasting, found))
    return tracked


def sure(stamp: Stamp | None, start: int) -> Stamp | None:
    """A stamp of what was read after `start`; None where a change after the reading might not show in it."""
    if stamp is None:
        return None
    changed = max(stamp[1], stamp[2])
    tick = TICK if changed % 1_000_000_000 else COARSE_TICK
    return stamp if changed < start - tick else None


def unlike(tracked: Iterable[Tracked]) -> list[Tracked]:
    """Those whose stamps are not what they were, or say nothing; the only ones that may have changed."""
    look, found = os.stat, []
    for one in tracked:
        stamp = one[1]
        try:
            now = look(one[0])
        except OSError:
            if one[2]:
                found.append(one)
            continue
        if stamp is None or (now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino) != stamp:
            found.append(one)
    return found


def reexamined(tracked: Iterable[Tracked], start: int) -> list[Tracked] | None:
    """The same with stamps of now, where the contents are what they were; None where one is not."""
    fresh: list[Tracked] = []
    for path, _, expected in tracked:
        stamp = stamp_of(path)
        try:
            if digest_path(path) != expected:
                return None
        except OSError:
            return None
        fresh.append((path, sure(stamp, start), expected))
    return fresh


def _target(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115
    except OSError:
        return ""
