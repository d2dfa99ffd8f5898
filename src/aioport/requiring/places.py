"""Places where a project declares dependencies: lists that can be read and, most of them, edited."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from packaging.specifiers import SpecifierSet

Role = Literal["main", "group", "extra", "constraint"]
"""What a list is for: what the code needs always, a group for development, an extra that users choose, or versions only."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Declared:
    """A distribution that a list names.

    name: as names are compared (`versions.name_of`).
    written: the whole entry, as the file has it.
    specifiers: the versions that it admits; None where that cannot be told.
    line: where it stands, from 1.
    """

    name: str
    written: str
    specifiers: SpecifierSet | None
    line: int


@dataclass(frozen=True, slots=True)
class Place:
    """A list of dependencies.

    path: of the file, posix, relative to the project's root.
    where: which list of the file, as people call it; no two of a file are called the same.
    fixed: why it cannot be edited, and what to do instead; None where it can.
    """

    path: str
    where: str
    role: Role
    declared: tuple[Declared, ...]
    fixed: str | None = None

    def find(self, name: str) -> Declared | None:
        """The first entry for a distribution."""
        return next((one for one in self.declared if one.name == name), None)

    def __str__(self) -> str:
        return f"{self.path} ({self.where})" if self.where else self.path


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of file is read and edited. Each function takes the file's text; edits return the new one.

    find: the lists of a file at a path.
    add: to a list by its `where`, a requirement, beside the entries of a distribution if it has any.
    remove: from a list, all entries of a distribution.

    An edit raises EditError where the new text would not say what it should.
    """

    find: Callable[[str, str], Sequence[Place]]
    add: Callable[[str, str, str, str | None], str]
    remove: Callable[[str, str, str], str]


class EditError(Exception):
    """A file is written in a way that an edit would break; the message says which."""


def position_for(names: Sequence[str], name: str, beside: str | None) -> int:
    """Where a new entry goes: by its name in a list of at least two that is sorted, else below its neighbour, else last."""
    ordered = list(names)
    if len(ordered) > 1 and ordered == sorted(ordered):
        return bisect(ordered, name)
    found = [index for index, one in enumerate(ordered) if one == beside]
    return found[-1] + 1 if found else len(ordered)
