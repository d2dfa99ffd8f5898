"""The library's own functions: the same as the commands, without a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aioport.catalog.load import load_catalog
from aioport.checking import Progress, silent
from aioport.converting import Outcome, convert
from aioport.discovery import discover
from aioport.documents import with_documents
from aioport.project import Project, Source
from aioport.requiring.outcome import Dependencies
from aioport.requiring.require import require, required
from aioport.requiring.test_options import with_test_options
from aioport.reviewing.review import Ask, Reviewer, decision_file
from aioport.scanning import Scan, scan_project
from aioport.settings import Options
from aioport.templates import with_templates
from aioport.twin.make import TwinResult, make_twin
from aioport.writing.clean import check_clean
from aioport.writing.committing import write_all
from aioport.writing.errors import WriteError
from aioport.writing.undoing import history, recover, undo

__all__ = [
    "Conversion",
    "Options",
    "Scan",
    "TwinResult",
    "convert_paths",
    "convert_project",
    "encode_files",
    "find_outdated",
    "history",
    "make_twin",
    "recover",
    "scan_project",
    "undo",
    "write_conversion",
    "write_twin",
]

NOTHING_TO_GAIN = "nothing here would gain from asyncio as it stands; name an entry to force it"
"""The reason why a whole project stays as it is."""


@dataclass(frozen=True)
class Conversion:
    """What `convert_project` would write, and why.

    project: as it was read; its sources are what is on disk.
    outcome: the analysis, every decision, and what verification said.
    files: path relative to the root -> new text, of changed and added files only, those of `dependencies` among them.
    reasons: why functions and calls are what they are, and what was not done.
    problems: what verification refuted; the plan does without it.
    dependencies: what becomes of the files that declare the project's dependencies.
    """

    project: Project
    outcome: Outcome
    files: Mapping[str, str]
    reasons: tuple[str, ...]
    problems: tuple[str, ...]
    dependencies: Dependencies = field(default_factory=Dependencies)

    def source(self, path: str) -> Source | None:
        """A file as it is on disk; None for one that is added."""
        return self.project.sources.get(path) or self.dependencies.sources.get(path)


def convert_project(root: Path, options: Options | None = None, progress: Progress = silent) -> Conversion:
    """A conversion of a project, verified and not written.

    Raises ProjectError (also where a file cannot be read as Python), CatalogError, CheckerError and EntryError.
    """
    return convert_paths(root, options=options, progress=progress)


def convert_paths(
    *paths: Path,
    options: Options | None = None,
    progress: Progress = silent,
    decisions: Path | None = None,
    ask: Callable[[Project], Ask] | None = None,
) -> Conversion:
    """As `convert_project`, for several folders or files that are one project.

    decisions: the decision file; None for the one at its usual place, if there is one. What it declines is not done.
    ask: makes, for the project, what asks about changes of which the file says nothing; its answers are written there.

    Raises DecisionError as well, and what `ask` raises.
    """
    project = with_documents(with_templates(discover(paths, options or Options())))
    reviewer = Reviewer.reading(
        decision_file(project, decisions),
        ask(project) if ask is not None else None,
        required=decisions is not None and ask is None,
    )
    outcome = convert(
        project, load_catalog(project.settings.rewrites), progress, reviewer.rules(), reviewer.review
    )
    dependencies = _dependencies(project, outcome)
    return Conversion(
        project=project,
        outcome=outcome,
        files={**{path: text.decode() for path, text in outcome.texts.items()}, **dependencies.texts},
        dependencies=dependencies,
        reasons=tuple(_reasons(outcome)),
        problems=tuple(str(one) for one in outcome.violations),
    )


def encode_files(conversion: Conversion) -> dict[str, bytes]:
    """The files of a conversion as they go to disk: in each file's own encoding, with its byte order mark.

    Raises WriteError where an encoding lacks a character of the new text.
    """
    return {path: _encode(conversion.source(path), path, text) for path, text in conversion.files.items()}


def write_conversion(conversion: Conversion, *, force: bool = False) -> None:
    """Write a conversion to disk, all of it or nothing.

    force: also where git could not bring the files back.
    Raises DirtyTreeError and, where a file cannot be written or is no longer what was converted, WriteError.
    KeyboardInterrupt while it writes leaves everything as it was (`writing.committing.write_all`).
    """
    root, files = conversion.project.root, encode_files(conversion)
    if not force:
        check_clean(root, files)
    before = {path: conversion.source(path) for path in files}
    expected = {path: source.encode(source.data) if source else None for path, source in before.items()}
    write_all(root, files, expected=expected)


def find_outdated(twin: TwinResult) -> tuple[Path, ...]:
    """Files of a twin that are not on disk as they would be written."""
    placed = {twin.target / path: data for path, data in twin.files.items()}
    return tuple(
        sorted(path for path, data in placed.items() if not path.is_file() or path.read_bytes() != data)
    )


def write_twin(twin: TwinResult) -> None:
    """Write a twin to its folder, all of it or nothing. Raises WriteError; KeyboardInterrupt as `write_conversion`."""
    write_all(twin.target, twin.files, command="twin")


def _dependencies(project: Project, outcome: Outcome) -> Dependencies:
    catalog, libraries = outcome.analysis.catalog, outcome.plan.libraries
    if project.settings.dependencies:
        made = require(project, catalog, libraries, outcome.texts)
        return with_test_options(project, catalog, made, outcome.texts)
    needed = required(catalog, libraries) if outcome.texts else ()
    return Dependencies(requires=needed, missing=needed)


def _encode(source: Source | None, path: str, text: str) -> bytes:
    if source is None:
        return text.encode()
    try:
        return source.encode(text.encode())
    except UnicodeEncodeError as error:
        lacking = text[error.start]
        raise WriteError(
            f"{path}: its encoding {source.encoding} lacks {lacking!r} (U+{ord(lacking):04X}), which the new text has; "
            "save the file as UTF-8 first. Nothing was changed"
        ) from error


def _reasons(outcome: Outcome) -> list[str]:
    found = [one.reason for one in outcome.plan.functions.values()]
    found += [one.reason for one in outcome.plan.calls.values()]
    found += [one.text for one in outcome.plan.suggestions]
    if not outcome.texts:
        found.append(NOTHING_TO_GAIN)
    return found
