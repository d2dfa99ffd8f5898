"""Writing one file that is no part of a conversion: a rename by itself is all or nothing."""

import os
from contextlib import suppress
from pathlib import Path

from aioport.writing.changes import check_writable
from aioport.writing.disk import flush_folder, write_new
from aioport.writing.errors import WriteError


def replace_file(file: Path, data: bytes) -> None:
    """Write a file in one step, and the folders that it needs; through a symbolic link, the file that it points to.

    Raises WriteError; then all is what it was.
    """
    target = Path(os.path.realpath(file))
    staged = target.with_name(f".{os.urandom(4).hex()}.aioport")
    missing = [folder for folder in target.parents if not folder.exists()]
    try:
        check_writable(target, str(file))
        target.parent.mkdir(parents=True, exist_ok=True)
        write_new(staged, data, target.stat() if target.exists() else None)
        staged.replace(target)
    except BaseException as error:
        with suppress(OSError):
            staged.unlink(missing_ok=True)
            for folder in missing:
                folder.rmdir()
        if isinstance(error, OSError):
            raise WriteError(f"{file}: {error.strerror or error}; nothing was changed") from error
        raise
    flush_folder(target.parent)
