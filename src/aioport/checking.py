"""Runs the checker over a project until it has seen all that matters, and joins its report with the sources."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from aioport.laying import find_source, lay_out, lay_stubs, link_packages
from aioport.program.pyrefly import BUNDLED, Invocation, Report, report_home, started
from aioport.project import Problem, Project, ProjectError, find_syntax_errors
from aioport.scratch import Scratch, scratch_folder

if TYPE_CHECKING:
    from aioport.blocking.facts import Facts
    from aioport.catalog.index import Catalog
    from aioport.program.model import Program
    from aioport.program.parameters import Parameter, ParameterType

STAGES = ("aioport.blocking.chains", "aioport.program.build", "aioport.program.parameters")
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
    """

    project: Project
    program: Program
    catalog: Catalog
    complaints: tuple[Complaint, ...]
    problems: tuple[Problem, ...]
    loaded: frozenset[str]

    @cached_property
    def facts(self) -> Facts:
        """What blocks, found when first asked for: a scan follows values first."""
        from aioport.blocking.chains import find_blocking  # noqa: PLC0415

        return find_blocking(self.project, self.program, self.catalog)


@dataclass(frozen=True)
class _Widening:
    """What a further run of the checker is to see.

    types: of parameters without annotation.
    unhidden: packages of which it saw stubs instead of their source: name -> the installed folder or file.
    """

    types: Mapping[Parameter, ParameterType]
    unhidden: Mapping[str, Path]


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
) -> Iterator[Checked]:
    """What the checker and the catalog know of a project, as long as the block lasts: types are read when asked for.

    strict: refuse a project with files that do not parse, and take further rounds whatever they cost.
    thorough: take them all the same.
    meanwhile: done beside the checker.
    Raises ProjectError where a file does not parse and `strict` is set, CheckerError where the checker fails.
    """
    vendored = vendored_files(project)
    project = replace(
        project, sources={path: one for path, one in project.sources.items() if path not in vendored}
    )
    if not project.sources:
        refuse_problems(project.problems)
        raise ProjectError(f"{project.root}: there is no Python here but the vendored file")
    with scratch_folder(report_home()) as scratch, _without_gc():
        stubs = lay_stubs(project, catalog, scratch.folder / "stubs")
        run = _Run(
            project,
            _in_utf8(project, scratch.folder / "sources"),
            _Widening({}, {}),
            scratch,
            scratch.folder / "1",
            stubs,
            catalog.unseen,
        )
        count = len(project.sources)
        tick = _ticking(f"checking {count:,} file{'s' * (count != 1)}", progress)
        with run.started() as finish:
            _prepare(project)
            meanwhile()
            if strict:
                refuse_problems([*project.problems, *find_syntax_errors(project)])
            report = finish(tick)
        from aioport.blocking.chains import find_blocking  # noqa: PLC0415

        loaded = run.loaded(report)
        problems = () if strict else _problems(run, report)
        bad = {problem.path for problem in problems}
        run = replace(run, project=_without(project, bad))
        for number in range(2, ROUNDS + 2):
            progress("reading the report")
            program = run.program(report, catalog, exact=strict)
            progress(f"following {len(program.calls):,} calls")
            if number > ROUNDS or (not (strict or thorough) and len(run.project.sources) > SMALL):
                break
            facts = find_blocking(run.project, program, catalog)
            widening = _widen(run, program, facts, catalog)
            if widening == run.widening:
                break
            again = "checking again, with the types of arguments and the sources behind stubs"
            tick = _ticking(again, progress)
            run = _next_run(run, widening, scratch.folder / str(number))
            with run.started() as finish:
                report = finish(tick)
            loaded |= run.loaded(report)
        problems += tuple(Problem(path, 1, "the type checker could not read it") for path in program.unloaded)
        yield Checked(run.project, program, catalog, tuple(_complaints(run, report)), problems, loaded)


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


@dataclass(frozen=True)
class _Run:
    """One run of the checker.

    project: what is asked about.
    seen: the same as the checker reads it, which may be a copy.
    scratch: for all runs.
    folder: for what this one writes.
    stubs: the catalog's, for packages that are not installed.
    opaque: packages that are not looked into, unless the project names them.
    """

    project: Project
    seen: Project
    widening: _Widening
    scratch: Scratch
    folder: Path
    stubs: tuple[Path, ...]
    opaque: frozenset[str]

    @contextmanager
    def started(self) -> Iterator[Callable[[Callable[[int], object]], Report]]:
        """Starts the checker; the value yielded waits for its report, and tells how many seconds it took so far."""
        self.folder.mkdir(exist_ok=True)
        packages = link_packages(self.widening.unhidden, self._packages)
        opaque = sorted(name for name in self.opaque if not self._is_named(name))
        invocation = Invocation(
            files=tuple(str(self.seen.root / path) for path in self.seen.sources),
            # Among installed packages, pyrefly would take the stubs of a known library for a mistake.
            search_path=tuple(str(root) for root in (*self.seen.import_roots, *packages, *self.stubs)),
            site_packages=tuple(str(site) for site in self.seen.site_packages),
            python_version=self.seen.python_version,
            opaque=tuple(opaque),
        )
        with started(invocation, self.folder) as finish:

            def finish_and_discard(tick: Callable[[int], object]) -> Report:
                report = finish(tick)
                self.scratch.discard(report.folder / name for name in BUNDLED)
                return report

            yield finish_and_discard

    def loaded(self, report: Report) -> frozenset[str]:
        """Every file and namespace folder that the checker read, but for copies."""
        scratch = f"{self.scratch.folder}/"
        found = set(report.places())
        copies = {path for path in found if path.startswith(scratch)}
        real = {os.path.realpath(path) for path in copies}
        return frozenset(found - copies | {path for path in real if not path.startswith(scratch)})

    def program(self, report: Report, catalog: Catalog, *, exact: bool) -> Program:
        """The program, in positions of the project's own sources."""
        from aioport.program.annotated import annotate  # noqa: PLC0415
        from aioport.program.build import build_program  # noqa: PLC0415

        # A copy has no byte order mark, which the checker would count.
        sources = {
            path: source if source.bom == self.seen.sources[path].bom else replace(source, bom=False)
            for path, source in self.project.sources.items()
        }
        return build_program(
            replace(self.seen, sources=sources),
            report,
            catalog.public_name,
            exact=exact,
            inserted={
                path: one.inserted for path, one in annotate(self.project, self.widening.types).items()
            },
            links={str(self._packages / path.name): str(path) for path in self.widening.unhidden.values()},
        )

    @property
    def _packages(self) -> Path:
        return self.folder / "packages"

    def _is_named(self, package: str) -> bool:
        return any(package in source.text for source in self.project.sources.values())


def _next_run(run: _Run, widening: _Widening, folder: Path) -> _Run:
    from aioport.program.annotated import annotate  # noqa: PLC0415

    texts = {path: one.data for path, one in annotate(run.project, widening.types).items()}
    return replace(
        run, seen=lay_out(run.project, folder / "sources", texts), widening=widening, folder=folder
    )


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


def _in_utf8(project: Project, folder: Path) -> Project:
    """The project, or a copy of it where a file is in an encoding that the checker does not read."""
    is_read = all(source.encoding in ("utf-8", "ascii") for source in project.sources.values())
    return project if is_read else lay_out(project, folder)


def _problems(run: _Run, report: Report) -> tuple[Problem, ...]:
    """Files that the checker doubts, parsed to be sure and for a message that names the line."""
    doubtful = {one.path for one in _complaints(run, report) if one.kind in UNPARSED}
    sources = {path: one for path, one in run.project.sources.items() if path in doubtful}
    return find_syntax_errors(replace(run.project, sources=sources))


def _complaints(run: _Run, report: Report) -> Iterator[Complaint]:
    prefix = f"{run.seen.root}/"
    for one in report.errors():
        if one.file.startswith(prefix):
            yield Complaint(one.file.removeprefix(prefix), one.location, one.kind, one.message)


def _widen(run: _Run, program: Program, facts: Facts, catalog: Catalog) -> _Widening:
    """What a further run is to see on top of what this one saw."""
    from aioport.program.parameters import find_parameter_types  # noqa: PLC0415

    @cache
    def matters(class_id: int, name: str) -> bool:
        method = program.find_method(class_id, name)
        if method is None:
            return False
        names = (f"{program.classes[class_id].name}.{name}", program.functions[method].name)
        blocks = next((found for one in names if (found := catalog.blocks(one)) is not None), None)
        waits = method in facts.waits or (blocks is not None and blocks.treatment != "leave")
        return waits or any(catalog.rewrites(one) for one in names)

    types = find_parameter_types(run.project, program, matters)
    unhidden = dict(run.widening.unhidden)
    for name in sorted(program.stubbed() - catalog.libraries.keys() - unhidden.keys()):
        source = find_source(name, run.project.site_packages)
        if source is not None:
            unhidden[name] = source
    return _Widening({**run.widening.types, **types}, unhidden)
