"""The library's own functions: the same as the commands, without a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from aioport.analysing import Progress, checked_program, refuse_problems, silent
from aioport.blocking.chains import find_blocking
from aioport.blocking.facts import Facts
from aioport.catalog.load import load_catalog
from aioport.converting import Outcome, convert
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


@dataclass(frozen=True)
class Conversion:
    """What `convert_project` would write, and why.

    files: path relative to the root -> new text, of changed and added files only.
    reasons: why functions and calls are what they are, and what was not done.
    problems: what verification refuted; the plan does without it.
    """

    project: Project
    outcome: Outcome
    files: Mapping[str, str]
    reasons: tuple[str, ...]
    problems: tuple[str, ...]


def scan_project(*paths: Path, options: Options | None = None, progress: Progress = silent) -> Scan:
    """Every blocking call in some folders or files. Raises ProjectError and CheckerError."""
    from aioport.project import find_syntax_errors  # noqa: PLC0415

    project = discover(paths, options or Options())
    catalog = load_catalog(project.settings.rewrites)
    with checked_program(project, catalog, progress, strict=False) as (looked_at, program, _):
        progress(f"following {len(program.calls)} calls")
        facts = find_blocking(looked_at, program, catalog)
    return Scan(looked_at, program, facts, (*project.problems, *find_syntax_errors(project)))


def convert_project(root: Path, options: Options | None = None, progress: Progress = silent) -> Conversion:
    """A conversion of a project, verified and not written.

    Raises ProjectError, CheckerError and EntryError.
    """
    return convert_paths(root, options=options, progress=progress)


def convert_paths(*paths: Path, options: Options | None = None, progress: Progress = silent) -> Conversion:
    """As `convert_project`, for several folders or files that are one project."""
    project = discover(paths, options or Options())
    refuse_problems(project.problems)
    outcome = convert(project, load_catalog(project.settings.rewrites), progress)
    return Conversion(
        project=replace(project),
        outcome=outcome,
        files={path: text.decode() for path, text in outcome.texts.items()},
        reasons=tuple(_reasons(outcome)),
        problems=tuple(str(one) for one in outcome.violations),
    )


def _reasons(outcome: Outcome) -> list[str]:
    found = [one.reason for one in outcome.plan.functions.values()]
    found += [one.reason for one in outcome.plan.calls.values()]
    found += [one.text for one in outcome.plan.suggestions]
    if not outcome.texts:
        found.append("nothing here would gain from asyncio as it stands; name an entry to force it")
    return found
