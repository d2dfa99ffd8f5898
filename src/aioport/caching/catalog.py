"""The shipped catalog's files in a form that is read forty times as fast as TOML.

It is kept beside the files, where Python keeps compiled modules, or else in the user's cache.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from aioport.caching.folder import find_folder, read_entry, write_entry
from aioport.catalog import schema
from aioport.catalog.schema import Library


class _Kept(msgspec.Struct):
    """What was read, and the names, sizes and times of the files that it was read from."""

    files: str
    libraries: list[Library]


def read_libraries(files: Sequence[Traversable], read: Callable[[Traversable], Library]) -> list[Library]:
    """What some files say, in their order; from the cache where none of them has changed since.

    read: reads one file. What it raises is raised.
    """
    paths = [file for file in files if isinstance(file, Path)]
    folders = _folders(paths) if len(paths) == len(files) else []
    if not folders:
        return [read(file) for file in files]
    said = "\n".join(_stamp(path) for path in (*paths, Path(schema.__file__)))
    name = f"catalog-{zlib.crc32(schema.__file__.encode('utf-8', 'surrogateescape')):08x}"
    for folder in folders:
        data = read_entry(folder, name)
        try:
            kept = msgspec.msgpack.decode(data, type=_Kept) if data is not None else None
        except msgspec.DecodeError:
            kept = None
        if kept is not None and kept.files == said:
            return kept.libraries
    libraries = [read(file) for file in files]
    entry = msgspec.msgpack.encode(_Kept(said, libraries))
    _ = any(write_entry(folder, name, entry) for folder in folders)
    return libraries


def _folders(paths: Sequence[Path]) -> list[str]:
    """Where it may be kept, the best place first; nowhere where the user wants no cache."""
    folder = find_folder(os.environ)
    if folder is None or not paths:
        return []
    beside = paths[0].parent
    is_compiling = not sys.dont_write_bytecode and sys.pycache_prefix is None
    return [f"{beside}/__pycache__", folder] if is_compiling and os.access(beside, os.W_OK) else [folder]


def _stamp(path: Path) -> str:
    found = os.stat(path)  # noqa: PTH116  hundreds of them
    return f"{path} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"
