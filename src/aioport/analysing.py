"""From a project to everything that planning looks at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from aioport.blocking.chains import find_blocking, find_waiting
from aioport.catalog.index import Catalog
from aioport.checking import Complaint, Progress, checked_program, silent
from aioport.entries import find_entries
from aioport.planning.analysis import Analysis
from aioport.planning.callables.follow import follow_callables, renumbered
from aioport.planning.callables.model import Callables
from aioport.planning.candidates import resolve_by_name
from aioport.planning.handed_classes import with_handed_classes
from aioport.planning.implicit import add_implicit_calls
from aioport.planning.mains.candidates import Candidate
from aioport.planning.mains.reading import with_mains
from aioport.planning.scanned import with_scanned
from aioport.planning.unfollowed import add_unfollowed
from aioport.program.decorator_arguments import add_decorator_arguments
from aioport.program.families import find_families, with_implementers
from aioport.program.model import Program
from aioport.project import Entry, Project
from aioport.rounds import NOTHING, Widening
from aioport.test_setup import find_test_setup
from aioport.values.leftovers import resolve_leftovers
from aioport.values.rebound import with_rebound


@dataclass(frozen=True)
class Analysed:
    """A project's analysis, and what it was made from.

    errors: the checker's complaints about it, by the project's own paths.
    widening: what the checker's last run saw.
    program: as the checker saw it.
    """

    analysis: Analysis
    errors: tuple[Complaint, ...]
    widening: Widening
    program: Program

    def with_mains(self, candidates: Iterable[Candidate]) -> Analysed:
        """The same where some statements at module level are functions."""
        before = self.analysis
        project, program, _ = with_mains(before.project, self.program, candidates)
        analysis = analyse(project, program, before.catalog, before.entries)
        return replace(self, analysis=replace(analysis, test_setup=before.test_setup))


@contextmanager
def analysed(
    project: Project,
    catalog: Catalog,
    progress: Progress = silent,
    *,
    follow: bool = True,
    known: Widening = NOTHING,
) -> Iterator[Analysed]:
    """The analysis of a project, as long as the block lasts: types are read from the report when asked for.

    follow: see `analyse`.
    known: what the checker's first run is to see on top of the sources.

    Raises ProjectError and CheckerError.
    """
    with checked_program(project, catalog, progress, known=known) as checked:
        analysis = analyse(checked.project, checked.program, catalog, find_entries(project), follow=follow)
        needs = {how.needs for entry in catalog.entries for how in entry.async_ if how.needs is not None}
        analysis = replace(analysis, test_setup=find_test_setup(project, sorted(needs)))
        yield Analysed(analysis, checked.complaints, checked.widening, checked.program)


def analyse(
    project: Project, program: Program, catalog: Catalog, entries: tuple[Entry, ...], *, follow: bool = True
) -> Analysis:
    """What planning looks at, from a program as the checker saw it.

    follow: follow functions that are values to their calls, as far as the catalog knows that they wait.
    """
    program = resolve_leftovers(project, resolve_by_name(project, program, catalog), catalog)
    program = with_implementers(with_rebound(project, program, catalog))
    program = add_decorator_arguments(project, program, catalog.public_name)
    program = with_handed_classes(project, program, catalog)
    program = with_scanned(project, program, catalog) if follow else program
    program = add_implicit_calls(project, program, catalog)

    def waiting(program: Program) -> Collection[int]:
        return find_waiting(project, program, catalog).keys()

    program, callables = (
        follow_callables(project, program, catalog, waiting) if follow else (program, Callables())
    )
    if callables.sites or callables.lambdas:
        before = program.calls
        program = add_implicit_calls(project, program, catalog)
        callables = renumbered(callables, before, program.calls)
    facts = find_blocking(project, program, catalog)
    if follow:
        known, program = program, add_unfollowed(project, program, catalog, callables, facts)
        facts = facts if program is known else find_blocking(project, program, catalog)
    return Analysis(
        project=project,
        program=program,
        facts=facts,
        catalog=catalog,
        families=find_families(program, joined=callables.dispatched),
        entries=entries,
        settings=project.settings,
        callables=callables,
    )
