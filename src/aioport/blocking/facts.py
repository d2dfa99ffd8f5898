"""Facts about blocking: which functions and calls wait, for what, and along which chain of calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aioport.catalog.schema import Blocks, Category, Cost


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain: at `path:line`, `name` is called; the first step is the function that begins it."""

    path: str
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a function waits.

    primitive: the public name of what waits in the end.
    blocks: what the catalog says of it.
    steps: (line, function) pairs from the function's body down to the primitive.
    sure: every step has one possible target.
    """

    primitive: str
    blocks: Blocks
    steps: tuple[tuple[int, int], ...]
    sure: bool

    @property
    def category(self) -> Category:
        return self.blocks.category


@dataclass(frozen=True, slots=True)
class Finding:
    """A call in the project's own code that waits: of a primitive, or of an installed package that reaches one.

    call: its index in `Program.calls`.
    on_loop: an `async def` reaches it without handing it to a thread.
    chain: from the function that begins it (the `async def`, if there is one) down to the primitive.
    """

    path: str
    line: int
    column: int
    function: str
    category: Category
    cost: Cost
    on_loop: bool
    sure: bool
    chain: tuple[Link, ...]
    call: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A call of which it is not known what it runs.

    call: its index in `Program.calls`.
    inside: for a call that is known itself, the place in an installed package that is not.
    """

    path: str
    line: int
    column: int
    text: str
    reason: str
    call: int
    inside: Link | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that blocks.

    waits: by function id, for the project's functions and the installed ones that they reach.
    calls: by index in `Program.calls`: what each waiting call waits for.
    spawned: indices of calls that run elsewhere, inside something handed to a thread or process.
    """

    waits: Mapping[int, Wait]
    calls: Mapping[int, Wait]
    spawned: frozenset[int]
    findings: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]
