"""What every format shows: the rows of a scan and of a conversion, with names and places instead of ids.

Columns are 1-based and count characters, as editors do; lines are 1-based. Paths are relative to the root, with `/`;
those of installed packages are absolute.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aioport.blocking.facts import Link
from aioport.catalog.schema import Category
from aioport.planning.plan import Action, Color, Safety, Suggestion
from aioport.project import Problem
from aioport.settings import Settings
from aioport.verifying.verdict import Violation


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A call in the project that waits.

    function: the dotted name of the function that makes it.
    kind: what is wrong with it; so far always `blocking-call`.
    on_loop: an `async def` reaches it without handing it to a thread.
    sure: every step of the chain has one possible target.
    chain: from the function that begins it (the `async def`, if there is one) down to the primitive that waits.
    """

    path: str
    line: int
    column: int
    function: str
    category: Category
    on_loop: bool
    sure: bool
    chain: tuple[Link, ...]
    kind: str = "blocking-call"


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """A call of which it is not known what it runs; `text` is its callee as it is written."""

    path: str
    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """A function of the project and what becomes of it.

    line: of its `def`, not of its decorators.
    changed: it is not what it was.
    waits: it reaches something that blocks.
    """

    path: str
    line: int
    name: str
    color: Color
    reason: str
    safety: Safety
    changed: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call that waits, or is awaited now, and what becomes of it; `function` is the one that makes it."""

    path: str
    line: int
    column: int
    function: str
    action: Action
    reason: str
    safety: Safety


@dataclass(frozen=True, slots=True)
class Change:
    """A file that changes: its text before (None for a new file) and after."""

    path: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class ScanReport:
    """A scan; `problems` are files that cannot be read as Python and were left out."""

    root: Path
    libraries: tuple[Path, ...]
    files: int
    findings: tuple[FindingRow, ...]
    unknown: tuple[UnknownRow, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ConversionReport:
    """A conversion.

    settings: what was asked for.
    files: how many there are in the project.
    suggestions: what was not done, and what stood in the way.
    problems: what verification refuted; the plan does without it.
    requires: distributions that the converted code needs, as pip takes them.
    changes: files that change, by path, new ones last.
    written: the changes are on disk.
    """

    root: Path
    settings: Settings
    files: int
    functions: tuple[FunctionRow, ...]
    calls: tuple[CallRow, ...]
    suggestions: tuple[Suggestion, ...]
    unknown: tuple[UnknownRow, ...]
    problems: tuple[Violation, ...]
    requires: tuple[str, ...]
    changes: tuple[Change, ...]
    written: bool
