"""From a project to everything that planning looks at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aioport.catalog.index import Catalog
from aioport.checking import Complaint, Progress, checked_program, silent
from aioport.entries import find_entries
from aioport.planning.analysis import Analysis
from aioport.planning.candidates import resolve_by_name
from aioport.planning.implicit import add_implicit_calls
from aioport.program.families import find_families
from aioport.project import Project
from aioport.values.leftovers import resolve_leftovers


@dataclass(frozen=True)
class Analysed:
    """A project's analysis, and the checker's complaints about it by the project's own paths."""

    analysis: Analysis
    errors: tuple[Complaint, ...]


@contextmanager
def analysed(project: Project, catalog: Catalog, progress: Progress = silent) -> Iterator[Analysed]:
    """The analysis of a project, as long as the block lasts: types are read from the report when asked for.

    Raises ProjectError and CheckerError.
    """
    with checked_program(project, catalog, progress) as checked:
        named = resolve_by_name(checked.project, checked.program, catalog)
        resolved = resolve_leftovers(checked.project, named, catalog)
        program, facts = add_implicit_calls(checked.project, resolved, catalog)
        analysis = Analysis(
            project=checked.project,
            program=program,
            facts=facts,
            catalog=catalog,
            families=find_families(program),
            entries=find_entries(project),
            settings=project.settings,
        )
        yield Analysed(analysis, checked.complaints)
