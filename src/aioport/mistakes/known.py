"""What the kinds of mistakes know of libraries: `known.toml`, and how a name in it matches a name in a program."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from importlib import resources
from typing import Generic, Literal, TypeAlias, TypeVar

import msgspec

Role: TypeAlias = Literal[
    "bridge",
    "cache",
    "check",
    "drops",
    "gathers",
    "ignores",
    "maps",
    "passes",
    "patch",
    "pool",
    "runner",
    "task",
    "transparent",
]
"""What a function or class is to some kind of mistake; `known.toml` says what each means."""

_Value = TypeVar("_Value")

CONSTRUCTORS = (".__init__", ".__new__")

BELOW = re.compile(r"(?:\.[a-z_]\w*)*")
"""Modules below a module."""


class Framework(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A framework that calls functions for each request.

    name: as its users write it.
    owners, methods: classes, and their methods that make a handler of a function.
    functions: functions and classes that do.
    plain: how the framework runs a handler that is a `def`; None where it takes none.
    """

    name: str
    owners: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    plain: Literal["thread", "loop"] | None = None

    @property
    def registrars(self) -> tuple[str, ...]:
        """The names of all that makes a handler of a function."""
        return (*(f"{owner}.{method}" for owner in self.owners for method in self.methods), *self.functions)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    started: tuple[str, ...]
    names: dict[Role, tuple[str, ...]]
    framework: tuple[Framework, ...]


class Known:
    """The roles of names, and the frameworks.

    started: the modules that are loaded where an event loop runs.

    A name matches in whatever modules of its package it is defined: `asyncio.run` is `asyncio.runners.run`, and not
    `asyncio.runners.Runner.run`, for a class is no module. The name of a class stands for its constructor, too.
    """

    def __init__(self, file: _File) -> None:
        self.started = frozenset(file.started)
        self._roles = _Names((name, role) for role, many in file.names.items() for name in many)
        self._frameworks = _Names((name, one) for one in file.framework for name in one.registrars)

    def roles(self, name: str) -> tuple[Role, ...]:
        """What a dotted name is."""
        return self._roles.find(name)

    def framework(self, name: str) -> Framework | None:
        """The framework that makes a handler of the function that is decorated with `name`, or given to it."""
        return next(iter(self._frameworks.find(name)), None)

    @cached_property
    def packages(self) -> Mapping[bytes, tuple[bytes, ...]]:
        """The last part of each name that has a role, and the packages that have one of that name."""
        found: dict[bytes, set[bytes]] = defaultdict(set)
        for name in self._roles.names:
            found[name.rpartition(".")[2].encode()].add(name.partition(".")[0].encode())
        return {last: tuple(sorted(tops)) for last, tops in found.items()}

    @cached_property
    def framework_packages(self) -> tuple[bytes, ...]:
        """The packages of all frameworks."""
        return tuple(sorted({name.partition(".")[0].encode() for name in self._frameworks.names}))


class _Names(Generic[_Value]):
    """Names with a value each, or several."""

    def __init__(self, pairs: Iterable[tuple[str, _Value]]) -> None:
        self.names: list[str] = []
        self._by_last: dict[str, list[tuple[str, _Value]]] = defaultdict(list)
        self._found: dict[str, tuple[_Value, ...]] = {}
        for name, value in pairs:
            self.names.append(name)
            self._by_last[name.rpartition(".")[2]].append((name, value))

    def find(self, name: str) -> tuple[_Value, ...]:
        if name.endswith(CONSTRUCTORS):
            name = name.rpartition(".")[0]
        alike = self._by_last.get(name.rpartition(".")[2])
        if alike is None:
            return ()
        if name not in self._found:
            self._found[name] = tuple(value for known, value in alike if _is_same(known, name))
        return self._found[name]


def _is_same(known: str, name: str) -> bool:
    """Whether a name is a known one with any modules below those that the known one begins with.

    What follows the modules begins with the first capital, or is the last part.
    """
    parts = known.split(".")
    inner = next((index for index, part in enumerate(parts) if part[0].isupper()), len(parts) - 1)
    modules, rest = ".".join(parts[:inner]), "." + ".".join(parts[inner:])
    return (
        name.startswith(modules)
        and name.endswith(rest)
        and BELOW.fullmatch(name, len(modules), len(name) - len(rest)) is not None
    )


@cache
def load_known() -> Known:
    """Reads `known.toml`, once."""
    text = resources.files(__package__).joinpath("known.toml").read_bytes()
    return Known(msgspec.toml.decode(text, type=_File))
