"""From a project to everything that planning looks at: the checker's report, the program, the facts."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aioport.blocking.chains import find_blocking
from aioport.blocking.facts import Facts
from aioport.catalog.index import Catalog
from aioport.entries import find_entries
from aioport.planning.analysis import Analysis
from aioport.planning.candidates import resolve_by_name
from aioport.program.build import build_program
from aioport.program.families import find_families
from aioport.program.model import Program
from aioport.program.pyrefly import Invocation, Report, report_home, started
from aioport.project import Problem, Project, ProjectError, Source, find_syntax_errors

RUNTIME_MARK = "# aioport runtime "
"""The second line of every vendored file."""

OPAQUE = ("pydantic_core", "pydantic")
"""Packages that wait for nothing and cost the checker most of its time: everything that imports aiohttp imports yarl,
which knows pydantic, and with that a run takes 6.5 seconds instead of 0.9. A package that the project names itself is
looked into all the same, but for `pydantic_core`, which is compiled."""

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """The progress of whoever does not want any."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One of the checker's messages about a file of the project; `location` is as it prints it."""

    path: str
    location: str
    kind: str
    message: str


@dataclass(frozen=True)
class Analysed:
    """A project's analysis, and the checker's complaints about it by the project's own paths."""

    analysis: Analysis
    errors: tuple[Complaint, ...]


def vendored_files(project: Project) -> dict[str, tuple[str, ...]]:
    """The vendored files in a project, with the names that they offer."""
    found = {}
    for path, source in project.sources.items():
        if path.rpartition("/")[2] == "_aio.py" and RUNTIME_MARK in source.text[:2000]:
            namespace = source.text.partition("__all__ = [")[2].partition("]")[0]
            found[path] = tuple(name.strip(" \"'\n") for name in namespace.split(",") if name.strip())
    return found


def refuse_problems(problems: Collection[Problem]) -> None:
    """Raises ProjectError that lists what cannot be read as Python, with the remedy."""
    if problems:
        remedy = "correct it, or leave the file out with `exclude` under [tool.aioport] in pyproject.toml"
        raise ProjectError("\n".join([*map(str, problems), remedy]))


@contextmanager
def checked_program(
    project: Project, catalog: Catalog, progress: Progress = silent, *, strict: bool = True
) -> Iterator[tuple[Project, Program, Report]]:
    """Runs the checker over a project and joins its report with the sources, which are parsed meanwhile.

    The vendored file is left out of the sources: it is ours. Yields the project as it was looked at.
    Raises ProjectError where a file does not parse and `strict` is set, CheckerError where the checker fails.
    """
    own = {path: source for path, source in project.sources.items() if path not in vendored_files(project)}
    project = replace(project, sources=own)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aioport-", dir=report_home())))
        stubs = _lay_stubs(project, catalog, scratch / "stubs")
        if any(source.encoding not in ("utf-8", "ascii") for source in own.values()):
            project = lay_out(project, scratch / "sources")
        progress(f"checking {len(own)} files")
        finish = stack.enter_context(started(_invocation(project, stubs), scratch))
        errors = find_syntax_errors(project)
        if strict:
            refuse_problems([*project.problems, *errors])
        report = finish()
        progress("reading the report")
        bad = {problem.path for problem in errors}
        project = replace(project, sources={path: one for path, one in project.sources.items() if path not in bad})
        enabled = gc.isenabled()
        gc.disable()
        try:
            program = build_program(project, report, catalog.public_name)
            yield project, program, report
        finally:
            if enabled:
                gc.enable()


@contextmanager
def analysed(project: Project, catalog: Catalog, progress: Progress = silent) -> Iterator[Analysed]:
    """The analysis of a project, as long as the block lasts: types are read from the report when asked for."""
    with checked_program(project, catalog, progress) as (looked_at, program, report):
        progress(f"following {len(program.calls)} calls")
        program = resolve_by_name(looked_at, program, catalog)
        facts: Facts = find_blocking(looked_at, program, catalog)
        analysis = Analysis(
            project=looked_at,
            program=program,
            facts=facts,
            catalog=catalog,
            families=find_families(program),
            entries=find_entries(project),
            settings=project.settings,
        )
        root = str(looked_at.root)
        errors = tuple(
            Complaint(Path(one.file).relative_to(root).as_posix(), one.location, one.kind, one.message)
            for one in report.errors()
            if one.file.startswith(f"{root}/")
        )
        yield Analysed(analysis, errors)


def _invocation(project: Project, stubs: Path | None) -> Invocation:
    return Invocation(
        files=tuple(str(project.root / path) for path in project.sources),
        search_path=tuple(str(root) for root in project.import_roots),
        site_packages=(*(str(site) for site in project.site_packages), *([str(stubs)] if stubs else [])),
        python_version=project.python_version,
        opaque=tuple(
            name
            for name in OPAQUE
            if name == "pydantic_core" or not any(name in source.text for source in project.sources.values())
        ),
    )


def _lay_stubs(project: Project, catalog: Catalog, folder: Path) -> Path | None:
    """Stubs of the catalog for packages that are not installed, so that their names and types are known all the same."""
    places = [*project.site_packages, *project.import_roots]
    tops = {module.partition(".")[0] for library in catalog.libraries.values() for module in library.stubs}
    missing = {
        top for top in tops if not any((place / top).exists() or (place / f"{top}.py").exists() for place in places)
    }
    texts = catalog.stubs_for(missing)
    for module, text in texts.items():
        parts = module.split(".")
        is_package = any(other.startswith(f"{module}.") for other in texts)
        path = folder.joinpath(*parts, "__init__.pyi") if is_package else folder.joinpath(*parts).with_suffix(".pyi")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder if texts else None


def lay_out(project: Project, folder: Path, texts: Mapping[str, bytes] | None = None) -> Project:
    """A copy of a project's sources in UTF-8 under a folder, some of them replaced or added, as a project of its own.

    texts: UTF-8 without byte order mark, by path.
    """
    above = [root for root in project.import_roots if project.root.is_relative_to(root)]
    top = min([project.root, *above], key=lambda one: len(one.parts))
    root = folder / project.root.relative_to(top)
    sources = {path: Source(path, source.text) for path, source in project.sources.items()}
    sources |= {path: Source(path, data.decode()) for path, data in (texts or {}).items()}
    for path, source in sources.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.data)
    copies = (folder / one.relative_to(top) for one in project.import_roots if one.is_relative_to(top))
    moved = [copy for copy in copies if copy.is_dir()]
    return replace(
        project, root=root, sources=dict(sorted(sources.items())), import_roots=(*moved, *project.import_roots)
    )
