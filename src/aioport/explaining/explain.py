"""Explains a function or call of a project: the facts about it, and what a conversion would make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from aioport.analysing import Analysed, analyse
from aioport.blocking.chains import find_all_blocking
from aioport.blocking.hidden import Hidden, find_hidden
from aioport.blocking.primitives import called_names
from aioport.catalog.index import Catalog
from aioport.catalog.load import load_catalog
from aioport.checking import Checked, Progress, checked_program, refuse_problems, silent
from aioport.choosing.comments import Comment, read_comments
from aioport.discovery import discover
from aioport.entries import find_entries
from aioport.explaining.explanation import (
    Allowance,
    CallExplained,
    Doubt,
    Explanation,
    Fate,
    FunctionExplained,
)
from aioport.explaining.known import find_known
from aioport.explaining.paths import Paths
from aioport.explaining.where import find_where
from aioport.mains import read_mains
from aioport.planning.plan import CallDecision, FunctionDecision
from aioport.planning.solve import make_plan
from aioport.program.model import Call, CallKind, Function
from aioport.project import Project, find_syntax_errors
from aioport.scanning import Scan
from aioport.settings import Options
from aioport.templates import with_templates
from aioport.values.leftovers import resolve_leftovers

TEXT = 80
"""So many characters of a call's text are shown."""


def explain(
    where: str, *paths: Path, options: Options | None = None, progress: Progress = silent
) -> Explanation:
    """What there is to say of a place or name in some folders or files, which are one project.

    The plan is made as `convert` makes it, and not verified. Files that are no Python are left out.
    Raises WhereError, ProjectError, CatalogError, CheckerError and EntryError.
    """
    project = with_templates(discover(paths, options or Options()))
    problems = (*project.problems, *find_syntax_errors(project))
    bad = {one.path for one in problems}
    sources = {path: source for path, source in project.sources.items() if path not in bad}
    if not sources:
        refuse_problems(problems)
    project = replace(project, sources=sources, problems=())
    catalog = load_catalog(project.settings.rewrites)
    with checked_program(project, catalog, progress) as checked:
        program = resolve_leftovers(checked.project, checked.program, catalog)
        program, facts = find_all_blocking(checked.project, program, catalog)
        scan = Scan(checked.project, program, facts, problems, catalog=catalog)
        meant = find_where(where, scan.project, program, Path.cwd())
        progress("planning")
        explainer = _Explainer(scan, catalog, _plan(project, checked, catalog))
        makers = dict.fromkeys(program.calls[index].caller for index in meant.calls)
        return Explanation(
            root=project.root,
            libraries=project.site_packages,
            where=where,
            calls=tuple(explainer.call(index) for index in meant.calls),
            functions=tuple(explainer.function(one) for one in meant.functions or makers),
            problems=problems,
        )


@dataclass(frozen=True, slots=True)
class _Planned:
    """What a conversion decides, by places: a scan's functions and calls have other numbers."""

    functions: Mapping[tuple[str | None, int, int], FunctionDecision]
    calls: Mapping[tuple[str, int, int, CallKind], CallDecision]


def _plan(project: Project, checked: Checked, catalog: Catalog) -> _Planned:
    analysis = analyse(checked.project, checked.program, catalog, find_entries(project))
    analysis = read_mains(Analysed(analysis, checked.complaints, checked.widening, checked.program)).analysis
    plan = make_plan(analysis)
    return _Planned(
        {
            (one.path, one.line, one.column): plan.functions[one.id]
            for one in analysis.program.functions
            if one.id in plan.functions
        },
        {
            (call.path, call.start, call.end, call.kind): plan.calls[index]
            for index, call in enumerate(analysis.program.calls)
            if index in plan.calls
        },
    )


@dataclass(frozen=True)
class _Explainer:
    scan: Scan
    catalog: Catalog
    planned: _Planned

    @cached_property
    def paths(self) -> Paths:
        return Paths(self.scan.program, self.scan.facts, self.catalog)

    @cached_property
    def hidden(self) -> dict[tuple[str, int, int, str], Hidden]:
        found = find_hidden(self.scan.project, self.scan.program, self.scan.facts, self.catalog)
        return {
            (hidden.unknown.path, hidden.unknown.line, hidden.unknown.column, hidden.function): hidden
            for hidden in found
        }

    def function(self, index: int) -> FunctionExplained:
        function = self.scan.program.functions[index]
        path, line = function.path or "", function.line
        decision = self.planned.functions.get((function.path, line, function.column))
        calls = (call for call in self.scan.program.calls if call.caller == index)
        return FunctionExplained(
            name=function.name,
            path=path,
            line=line,
            what=_what(function),
            callers=self.paths.callers(index),
            entries=self.paths.entries(index),
            waiting=self.paths.function_waits(index),
            loop=self.paths.loop(index),
            unknown=tuple(doubt for call in calls if (doubt := self._doubt(call)) is not None),
            fate=None
            if decision is None
            else Fate(decision.color, decision.reason, decision.safety, decision.changed),
            allowances=tuple(self._allowances(path, line, line)),
        )

    def call(self, index: int) -> CallExplained:
        program = self.scan.program
        call = program.calls[index]
        source = self.scan.project.sources[call.path]
        decision = self.planned.calls.get((call.path, call.start, call.end, call.kind))
        text = " ".join(source.data[call.start : call.end].decode("utf-8", "replace").split())
        names = called_names(call, program)
        waiting = self.paths.call_waits(index)
        primitive = () if waiting is None else (waiting.primitive,)
        last = call.line + source.data.count(b"\n", call.start, call.end)
        return CallExplained(
            path=call.path,
            line=call.line,
            column=self._column(call),
            text=text if len(text) <= TEXT else f"{text[: TEXT - 3]}...",
            kind=call.kind,
            function=self.scan.program.functions[call.caller].name,
            runs=tuple(dict.fromkeys(program.functions[one].name for one in call.targets)),
            sure=call.sure and program.is_receiver_known(call),
            elsewhere=index in self.scan.facts.spawned,
            unknown=self._doubt(call),
            waiting=waiting,
            loop=self.paths.loop(call.caller),
            known=tuple(find_known((*names, *primitive), self.catalog)),
            fate=None
            if decision is None
            else Fate(
                decision.action, decision.reason, decision.safety, decision.action not in ("keep", "leave")
            ),
            allowances=tuple(self._allowances(call.path, call.line, last)),
        )

    def _doubt(self, call: Call) -> Doubt | None:
        function = self.scan.program.functions[call.caller].name
        found = self.hidden.get((call.path, call.line, call.column, function))
        if call.unknown is None or found is None:
            return None
        return Doubt(
            call.path,
            call.line,
            self._column(call),
            found.unknown.text,
            call.unknown,
            found.candidates,
        )

    @cached_property
    def _comments(self) -> tuple[Comment, ...]:
        return tuple(one for source in self.scan.project.sources.values() for one in read_comments(source))

    def _allowances(self, path: str, first: int, last: int) -> Iterator[Allowance]:
        for one in self._comments:
            if one.path == path and one.names and one.reason and one.first <= last and first <= one.last:
                yield Allowance(path, one.line, one.names, one.reason)

    def _column(self, call: Call) -> int:
        source = self.scan.project.sources[call.path]
        start = source.line_starts[call.line - 1]
        return len(source.data[start : start + call.column].decode("utf-8", "replace")) + 1


def _what(function: Function) -> Literal["def", "async def", "module body", "class body"]:
    if function.kind == "def":
        return "async def" if function.is_async else "def"
    return "module body" if function.kind == "module" else "class body"
