"""Makes the reports: names and places in the place of ids, columns as editors count them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aioport.blocking.facts import Facts, Finding
from aioport.blocking.hidden import find_hidden
from aioport.positions import line_of
from aioport.program.model import Program
from aioport.project import Project, Source
from aioport.reporting.chains import steps_above
from aioport.reporting.fingerprints import with_fingerprints
from aioport.reporting.model import (
    CallRow,
    Change,
    ConversionReport,
    FindingRow,
    FunctionRow,
    ScanReport,
    UnknownRow,
)
from aioport.reporting.severity import OF_MISTAKES, severity_of

if TYPE_CHECKING:  # a scan's report must not load what only a conversion needs
    from aioport.api import Conversion
    from aioport.catalog.index import Catalog
    from aioport.scanning import Scan


def report_scan(scan: Scan, catalog: Catalog | None = None) -> ScanReport:
    """The report of a scan, findings in source order, before anything is taken out of it.

    catalog: with it, what the unknown calls may hide is worked out, and those that may hide most come first.
    """
    project, prefix = scan.project, _prefix(scan.project)
    rows = sorted([*_findings(scan), *_mistakes(scan)], key=lambda row: (row.path, row.line, row.column))
    return ScanReport(
        root=project.root,
        libraries=project.site_packages,
        files=len(project.sources),
        findings=tuple(with_fingerprints(rows, prefix)),
        unknown=tuple(
            _unknown(project, scan.program, scan.facts) if catalog is None else _hidden(scan, catalog)
        ),
        problems=scan.problems,
        sources=project.sources,
        prefix=prefix,
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
        unknown=tuple(_unknown(analysis.project, analysis.program, analysis.facts)),
        problems=outcome.violations,
        requires=conversion.dependencies.requires,
        dependencies=conversion.dependencies,
        changes=tuple(sorted(_changes(conversion), key=lambda one: (one.before is None, one.path))),
        written=written,
    )


def _findings(scan: Scan) -> Iterator[FindingRow]:
    program = scan.program
    for one in scan.facts.findings:
        source, call = scan.project.sources[one.path], program.calls[one.call]
        caller = program.functions[call.caller]
        end_line = line_of(source, call.end)
        yield FindingRow(
            path=one.path,
            line=one.line,
            column=_column(source, one.line, one.column),
            function=one.function,
            category=one.category,
            on_loop=one.on_loop,
            sure=one.sure,
            chain=one.chain,
            message=_message(one),
            cost=one.cost,
            severity=severity_of(one.cost, on_loop=one.on_loop),
            end_line=end_line,
            end_column=_column(source, end_line, call.end - source.line_starts[end_line - 1]),
            function_line=caller.line if caller.kind == "def" else None,
        )


def _message(finding: Finding) -> str:
    """What a call waits for, and whose event loop it stops."""
    made = finding.chain[1 + steps_above(finding.chain, finding.path, finding.line)].name
    waits = f"{made} waits ({finding.category})"
    if made != finding.chain[-1].name:
        waits = f"{made} waits in {finding.chain[-1].name} ({finding.category})"
    if finding.on_loop:
        waits += f" and blocks the event loop of async {finding.chain[0].name}"
    return waits if finding.sure else f"{waits}, unless an unknown call on the way means something else"


def _mistakes(scan: Scan) -> Iterator[FindingRow]:
    lines = {one.name: one.line for one in scan.program.functions if one.in_project and one.kind == "def"}
    for one in scan.mistakes:
        yield FindingRow(
            path=one.path,
            line=one.line,
            column=_column(scan.project.sources[one.path], one.line, one.column),
            function=one.function,
            category=None,
            on_loop=False,
            sure=True,
            chain=(),
            kind=one.kind,
            message=one.message,
            severity=OF_MISTAKES[one.kind],
            function_line=lines.get(one.function),
        )


def _prefix(project: Project) -> str:
    """What leads from the folder of the pyproject.toml down to the root, with a slash at its end."""
    top = project.pyproject.parent if project.pyproject is not None else project.root
    if top == project.root or not project.root.is_relative_to(top):
        return ""
    return f"{project.root.relative_to(top).as_posix()}/"


def _hidden(scan: Scan, catalog: Catalog) -> Iterator[UnknownRow]:
    for one in find_hidden(scan.project, scan.program, scan.facts, catalog):
        unknown = one.unknown
        column = _column(scan.project.sources[unknown.path], unknown.line, unknown.column)
        yield UnknownRow(
            path=unknown.path,
            line=unknown.line,
            column=column,
            text=unknown.text,
            function=one.function,
            reason=unknown.reason,
            candidates=one.candidates,
            may_hide=one.reach,
            on_loop=one.on_loop,
            inside=unknown.inside,
        )


def _unknown(project: Project, program: Program, facts: Facts) -> Iterator[UnknownRow]:
    for one in facts.unknown:
        column = _column(project.sources[one.path], one.line, one.column)
        function = program.functions[program.calls[one.call].caller].name
        yield UnknownRow(one.path, one.line, column, one.text, function, one.reason, inside=one.inside)


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


def _changes(conversion: Conversion) -> Iterator[Change]:
    for path, after in conversion.files.items():
        source = conversion.source(path)
        yield Change(path, source.text if source is not None else None, after)


def _column(source: Source, line: int, column: int) -> int:
    """From a column in UTF-8 bytes, 0-based, to an editor's."""
    start = source.line_starts[line - 1]
    return len(source.data[start : start + column].decode("utf-8", "replace")) + 1
