"""Runs the checker over a project until it has seen all that matters, and joins its report with the sources."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aioport.blocking.chains import find_blocking
from aioport.blocking.facts import Facts
from aioport.catalog.index import Catalog
from aioport.program.build import build_program
from aioport.program.model import Program
from aioport.program.parameters import Insertions, annotate, find_parameter_types
from aioport.program.pyrefly import Invocation, Report, report_home, started
from aioport.project import Problem, Project, ProjectError, Source, find_syntax_errors

RUNTIME_MARK = "# aioport runtime "
"""The second line of every vendored file."""

OPAQUE = ("pydantic_core", "pydantic")
"""Packages that wait for nothing and cost the checker most of its time: everything that imports aiohttp imports yarl,
which knows pydantic, and with that a run takes 6.5 seconds instead of 0.9. A package that the project names itself is
looked into all the same, but for `pydantic_core`, which is compiled."""

BETTER_AS_STUBS = frozenset({"six"})
"""Packages that put themselves together when they are imported, so that their source says less than their stubs."""

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
    facts: what blocks.
    complaints: what the checker says of the project's files.
    problems: files that could not be parsed; only where they are let pass.
    """

    project: Project
    program: Program
    facts: Facts
    complaints: tuple[Complaint, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Widening:
    """What the first run of the checker did not see.

    insertions: annotations for parameters, by path.
    unhidden: packages that it saw stubs of instead of their source: name -> the installed folder or file.
    """

    insertions: Mapping[str, Insertions]
    unhidden: Mapping[str, Path]


def vendored_files(project: Project) -> dict[str, tuple[str, ...]]:
    """The vendored files in a project, with the names that they offer."""
    found = {}
    for path, source in project.sources.items():
        if path.rpartition("/")[2] == "_aio.py" and RUNTIME_MARK in source.text[:2000]:
            namespace = source.text.partition("__all__ = [")[2].partition("]")[0]
            found[path] = tuple(name.strip(" \"'\n") for name in namespace.split(",") if name.strip())
    return found


def refuse_problems(problems: Collection[Problem]) -> None:
    """Raises ProjectError that lists what cannot be read as Python."""
    if problems:
        raise ProjectError("\n".join(str(problem) for problem in problems))


@contextmanager
def checked_program(
    project: Project, catalog: Catalog, progress: Progress = silent, *, strict: bool = True
) -> Iterator[Checked]:
    """What the checker and the catalog know of a project, as long as the block lasts: types are read when asked for.

    strict: refuse a project with files that do not parse, and take further rounds whatever they cost.
    Raises ProjectError where a file does not parse and `strict` is set, CheckerError where the checker fails.
    """
    vendored = vendored_files(project)
    project = replace(
        project, sources={path: one for path, one in project.sources.items() if path not in vendored}
    )
    with _scratch_folder() as scratch, _without_gc():
        stubs = _lay_stubs(project, catalog, scratch / "stubs")
        problems: tuple[Problem, ...] = ()
        seen = _in_utf8(project, scratch / "sources")
        progress(f"checking {len(project.sources)} files")
        with started(_invocation(seen, stubs, None), _made(scratch / "round 1")) as finish:
            if strict:
                # The trees are needed later; they are made while the checker runs.
                refuse_problems([*project.problems, *find_syntax_errors(project)])
            report = finish()
        if not strict:
            problems = _problems(project, seen, report)
            bad = {problem.path for problem in problems}
            project = replace(
                project, sources={path: one for path, one in project.sources.items() if path not in bad}
            )
        progress("reading the report")
        widening = _Widening({}, {})
        for number in range(2, ROUNDS + 2):
            program = _build(project, seen, report, catalog, widening, scratch)
            progress(f"following {len(program.calls)} calls")
            facts = find_blocking(project, program, catalog)
            if number > ROUNDS or (not strict and len(project.sources) > SMALL):
                break
            wider = _widen(project, program, facts, catalog, widening)
            if wider == widening:
                break
            widening = wider
            progress("checking again, with the types of arguments")
            folder = _made(scratch / f"round {number}")
            seen = lay_out(project, folder / "sources", annotate(project, widening.insertions))
            links = _link(widening.unhidden, folder / "packages")
            with started(_invocation(seen, stubs, links), folder) as finish:
                report = finish()
        yield Checked(project, program, facts, tuple(_complaints(seen, report)), problems)
