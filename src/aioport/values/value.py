"""What an expression may be: a function, something whose iteration runs one, an object, or a collection of such."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

DEEPEST = 3
"""Collections in collections are followed so far; real registries are two deep."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Calling it runs a function, by its id in `Program.functions`."""

    function: int


@dataclass(frozen=True, slots=True)
class Iterates:
    """A generator: iterating over it runs the body of a function."""

    function: int


@dataclass(frozen=True, slots=True)
class Is:
    """An instance of a class, by its id in `Program.classes`, where the checker does not know that it is one."""

    class_id: int


@dataclass(frozen=True, slots=True)
class Foreign:
    """An instance of a library's class, by its public name: the checker may never have opened its module."""

    name: str


@dataclass(frozen=True, slots=True)
class Makes:
    """A class: calling it makes an instance."""

    class_id: int


@dataclass(frozen=True, slots=True)
class Holds:
    """A collection or an iterator with such a value in it; key: the constant that it is found under, if there is one."""

    value: Value
    key: object = None


@dataclass(frozen=True, slots=True)
class Gives:
    """A function that still lacks arguments: calling it gives a value."""

    value: Value


Value: TypeAlias = Calls | Iterates | Is | Foreign | Makes | Holds | Gives


def held(value: Value, key: object = None) -> Value | None:
    """A collection with a value in it; None for one that is nested too deep to be followed."""
    depth, inner = 1, value
    while isinstance(inner, Holds):
        depth, inner = depth + 1, inner.value
    return Holds(value, key) if depth <= DEEPEST else None


def innermost(value: Value) -> Value:
    """What a collection, perhaps of collections, holds or gives in the end."""
    while isinstance(value, Holds | Gives):
        value = value.value
    return value
