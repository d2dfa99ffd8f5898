"""What is known of functions that are used as values: where each goes, and what each call of a value may run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from aioport.planning.pools.model import Pools
from aioport.values.scopes import Binding


class Local(msgspec.Struct, frozen=True, gc=False):
    """A variable or a parameter, of a function or of a module."""

    path: str
    binding: Binding


class Member(msgspec.Struct, frozen=True, gc=False):
    """The attribute of that name, of every class of the project."""

    name: str


class Result(msgspec.Struct, frozen=True, gc=False):
    """What the calls of a function return, or its generator yields."""

    function: int


Place: TypeAlias = Local | Member | Result
"""Where values are kept. A collection is one place with all that it holds."""


class Called(msgspec.Struct, frozen=True, gc=False):
    """A call of the value, by its index in `Program.calls`."""

    call: int


class Escape(msgspec.Struct, frozen=True, gc=False):
    """Something is done with a value that is not followed, or that calls it synchronously.

    elsewhere: another thread or process calls it, and nobody here.
    """

    reason: str
    elsewhere: bool = False


class Handed(msgspec.Struct, frozen=True, gc=False):
    """A test hands the value to something outside of the project: a sync function has to stand there."""

    path: str
    node: ast.expr


Destination: TypeAlias = Place | Called | Escape | Handed


class Occurrence(msgspec.Struct, frozen=True, gc=False):
    """An expression that is a function: its name, a lambda, or `getattr` with a name that is known.

    function: the function, of the project or not; None for a class and a builtin that is no function.
    node: None for a function that a decorator is given.
    """

    path: str
    node: ast.expr | None
    function: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """A call of a value.

    occurrences: all that may be called there.
    places: where that is kept on its way.
    obstacle: why something else may be called as well; None where nothing can.
    """

    occurrences: frozenset[Occurrence]
    places: frozenset[Place]
    obstacle: str | None


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A function that stands in for those that its decorator is given, and calls them.

    decorated: these; calls: the calls of them that stand in the wrapper itself.
    uses: where its decorator returns it, if it does nothing else with it; None if it does.
    parameter: what the decorator calls the function that it is given.
    """

    decorated: frozenset[int]
    calls: frozenset[int]
    uses: tuple[ast.Name, ...] | None
    parameter: str


@dataclass(frozen=True)
class Callables:
    """All that was found.

    pinned: functions that get somewhere they cannot be followed, or are called synchronously there, and why.
    elsewhere: those of them that are known to be called where calls of them are seen, and in other threads and processes.
    followed: functions that are used as values in ways that are all known.
    sites: by index of the call.
    reaches: the calls at which each occurrence arrives.
    wrappers: by function.
    decorated: functions under decorators that are not understood, and why.
    under: functions under decorators of the project's own that are understood.
    second: sync wrappers of decorators that have an async one beside them, with a reason to leave them.
    lambdas: functions that stand for lambdas which only the project calls.
    handed: where tests hand each function to something outside of the project.
    dispatched: functions of which one is called by the name of the first, and which share a color.
    entries: functions that a framework calls synchronously and by what their decorators make of them, each with the
        decorator below which an `async def` has to be made sync again. Their names mean what the framework has.
    pools: pools of threads that may become pools of tasks; the functions that they are given are not followed to them.
    """

    pinned: Mapping[int, str] = field(default_factory=dict)
    elsewhere: frozenset[int] = frozenset()
    followed: frozenset[int] = frozenset()
    sites: Mapping[int, Site] = field(default_factory=dict)
    reaches: Mapping[Occurrence, frozenset[int]] = field(default_factory=dict)
    wrappers: Mapping[int, Wrapper] = field(default_factory=dict)
    decorated: Mapping[int, str] = field(default_factory=dict)
    under: frozenset[int] = frozenset()
    second: Mapping[int, str] = field(default_factory=dict)
    lambdas: Mapping[int, ast.Lambda] = field(default_factory=dict)
    handed: Mapping[int, frozenset[Handed]] = field(default_factory=dict)
    dispatched: tuple[tuple[int, ...], ...] = ()
    entries: Mapping[int, ast.expr] = field(default_factory=dict)
    pools: Pools = field(default_factory=Pools)
