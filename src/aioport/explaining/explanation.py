"""What there is to say of a function or a call, with names and places in the place of ids.

Columns are 1-based and count characters. A chain begins with a function; each further link is a call.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aioport.blocking.facts import Link
from aioport.catalog.schema import Category, Cost, Treatment
from aioport.planning.plan import Action, Color, Safety
from aioport.program.model import CallKind
from aioport.project import Problem


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is waited for: the primitive, and the chain down to it."""

    primitive: str
    category: Category
    cost: Cost
    sure: bool
    chain: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a catalog file says of a name.

    file: the catalog file, without `.toml`.
    category, treatment, cost: of its waiting; None where the file does not say that it waits.
    rules: rewrites for calls of it, as `sync -> async`.
    """

    name: str
    file: str
    summary: str
    category: Category | None
    treatment: Treatment | None
    cost: Cost | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """An unknown call, why it is unknown, and functions that wait and are called the same."""

    path: str
    line: int
    column: int
    text: str
    reason: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """What a conversion would make of a function (`color`) or a call (`action`), before it is verified."""

    what: Color | Action
    reason: str
    safety: Safety
    changed: bool


@dataclass(frozen=True, slots=True)
class Allowance:
    """An allow comment that speaks of it."""

    path: str
    line: int
    names: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class FunctionExplained:
    """A function.

    what: `def`, `async def`, `module body` or `class body`.
    callers: the calls of it, each with the name of the function that makes it.
    entries: chains down to it from functions that nothing in the project calls, the shortest of each; empty where
        it is such a function itself.
    waiting: what it waits for; None where it reaches nothing that waits.
    loop: the chain from the nearest `async def` that runs it on an event loop; empty where there is none.
    """

    name: str
    path: str
    line: int
    what: Literal["def", "async def", "module body", "class body"]
    callers: tuple[Link, ...]
    entries: tuple[tuple[Link, ...], ...]
    waiting: Waiting | None
    loop: tuple[Link, ...]
    unknown: tuple[Doubt, ...]
    fate: Fate | None
    allowances: tuple[Allowance, ...]


@dataclass(frozen=True, slots=True)
class CallExplained:
    """A call, or a construct that calls implicitly (`kind`).

    function: the name of the one that makes it.
    runs: the functions that may run.
    sure: there is one, and nothing else can be meant.
    elsewhere: it runs in another thread or process, inside something handed to it.
    loop: as in `FunctionExplained`, down to the function that makes it.
    """

    path: str
    line: int
    column: int
    text: str
    kind: CallKind
    function: str
    runs: tuple[str, ...]
    sure: bool
    elsewhere: bool
    unknown: Doubt | None
    waiting: Waiting | None
    loop: tuple[Link, ...]
    known: tuple[Known, ...]
    fate: Fate | None
    allowances: tuple[Allowance, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was asked about; `problems` are files that could not be read as Python and were left out."""

    root: Path
    libraries: tuple[Path, ...]
    where: str
    calls: tuple[CallExplained, ...]
    functions: tuple[FunctionExplained, ...]
    problems: tuple[Problem, ...]
