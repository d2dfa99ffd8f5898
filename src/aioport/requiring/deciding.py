"""Decides what is added to which lists of dependencies, and what is removed: facts in, steps and notes out, no text touched."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from aioport.requiring.places import Declared, Place
from aioport.requiring.versions import admits, admits_older, name_of


@dataclass(frozen=True, slots=True)
class Need:
    """What converted code needs, as the catalog writes it, and the distribution in whose place it is used."""

    written: str
    instead_of: str

    @property
    def name(self) -> str:
        return name_of(Requirement(self.written).name)

    @property
    def specifiers(self) -> SpecifierSet:
        """The versions that will do."""
        return Requirement(self.written).specifier


@dataclass(frozen=True, slots=True)
class Wanted:
    """An edit that is to be made: `name` is what is added or removed, `beside` whose neighbour it becomes."""

    action: Literal["add", "remove"]
    place: Place
    name: str
    written: str
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What is left to a person. missing: a requirement that is declared nowhere because of that."""

    text: str
    missing: str | None = None


def plan_additions(needs: Sequence[Need], places: Sequence[Place]) -> Iterator[Wanted | Note]:
    """What to declare, where: beside what it takes the place of, else where the project's code declares its needs."""
    for need in needs:
        declared = [(place, one) for place in places for one in place.declared if one.name == need.name]
        excluding = [
            f"{place.path}:{one.line} has `{one.written}`" for place, one in declared if _excludes(one, need)
        ]
        if excluding:
            text = f"the code needs {need.written}, and {excluding[0]}, which rules that out; change it"
            yield Note(text, missing=need.written)
            continue
        targets = [place for place in places if place.role != "constraint" and place.find(need.instead_of)]
        if not targets and not any(place.role == "main" for place, _ in declared):
            targets = [place for place in places if place.role == "main" and place.fixed is None][:1]
            if not targets:
                yield Note(f"add {need.written} to the dependencies", missing=need.written)
        in_main = {_folder(place) for place, _ in declared if place.role == "main"}
        for place in targets:
            if there := place.find(need.name):
                yield from _note_older(place, there, need)
            elif place.role != "main" and _folder(place) in in_main:
                continue  # whoever installs a group or an extra has the project's own dependencies
            elif place.fixed is not None:
                text = f"{place}: add {need.written}; {place.fixed}"
                yield Note(text, missing=need.written)
            else:
                yield Wanted("add", place, need.name, need.written, need.instead_of)


def plan_removals(
    unused: Collection[str], reasons: Mapping[str, str], places: Sequence[Place]
) -> Iterator[Wanted | Note]:
    """What is declared and no longer used, with its type stubs.

    reasons: why others stay, of which some use is gone.
    """
    for place in places:
        for name in dict.fromkeys(one.name for one in place.declared):
            if name not in unused or place.role == "constraint":
                continue
            one = place.find(name)
            assert one is not None
            if place.role == "extra":
                yield Note(
                    f"{place.path}:{one.line}: nothing imports {name} any more; it stays, because users choose extras"
                )
            elif place.fixed is not None:
                yield Note(f"{place}: nothing imports {name} any more; {place.fixed}")
            else:
                yield Wanted("remove", place, name, one.written)
    for name, reason in reasons.items():
        yield Note(f"{name} stays among the dependencies: {reason}")


def stubs_of(name: str) -> tuple[str, str]:
    """What distributions with the types of another are called. https://typing.python.org/en/latest/spec/distributing.html"""
    return f"types-{name}", f"{name}-stubs"


def typed_by(name: str) -> str:
    """The distribution whose types another has; the name itself where it is no such one."""
    return name.removeprefix("types-") if name.startswith("types-") else name.removesuffix("-stubs")


def _excludes(one: Declared, need: Need) -> bool:
    return one.specifiers is not None and not admits(one.specifiers, need.specifiers)


def _note_older(place: Place, one: Declared, need: Need) -> Iterator[Note]:
    if one.specifiers is None:
        yield Note(f"{place.path}:{one.line} has `{one.written}`; see that it is {need.written}")
    elif admits_older(one.specifiers, need.specifiers):
        yield Note(
            f"{place.path}:{one.line} has `{one.written}`, which admits older versions than {need.written}"
        )


def _folder(place: Place) -> str:
    """Lists of one pyproject.toml, setup.cfg or folder with requirements belong together."""
    return place.path.rpartition("/")[0].removesuffix("requirements").rstrip("/")
