"""Every blocking call of a project: what `aioport scan` shows, as a function."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aioport.blocking.facts import Facts
from aioport.catalog.load import load_catalog
from aioport.checking import Progress, checked_program, refuse_problems, silent
from aioport.discovery import discover
from aioport.program.model import Program
from aioport.project import Problem, Project
from aioport.settings import Options


@dataclass(frozen=True)
class Scan:
    """What `scan_project` found; `problems` are files that could not be read as Python."""

    project: Project
    program: Program
    facts: Facts
    problems: tuple[Problem, ...]


def scan_project(*paths: Path, options: Options | None = None, progress: Progress = silent) -> Scan:
    """Every blocking call in some folders or files.

    Raises ProjectError (also where none of the files can be decoded), CatalogError and CheckerError.
    """
    project = discover(paths, options or Options())
    if not project.sources:
        refuse_problems(project.problems)
    catalog = load_catalog(project.settings.rewrites)
    with checked_program(project, catalog, progress, strict=False) as checked:
        return Scan(checked.project, checked.program, checked.facts, (*project.problems, *checked.problems))
