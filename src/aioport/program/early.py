"""Decodes the project's part of a report while the checker still writes the rest.

When it is through with all modules it copies its own stubs into the report, on one core and for a thirtieth of the
run; the index comes last.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from aioport.program.records import DefinitionsFile, RawCallGraphFile

FIRST_STUBS = "typeshed"
"""The first folder of the report that is written after the modules."""

ROOM = 64 * 1024 * 1024
"""Bytes that are decoded early at most, for the checker holds the most memory then: Django's are 30 MB."""

F = TypeVar("F", DefinitionsFile, RawCallGraphFile)


class Early:
    """What was decoded, by the names of the files; whoever takes a file's content takes it out.

    A file that cannot be read, or not yet, is left to whoever needs it.
    """

    def __init__(self, folder: Path, modules: Iterable[str]) -> None:
        """folder: the report's; modules: the dotted names of those that are the project's."""
        self.definitions: dict[str, DefinitionsFile] = {}
        self.call_graphs: dict[str, RawCallGraphFile] = {}
        self._folder, self._modules, self._room = str(folder), frozenset(modules), ROOM
        self._is_done = False

    def look(self) -> None:
        """Decode what there is, once the modules are written; does nothing before, and after that."""
        if self._modules and not self._is_done and os.path.exists(f"{self._folder}/{FIRST_STUBS}"):  # noqa: PTH110  asked often
            self._is_done = True
            self._decode("definitions", DefinitionsFile, self.definitions)
            self._decode("call_graphs", RawCallGraphFile, self.call_graphs)

    def _decode(self, section: str, kind: type[F], found: dict[str, F]) -> None:
        folder = f"{self._folder}/{section}"
        for name in os.listdir(folder):  # noqa: PTH208
            if self._room > 0 and name.partition(":")[0] in self._modules:
                try:
                    with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123
                        data = file.read()
                    found[name] = msgspec.json.decode(data, type=kind)
                except (OSError, msgspec.DecodeError):
                    continue
                self._room -= len(data)


def module_names(files: Iterable[str], roots: Iterable[str]) -> Iterator[str]:
    """The dotted names that files may have as modules: one for each import root that they lie below."""
    prefixes = [f"{root}/" for root in roots]
    for file in files:
        stem = file.rpartition(".")[0].removesuffix("/__init__")
        yield from (stem.removeprefix(one).replace("/", ".") for one in prefixes if stem.startswith(one))
