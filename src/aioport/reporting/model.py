"""What every format shows: the rows of a scan and of a conversion, with names and places instead of ids.

Columns are 1-based and count characters, as editors do; lines are 1-based. Paths are relative to the root, with `/`;
those of installed packages are absolute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aioport.blocking.facts import Link
from aioport.catalog.schema import Category, Cost
from aioport.mistakes.mistake import MistakeKind
from aioport.project import Problem, Source
from aioport.requiring.outcome import Dependencies
from aioport.settings import Settings

if TYPE_CHECKING:  # a scan must not load what only a conversion needs
    from aioport.planning.plan import Action, Color, Safety, Suggestion
    from aioport.verifying.verdict import Violation

Severity = Literal["error", "warning", "note"]

CommentKind = Literal["unused-allow", "unknown-allow", "allow-without-reason"]
"""What may be wrong with an allow comment: see `choosing.allowed`."""

Kind = Literal["blocking-call"] | MistakeKind | CommentKind


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something that is wrong, or waits, at a place of the project.

    function: the dotted name of the function in which it is; empty for what is about a comment.
    kind: `blocking-call`, a mistake's kind, or what is wrong with an allow comment.
    category, cost: what a call waits for, and how long by order of magnitude; None for other kinds.
    on_loop: of a call that waits, whether an `async def` reaches it without handing it to a thread.
    sure: every step of the chain has one possible target.
    chain: from the function that begins it (the `async def`, if there is one) down to the primitive that waits;
        empty for other kinds.
    message: one sentence without a full stop.
    severity: see `severity.severity_of`.
    fingerprint: the same for the same thing as long as its function, file and name stay: see `fingerprints`.
    end_line, end_column: where the call ends, the column past its last character; None where that is not known.
    function_line: where the `def` of the function is; None for a module's body and for comments.
    """

    path: str
    line: int
    column: int
    function: str
    category: Category | None
    on_loop: bool
    sure: bool
    chain: tuple[Link, ...]
    kind: Kind = "blocking-call"
    message: str = ""
    cost: Cost | None = None
    severity: Severity = "note"
    fingerprint: str = ""
    end_line: int | None = None
    end_column: int | None = None
    function_line: int | None = None

    @property
    def primitive(self) -> str:
        """The name of what waits in the end; empty for other kinds than blocking calls."""
        return self.chain[-1].name if self.chain else ""


@dataclass(frozen=True, slots=True)
class UnknownRow:
    """A call of which it is not known what it runs; `text` is its callee as it is written.

    function: the dotted name of the function that makes it.
    reason: why it is not known.
    candidates: names of functions that wait and are called the same; one of them may be what runs.
    may_hide: how many functions reach the call, and would so reach what waits; `on_loop` of them are `async def`. None
        where nobody asked.
    inside: where an installed package does something unknown, for a call that is known itself.
    """

    path: str
    line: int
    column: int
    text: str
    function: str = ""
    reason: str = ""
    candidates: tuple[str, ...] = ()
    may_hide: int | None = None
    on_loop: int | None = None
    inside: Link | None = None


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
class Baselined:
    """What a baseline took out of a report.

    file: the baseline's name as it was given.
    known: how many findings it holds that are still there.
    gone: one line for each entry of which fewer are there than it says.
    """

    file: str
    known: int
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScanReport:
    """A scan.

    files: how many there are in the project.
    problems: files that cannot be read as Python and were left out.
    sources: the files by path, for formats that quote them or count columns otherwise.
    prefix: what leads from the folder of the pyproject.toml down to the root, with a slash at its end.
    allowed: how many findings allow comments took out.
    baseline: what a baseline took out; None where none was asked for.
    """

    root: Path
    libraries: tuple[Path, ...]
    files: int
    findings: tuple[FindingRow, ...]
    unknown: tuple[UnknownRow, ...]
    problems: tuple[Problem, ...]
    sources: Mapping[str, Source] = field(default_factory=dict)
    prefix: str = ""
    allowed: int = 0
    baseline: Baselined | None = None


@dataclass(frozen=True, slots=True)
class ConversionReport:
    """A conversion.

    settings: what was asked for.
    files: how many there are in the project.
    suggestions: what was not done, and what stood in the way.
    problems: what verification refuted; the plan does without it.
    requires: distributions that the converted code needs, as pip takes them.
    dependencies: what becomes of the files that declare them.
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
    dependencies: Dependencies = field(default_factory=Dependencies)
