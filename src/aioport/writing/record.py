"""The record of one conversion: what stood at each path before and stands there after, and nothing outside of the project.

A record may come from anywhere (a repository may hold one that its author made up), and a command that only reads obeys
it. So it can say nothing about files outside of the folder that it lies in, nor about git's own.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

import msgspec

from aioport.writing.errors import WriteError
from aioport.writing.states import State

VERSION = 1
FILE = "record.json"


class FileRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversion does at one path, which is relative to the journal's home, with `/`."""

    path: str
    before: State
    after: State


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One conversion.

    tag: in the names of the files that stand beside its targets while it writes.
    made: when, in UTC.
    command: the aioport command that made it.
    root: the folder that it was asked for, relative to the journal's home; `.` is the home itself.
    files: in the order in which they are written.
    folders: those that it makes, outer ones first.
    """

    version: int
    tag: str
    made: datetime
    command: str
    root: str
    files: tuple[FileRecord, ...]
    folders: tuple[str, ...] = ()

    def staged(self, home: Path, index: int) -> Path:
        """Where the new contents of a file stand until they take its place: hidden, and no Python file by its name."""
        return (home / self.files[index].path).with_name(f".{self.tag}-{index}.aioport")


def original_name(index: int) -> str:
    """How the original of a file is called, beside the record."""
    return f"original-{index}"


def render_record(record: Record) -> bytes:
    """The record as it is kept. File names that are no text survive it."""
    return json.dumps(msgspec.to_builtins(record), indent=1).encode("ascii")


def read_record(folder: Path, home: Path) -> Record | None:
    """The record that a folder of the journal holds; None where there is none, because nothing was begun or all is done.

    Raises WriteError where it is damaged, or says something about what lies outside of the home.
    """
    file = folder / FILE
    remedy = f"delete {folder} to keep the project as it stands"
    if file.is_symlink():
        raise WriteError(f"{file}: is a symbolic link, which aioport does not make; {remedy}")
    try:
        record = msgspec.convert(json.loads(file.read_bytes()), Record)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WriteError(f"{file}: cannot be read ({error.strerror}); correct its permissions") from error
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise WriteError(f"{file}: no record of aioport ({error}); {remedy}") from error
    if record.version != VERSION:
        raise WriteError(f"{file}: version {record.version}, and this aioport reads version {VERSION}")
    if not record.tag.isalnum():
        raise WriteError(f"{file}: no record of aioport (its tag is {record.tag!r}); {remedy}")
    for path in _paths(record):
        if not is_inside(home, path):
            raise WriteError(f"{file}: names {path!r}, which is not the project's; {remedy}")
    return record


def is_inside(home: Path, path: str) -> bool:
    """Whether a relative path stays inside a folder when links are followed, and leads neither to git's files nor to ours."""
    relative = PurePosixPath(path)
    if relative.is_absolute() or not relative.parts or {"..", ".git", ".aioport"} & set(relative.parts):
        return False
    top = os.path.realpath(home)
    parent = os.path.realpath((home / path).parent)
    return Path(parent).is_relative_to(top) and ".git" not in Path(parent).relative_to(top).parts


def _paths(record: Record) -> Iterator[str]:
    yield from (file.path for file in record.files)
    yield from record.folders
