"""What became of a project's dependencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from aioport.project import Source


@dataclass(frozen=True, slots=True)
class Step:
    """A requirement that was added to a list, or removed from one.

    path, where: the file and the list in it (`places.Place`); a requirements file has no `where`.
    requirement: as it is written there.
    """

    action: Literal["added", "removed"]
    path: str
    where: str
    requirement: str


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What a conversion changes in the files that declare dependencies.

    sources: those files as they are on disk, by path relative to the project's root; only those that change.
    texts: their new texts.
    steps: what was added and removed.
    notes: what was left to a person, each a sentence.
    requires: distributions that the converted code needs, as pip takes them.
    missing: those of them that no list declares.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
