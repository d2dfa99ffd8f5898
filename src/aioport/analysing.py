"""From a project to everything that planning looks at."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from aioport.blocking.chains import find_blocking
from aioport.catalog.index import Catalog
from aioport.checking import Complaint, Progress, checked_program, silent
from aioport.entries import find_entries
from aioport.planning.analysis import Analysis
from aioport.planning.callables.follow import follow_callables, renumbered
from aioport.planning.callables.model import Callables
from aioport.planning.candidates import resolve_by_name
from aioport.planning.handed_classes import with_handed_classes
from aioport.planning.implicit import add_implicit_calls
from aioport.program.decorator_arguments import add_decorator_arguments
from aioport.program.families import find_families
from aioport.program.model import Program
from aioport.project import Entry, Project
from aioport.test_setup import find_test_setup
from aioport.values.leftovers import resolve_leftovers
from aioport.values.rebound import with_rebound


@dataclass(frozen=True)
class Analysed:
    """A project's analysis, and the checker's complaints about it by the project's own paths."""

    analysis: Analysis
    errors: tuple[Complaint, ...]


@contextmanager
def analysed(
    project: Project, catalog: Catalog, progress: Progress = silent, *, follow: bool = True
) -> Iterator[Analysed]:
    """The analysis of a project, as long as the block lasts: types are read from the report when asked for.

    follow: see `analyse`.

    Raises ProjectError and CheckerError.
    """
    with checked_program(project, catalog, progress) as checked:
        analysis = analyse(checked.project, checked.program, catalog, find_entries(project), follow=follow)
        needs = {how.needs for entry in catalog.entries for how in entry.async_ if how.needs is not None}
        analysis = replace(analysis, test_setup=find_test_setup(project, sorted(needs)))
        yield Analysed(analysis, checked.complaints)


def analyse(
    project: Project, program: Program, catalog: Catalog, entries: tuple[Entry, ...], *, follow: bool = True
) -> Analysis:
    """What planning looks at, from a program as the checker saw it.

    follow: follow functions that are values to their calls, as far as the catalog knows that they wait.
    """
    program = resolve_leftovers(project, resolve_by_name(project, program, catalog), catalog)
    program = with_rebound(project, program, catalog)
    program = add_decorator_arguments(project, program, catalog.public_name)
    program = with_handed_classes(project, program, catalog)
    program, facts = add_implicit_calls(project, program, catalog)

    def find_waiting(program: Program) -> Collection[int]:
        return find_blocking(project, program, catalog).waits.keys()

    program, callables = (
        follow_callables(project, program, catalog, find_waiting) if follow else (program, Callables())
    )
    if callables.sites or callables.lambdas:
        before = program.calls
        program, facts = add_implicit_calls(project, program, catalog)
        callables = renumbered(callables, before, program.calls)
    return Analysis(
        project=project,
        program=program,
        facts=facts,
        catalog=catalog,
        families=find_families(program),
        entries=entries,
        settings=project.settings,
        callables=callables,
    )
