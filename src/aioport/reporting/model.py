"""What every format shows: the rows of a scan and of a conversion, with names and places instead of ids.

Columns are 1-based and count characters, as editors do; lines are 1-based. Paths are relative to the root, with `/`;
those of installed packages are absolute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aioport.api import Conversion, Scan
from aioport.blocking.facts import Facts, Link
from aioport.catalog.schema import Category
from aioport.planning.plan import Action, Color, Safety, Suggestion
from aioport.positions import BOM_LENGTH
from aioport.project import Problem, Project, Source
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


def report_scan(scan: Scan) -> ScanReport:
    """The report of a scan, findings in source order."""
    return ScanReport(
        root=scan.project.root,
        libraries=scan.project.site_packages,
        files=len(scan.project.sources),
        findings=tuple(_findings(scan)),
        unknown=tuple(_unknown(scan.project, scan.facts)),
        problems=scan.problems,
    )


def report_conversion(conversion: Conversion, *, written: bool) -> ConversionReport:
    """The report of a conversion, rows in source order."""
    outcome = conversion.outcome
    analysis = outcome.analysis
    return ConversionReport(
        root=conversion.project.root,
        settings=conversion.project.settings,
        files=len(analysis.project.sources),
        functions=tuple(sorted(_functions(conversion), key=lambda row: (row.path, row.line, row.name))),
        calls=tuple(_calls(conversion)),
        suggestions=outcome.plan.suggestions,
        unknown=tuple(_unknown(analysis.project, analysis.facts)),
        problems=outcome.violations,
        requires=_requires(conversion),
        changes=tuple(sorted(_changes(conversion), key=lambda one: (one.before is None, one.path))),
        written=written,
    )


def _findings(scan: Scan) -> Iterator[FindingRow]:
    for one in scan.facts.findings:
        column = _column(scan.project.sources[one.path], one.line, one.column)
        yield FindingRow(
            one.path, one.line, column, one.function, one.category, one.on_loop, one.sure, one.chain
        )


def _unknown(project: Project, facts: Facts) -> Iterator[UnknownRow]:
    for one in facts.unknown:
        column = _column(project.sources[one.path], one.line, one.column)
        yield UnknownRow(one.path, one.line, column, one.text)


def _functions(conversion: Conversion) -> Iterator[FunctionRow]:
    outcome = conversion.outcome
    for decision in outcome.plan.functions.values():
        function = outcome.analysis.function(decision.function)
        node = outcome.analysis.node(decision.function)
        assert function.path is not None
        yield FunctionRow(
            path=function.path,
            line=node.lineno if node is not None else function.line,
            name=function.name,
            color=decision.color,
            reason=decision.reason,
            safety=decision.safety,
            changed=decision.changed,
            waits=decision.function in outcome.analysis.facts.waits,
        )


def _calls(conversion: Conversion) -> Iterator[CallRow]:
    analysis, decisions = conversion.outcome.analysis, conversion.outcome.plan.calls
    for index in sorted(decisions):
        call, decision = analysis.program.calls[index], decisions[index]
        yield CallRow(
            path=call.path,
            line=call.line,
            column=_column(analysis.project.sources[call.path], call.line, call.column),
            function=analysis.function(call.caller).name,
            action=decision.action,
            reason=decision.reason,
            safety=decision.safety,
        )


def _requires(conversion: Conversion) -> tuple[str, ...]:
    if not conversion.files:
        return ()
    outcome = conversion.outcome
    used = [outcome.analysis.catalog.library(name) for name in outcome.plan.libraries]
    return tuple(sorted({distribution for library in used for distribution in library.requires}))


def _changes(conversion: Conversion) -> Iterator[Change]:
    for path, after in conversion.files.items():
        source = conversion.project.sources.get(path)
        yield Change(path, source.text if source is not None else None, after)


def _column(source: Source, line: int, column: int) -> int:
    """From the checker's column (0-based, in UTF-8 bytes, a byte order mark counted) to an editor's."""
    if source.bom and line == 1:
        column -= BOM_LENGTH
    start = source.line_starts[line - 1]
    return len(source.data[start : start + column].decode("utf-8", "replace")) + 1
