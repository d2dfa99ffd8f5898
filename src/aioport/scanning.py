"""Every blocking call of a project: what `aioport scan` shows, as a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from aioport.caching.noting import note_inputs
from aioport.catalog.load import load_catalog
from aioport.checking import (
    SMALL,
    Checked,
    Progress,
    checked_by_name,
    checked_program,
    nothing,
    refuse_problems,
    silent,
)
from aioport.discovery import discover
from aioport.program.pyrefly import CheckerError
from aioport.project import Problem, Project
from aioport.settings import Options

if TYPE_CHECKING:
    from aioport.blocking.facts import Facts
    from aioport.caching.noting import Inputs
    from aioport.catalog.index import Catalog
    from aioport.mistakes.mistake import Mistake
    from aioport.program.model import Program


STAGES = ("aioport.caching.inputs", "aioport.mistakes.find", "aioport.values.leftovers")
"""What a scan does on top of `checking.STAGES`, imported while the checker runs."""


@dataclass(frozen=True)
class Scan:
    """What `scan_project` found, and the catalog that it was found with; `problems` are files that are no Python."""

    project: Project
    program: Program
    facts: Facts
    problems: tuple[Problem, ...]
    mistakes: tuple[Mistake, ...] = ()
    catalog: Catalog | None = None
    notice: str | None = None


def scan_project(
    *paths: Path,
    options: Options | None = None,
    progress: Progress = silent,
    meanwhile: Callable[[], object] = nothing,
    thorough: bool = False,
) -> Scan:
    """Every blocking call in some folders or files.

    thorough: follow functions that are passed around, and take further rounds of the checker, in large projects too.
    meanwhile: done beside the checker, which leaves some of the processor idle.
    Where the checker fails, names have to do. Raises ProjectError (also where none of the files can be decoded) and
    CatalogError.
    """
    project = discover(paths, options or Options())
    if not project.sources:
        refuse_problems(project.problems)
    catalog = load_catalog(project.settings.rewrites)

    known: dict[str, bytes] = {}

    def prepare() -> None:
        from aioport.caching.inputs import known_of  # noqa: PLC0415

        for stage in STAGES:
            import_module(stage)
        known.update(known_of(project))
        meanwhile()

    with checked_program(
        project, catalog, progress, strict=False, thorough=thorough, meanwhile=prepare
    ) as checked:
        try:
            return _follow(project, checked, catalog, known, thorough=thorough)
        except CheckerError as error:  # Much of its report is read late.
            named = checked_by_name(checked.project, catalog, error, checked.problems)
            return _follow(project, named, catalog, known, thorough=thorough)


def _follow(
    project: Project, checked: Checked, catalog: Catalog, known: Mapping[str, bytes], *, thorough: bool
) -> Scan:
    """What is found in a project, from what is known of its calls."""
    # Imported while the checker ran.
    from aioport.blocking.chains import find_all_blocking, find_blocking  # noqa: PLC0415
    from aioport.mistakes.find import find_mistakes  # noqa: PLC0415
    from aioport.values.leftovers import resolve_leftovers  # noqa: PLC0415

    def inputs() -> Inputs:
        from aioport.caching.inputs import inputs_of  # noqa: PLC0415

        return inputs_of(project, checked.loaded, known)

    is_followed = thorough or len(checked.project.sources) <= SMALL
    program = resolve_leftovers(checked.project, checked.program, catalog, thorough=is_followed)
    if is_followed:
        program, facts = find_all_blocking(checked.project, program, catalog)
    else:
        facts = find_blocking(checked.project, program, catalog)
    mistakes = find_mistakes(checked.project, program, facts, catalog)
    if checked.notice is None:
        note_inputs(inputs)
    problems = (*project.problems, *checked.problems)
    return Scan(checked.project, program, facts, problems, mistakes, catalog=catalog, notice=checked.notice)
