"""Writes types of parameters, attributes and globals into copies of sources. Lines stay where they are; columns move on theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from aioport.positions import line_of
from aioport.program.holders import Holder, HolderType
from aioport.program.places import Inserted
from aioport.project import Project

ALIAS = "_aioport_module_"
"""What modules are imported as at the end of a file, where the names of the file itself cannot be hidden by them."""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A copy of a file.

    data: its text as UTF-8.
    inserted: what was added on each line.
    """

    data: bytes
    inserted: Mapping[int, tuple[Inserted, ...]]


def annotate(project: Project, types: Mapping[Holder, HolderType]) -> dict[str, Annotated]:
    """The files in which something gets a type, by path."""
    by_path: dict[str, list[tuple[int, HolderType]]] = defaultdict(list)
    for holder, type_ in types.items():
        by_path[holder.path].append((holder.end, type_))
    return {
        path: _annotate(project, path, sorted(found, key=lambda one: one[0]))
        for path, found in by_path.items()
    }


def _annotate(project: Project, path: str, types: list[tuple[int, HolderType]]) -> Annotated:
    source = project.sources[path]
    modules = {module for _, one in types for module, _ in one.classes} | {"typing"}
    aliases = {module: f"{ALIAS}{index}" for index, module in enumerate(sorted(modules))}
    pieces: list[bytes] = []
    inserted: dict[int, list[Inserted]] = defaultdict(list)
    done = 0
    for offset, type_ in types:
        text = _text(type_, aliases).encode()
        pieces += (source.data[done:offset], text)
        done = offset
        line = line_of(source, offset)
        inserted[line].append(Inserted(offset - source.line_starts[line - 1], len(text)))
    imports = "".join(f"import {module} as {alias}\n" for module, alias in aliases.items())
    pieces += (source.data[done:], f"\n{imports}".encode())
    return Annotated(b"".join(pieces), {line: tuple(found) for line, found in inserted.items()})


def _text(type_: HolderType, aliases: Mapping[str, str]) -> str:
    members = [f"{aliases[module]}.{name}" for module, name in type_.classes]
    members += ["None"] * type_.optional + [f"{aliases['typing']}.Any"] * type_.open
    return f': "{" | ".join(members)}"'
