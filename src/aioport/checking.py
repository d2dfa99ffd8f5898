"""Runs the checker over a project until it has seen all that matters, and joins its report with the sources."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from aioport.program.pyrefly import CheckerError, Report, report_home
from aioport.project import Problem, Project, ProjectError, find_syntax_errors
from aioport.rounds import NOTHING, Run, Widening, first_run, next_run, widen
from aioport.scratch import Scratch, scratch_folder
from aioport.templates import find_python_templates

if TYPE_CHECKING:
    from aioport.blocking.facts import Facts
    from aioport.catalog.index import Catalog
    from aioport.program.model import Program

STAGES = (
    "aioport.blocking.chains",
    "aioport.program.annotated",
    "aioport.program.build",
    "aioport.program.parameters",
)
"""What comes after the checker and is imported while it runs, which would otherwise start a tenth of a second later."""

VENDORED_NAME = "_aio.py"
RUNTIME_MARK = "# aioport runtime "
"""The second line of every vendored file."""

ROUNDS = 3
"""How often the checker is run at most. What a round adds, the next one may need; a fourth never changed anything."""

SMALL = 200
"""Files up to which a scan takes further rounds: each costs as much as the first. A conversion always takes them,
for it has to know what it changes."""

UNPARSED = frozenset({"parse-error", "invalid-syntax"})
"""The checker's kinds of messages about files that may be no Python."""

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """The progress of whoever does not want any."""


def nothing() -> None:
    """What whoever has nothing else to do does while the checker runs."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One of the checker's messages about a file of the project; `location` is as it prints it."""

    path: str
    location: str
    kind: str
    message: str


@dataclass(frozen=True)
class Checked:
    """A project as the checker sees it.

    project: without the vendored file, which is ours, and without what is no Python.
    catalog: what is known of libraries.
    complaints: what the checker says of the project's files.
    problems: files that could not be parsed, where these are let pass, or that the checker could not read.
    loaded: every file and namespace folder that the checker read, but for copies.
    widening: what its last run saw on top of the sources.
    notice: why the checker had no part in it, where it failed.
    """

    project: Project
    program: Program
    catalog: Catalog
    complaints: tuple[Complaint, ...]
    problems: tuple[Problem, ...]
    loaded: frozenset[str]
    widening: Widening = NOTHING
    notice: str | None = None

    @cached_property
    def facts(self) -> Facts:
        """What blocks, found when first asked for: a scan follows values first."""
        from aioport.blocking.chains import find_blocking  # noqa: PLC0415

        return find_blocking(self.project, self.program, self.catalog)


def vendored_files(project: Project) -> dict[str, tuple[str, ...]]:
    """The vendored files in and beside a project's sources, with the names that they offer."""
    folders = {path.rpartition("/")[0] for path in project.sources}
    found = {}
    for path in sorted(f"{folder}/{VENDORED_NAME}".removeprefix("/") for folder in folders):
        source = project.sources.get(path)
        file = f"{project.root}/{path}"
        if source is None and not os.path.isfile(file):  # noqa: PTH113  one in every folder of a large project
            continue
        text = source.text if source is not None else Path(file).read_text("utf-8")
        if RUNTIME_MARK in text[:2000]:
            offered = text.partition("__all__ = [")[2].partition("]")[0]
            found[path] = tuple(name.strip(" \"'\n") for name in offered.split(",") if name.strip())
    return found


def refuse_problems(problems: Collection[Problem]) -> None:
    """Raises ProjectError that lists what cannot be read as Python."""
    if problems:
        remedy = "correct it, or leave the file out with `exclude` under [tool.aioport] in pyproject.toml"
        raise ProjectError("\n".join([*map(str, problems), remedy]))


@contextmanager
def checked_program(
    project: Project,
    catalog: Catalog,
    progress: Progress = silent,
    *,
    strict: bool = True,
    thorough: bool = False,
    meanwhile: Callable[[], object] = nothing,
    known: Widening = NOTHING,
) -> Iterator[Checked]:
    """What the checker and the catalog know of a project, as long as the block lasts: types are read when asked for.

    strict: refuse a project with files that do not parse and are no templates, and take further rounds whatever they cost.
    thorough: take them all the same.
    meanwhile: done beside the checker.
    known: what its first run is to see on top of the sources.
    Where the checker fails, it goes by names, unless `strict` is set.
    Raises ProjectError where a file does not parse and CheckerError where the checker fails, if `strict` is set.
    """
    vendored = vendored_files(project)
    project = replace(
        project, sources={path: one for path, one in project.sources.items() if path not in vendored}
    )
    if not project.sources:
        refuse_problems(project.problems)
        raise ProjectError(f"{project.root}: there is no Python here but the vendored file")
    with scratch_folder(report_home()) as scratch, _without_gc():
        try:
            checked = _check(
                project,
                catalog,
                progress,
                scratch,
                strict=strict,
                thorough=thorough,
                meanwhile=meanwhile,
                known=known,
            )
        except CheckerError as error:
            if strict:
                raise
            progress("going on by names, without the type checker")
            checked = checked_by_name(project, catalog, error)
        yield checked


def _check(
    project: Project,
    catalog: Catalog,
    progress: Progress,
    scratch: Scratch,
    *,
    strict: bool,
    thorough: bool,
    meanwhile: Callable[[], object],
    known: Widening,
) -> Checked:
    """Runs the checker until it has seen all that matters."""
    run = first_run(project, catalog, scratch, known)
    count = len(project.sources)
    tick = _ticking(f"checking {count:,} file{'s' * (count != 1)}", progress)
    with run.started() as finish:
        _prepare(project)
        meanwhile()
        left_out = _refuse_all_but_templates(project) if strict else ()
        if strict:
            _read_ahead(_without(project, {one.path for one in left_out}), catalog)
        report = finish(tick)
    from aioport.blocking.chains import find_waiting  # noqa: PLC0415
    from aioport.program.build import with_unsure_receivers  # noqa: PLC0415

    loaded = run.loaded(report)
    problems = () if strict else _problems(run, report)
    bad = {problem.path for problem in (*problems, *left_out)}
    run = replace(run, project=replace(_without(project, bad), left_out=left_out))
    for number in range(2, ROUNDS + 2):
        progress("reading the report")
        program = run.program(report, catalog, exact=strict)
        progress(f"following {len(program.calls):,} calls")
        if number > ROUNDS or (not (strict or thorough) and len(run.project.sources) > SMALL):
            break
        waits = find_waiting(run.project, program, catalog)
        widening = widen(run, program, waits, catalog, follow=strict)
        if widening == run.widening:
            break
        again = "checking again, with the types of arguments and the sources behind stubs"
        tick = _ticking(again, progress)
        run = next_run(run, widening, scratch.folder / str(number))
        with run.started() as finish:
            report = finish(tick)
        loaded |= run.loaded(report)
    if strict:
        program = with_unsure_receivers(program)
    problems += tuple(Problem(path, 1, "the type checker could not read it") for path in program.unloaded)
    complaints = tuple(_complaints(run, report)) if strict else ()
    return Checked(run.project, program, catalog, complaints, problems, loaded, run.widening)


def _refuse_all_but_templates(project: Project) -> tuple[Problem, ...]:
    """The files that are no Python and need not be. Raises ProjectError for others."""
    found = find_syntax_errors(project)
    templates = find_python_templates(project, found)
    refuse_problems([*project.problems, *(one for one in found if one not in templates)])
    return templates


def checked_by_name(
    project: Project, catalog: Catalog, error: CheckerError, problems: tuple[Problem, ...] = ()
) -> Checked:
    """What can be known without the checker.

    error: why it has no part in it.
    problems: those that are known.
    """
    from aioport.fallback.build import by_name  # noqa: PLC0415

    found = find_syntax_errors(project)
    project = _without(project, {problem.path for problem in found})
    notice = f"{error}\nwithout the type checker this is what names only can tell; more calls than usual are unknown"
    every = tuple(dict.fromkeys((*problems, *found)))
    return Checked(project, by_name(project, catalog), catalog, (), every, frozenset(), notice=notice)


def _ticking(text: str, progress: Progress) -> Callable[[int], None]:
    """Says what is being done now; the value returned says it again with the seconds that it took so far."""
    progress(text)
    return lambda seconds: progress(f"{text} ({seconds} s)")


def _prepare(project: Project) -> None:
    """Makes what is needed later anyway, while the checker runs."""
    for stage in STAGES:
        import_module(stage)
    for source in project.sources.values():
        _ = source.line_starts


def _read_ahead(project: Project, catalog: Catalog) -> None:
    """Makes what a conversion asks of every file and of the catalog, while the checker, which keeps little more than one core busy, runs."""
    from aioport.program.syntax import Syntax  # noqa: PLC0415
    from aioport.values.code import scopes_of  # noqa: PLC0415

    for source in project.sources.values():
        syntax = Syntax(source)
        _ = syntax.of_kind, syntax.parents, syntax.by_span, syntax.functions
        source.once(scopes_of)
    _ = catalog.method_names


def _without(project: Project, paths: Collection[str]) -> Project:
    sources = {path: one for path, one in project.sources.items() if path not in paths}
    return replace(project, sources=sources) if paths else project


@contextmanager
def _without_gc() -> Iterator[None]:
    """A report is millions of objects and no garbage; the collector would only walk them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _problems(run: Run, report: Report) -> tuple[Problem, ...]:
    """Files that the checker doubts, parsed to be sure and for a message that names the line."""
    doubtful = {one.path for one in _complaints(run, report) if one.kind in UNPARSED}
    sources = {path: one for path, one in run.project.sources.items() if path in doubtful}
    return find_syntax_errors(replace(run.project, sources=sources))


def _complaints(run: Run, report: Report) -> Iterator[Complaint]:
    prefix = f"{run.seen.root}/"
    for one in report.errors:
        if one.file.startswith(prefix):
            yield Complaint(one.file.removeprefix(prefix), one.location, one.kind, one.message)
