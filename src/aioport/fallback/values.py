"""What an expression may be, as far as names tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Module:
    """A module or package of the project, by its dotted name."""

    name: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the project.

    receiver: the class of the object that it is a method of; None where it is not called on an object.
    through_super: it was looked up past the class, so that overrides do not count.
    """

    id: int
    receiver: int | None = None
    through_super: bool = False


@dataclass(frozen=True, slots=True)
class ClassObject:
    """A class itself, by its id."""

    id: int


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class."""

    id: int


@dataclass(frozen=True, slots=True)
class Several:
    """Something to loop over that gives objects of a class."""

    id: int


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` in a method of a class."""

    id: int


@dataclass(frozen=True, slots=True)
class Outside:
    """A name that is not the project's: a module, function or class, by its public dotted name.

    owner: the class that a method is called on; None for what is no method.
    """

    name: str
    owner: int | None = None


Value: TypeAlias = Module | Function | ClassObject | Instance | Several | Super | Outside


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression may be.

    complete: it is nothing else, but perhaps None.
    optional: it may be None.
    why: why something else is possible.
    """

    values: tuple[Value, ...] = ()
    complete: bool = False
    optional: bool = False
    why: str = "nothing is known of it"


NONE = Known((), complete=True, optional=True)


def unknown(why: str) -> Known:
    """Something of which nothing is known."""
    return Known(why=why)


def one(value: Value) -> Known:
    """Exactly this."""
    return Known((value,), complete=True)


def incomplete(known: Known, why: str) -> Known:
    """The same, or something else."""
    return Known(known.values, complete=False, optional=known.optional, why=why)


def union(several: Iterable[Known]) -> Known:
    """Any of these; nothing known where there are none."""
    every = list(several)
    if len(every) == 1:
        return every[0]
    if not every:
        return Known()
    values = dict.fromkeys(value for known in every for value in known.values)
    why = next((known.why for known in every if not known.complete), "")
    return Known(
        tuple(values),
        complete=all(known.complete for known in every),
        optional=any(known.optional for known in every),
        why=why,
    )
