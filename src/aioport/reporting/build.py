"""Makes the reports: names and places in the place of ids, columns as editors count them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aioport.blocking.facts import Facts
from aioport.project import Project, Source
from aioport.reporting.model import (
    CallRow,
    Change,
    ConversionReport,
    FindingRow,
    FunctionRow,
    ScanReport,
    UnknownRow,
)

if TYPE_CHECKING:  # a scan's report must not load what only a conversion needs
    from aioport.api import Conversion
    from aioport.scanning import Scan


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
    """From a column in UTF-8 bytes, 0-based, to an editor's."""
    start = source.line_starts[line - 1]
    return len(source.data[start : start + column].decode("utf-8", "replace")) + 1
