"""A lock that lasts as long as the process that holds it, however that ends."""

import os
import sys
from errno import EACCES, EAGAIN, EDEADLK
from pathlib import Path

_HELD = {EACCES, EAGAIN, EDEADLK}


def try_lock(descriptor: int) -> bool:
    """Take the lock on an open file; False where another process, or another opening of the file, has it.

    A file system that knows no locks gives them to everybody: refusing to work there would help nobody.
    """
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            os.lseek(descriptor, _BEYOND, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _HELD
    return True


_BEYOND = 1 << 20
"""Windows keeps others from reading what is locked; so that is not the process number at the start of the file."""


def open_lock(file: Path) -> int:
    """Open the file of a lock, made if need be; a symbolic link in its place raises OSError."""
    return os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)


def is_current(descriptor: int, file: Path) -> bool:
    """Whether an open file is still the one at a path: whoever held the lock before may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except FileNotFoundError:
        return False


def sign(descriptor: int) -> None:
    """Write into the file of a lock who has it."""
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, b"%d\n" % os.getpid())


def holder(file: Path) -> str:
    """Who has a lock, for a message."""
    try:
        number = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return "another aioport"
    return f"another aioport (process {number})" if number.isdigit() else "another aioport"
