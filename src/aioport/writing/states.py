"""What stands at a path, as far as bringing it back asks for it."""

import hashlib
import os
import stat
from pathlib import Path
from typing import Literal

import msgspec


class State(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands at a path.

    kind: `other` is a folder, a pipe and their like, which aioport never writes.
    sha256: of a file's contents, in hexadecimal digits.
    mode: a file's permission bits.
    link: where a symbolic link leads, as it says itself.
    """

    kind: Literal["absent", "file", "link", "other"]
    sha256: str = ""
    mode: int = 0
    link: str = ""

    def is_like(self, other: "State") -> bool:
        """Whether the contents are the same, and whether they may be executed: what git, too, calls a file's state."""
        return (self.kind, self.sha256, self.link, self.mode & stat.S_IXUSR) == (
            *(other.kind, other.sha256, other.link),
            other.mode & stat.S_IXUSR,
        )


ABSENT = State(kind="absent")


def state_of(path: Path) -> State:
    """What stands at a path; a symbolic link is not followed. Raises OSError where that cannot be told."""
    try:
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            return state_of_file(path.read_bytes(), stat.S_IMODE(status.st_mode))
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    if stat.S_ISLNK(status.st_mode):
        return State(kind="link", link=os.fspath(path.readlink()))
    return State(kind="other")


def state_of_file(data: bytes, mode: int) -> State:
    """The state of a file with these contents."""
    return State(kind="file", sha256=hashlib.sha256(data).hexdigest(), mode=mode)
