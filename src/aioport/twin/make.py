"""Makes the async twin of a sync package from its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from aioport.catalog.load import load_catalog
from aioport.checking import Progress, silent
from aioport.converting import Outcome
from aioport.discovery import discover
from aioport.project import Project, ProjectError, Source
from aioport.settings import Options, TwinSettings
from aioport.twin.converting import convert_twin
from aioport.twin.imports import find_places, place_of
from aioport.twin.joining import join_halves
from aioport.twin.stubs import leaf_stubs


@dataclass(frozen=True)
class TwinResult:
    """A twin, not written yet.

    target: the folder it belongs in, absolute; files: relative path -> content.
    reasons: why functions of the sync half stay sync although they call something that waits.
    """

    target: Path
    files: Mapping[str, bytes]
    outcome: Outcome
    reasons: tuple[str, ...]


def make_twin(root: Path, options: Options | None = None, progress: Progress = silent) -> TwinResult:
    """The twin that `[tool.aioport.twin]` under a root asks for.

    Raises ProjectError where the settings are missing, name no package, or need a leaf that is not there;
    CheckerError where the checker fails.
    """
    outer = discover([root], options or Options())
    settings = outer.settings.twin
    if settings is None:
        raise ProjectError(
            f"{root}: no [tool.aioport.twin] in a pyproject.toml; name at least `package` and `target`"
        )
    base = (outer.pyproject or root / "pyproject.toml").parent
    package, target = (base / settings.package).resolve(), (base / settings.target).resolve()
    if not package.is_dir():
        raise ProjectError(
            f"{package}: [tool.aioport.twin] names this folder as `package`, and it is not there"
        )
    project = outer if package == outer.root else discover([package], options or Options())
    project = replace(
        project,
        sources={
            path: one
            for path, one in project.sources.items()
            if not _is_made(project.root / path, package, target, settings)
        },
    )
    stubs = {"summary": "the leaves of a twin", "stubs": leaf_stubs(settings)}
    catalog = load_catalog((*project.settings.rewrites, stubs))
    outcome = convert_twin(project, catalog, settings, progress)
    files = dict(_files(project, outcome, settings, target))
    left = (path for path in outcome.texts if target / place_of(path, settings.files) == project.root / path)
    reasons = [f"{path}: it would change, and `files` gives it no place in the async half" for path in left]
    return TwinResult(target, files, outcome, (*_reasons(outcome), *outcome.remarks, *reasons))


def _is_made(path: Path, package: Path, target: Path, settings: TwinSettings) -> bool:
    """Whether a file is one of the async half: it lies in the twin's folder, or where that is the package itself,
    at a place that `files` names.
    """
    places = [target / place for place in settings.files.values()] if target == package else [target]
    return any(path.is_relative_to(place) for place in places)


def _files(
    project: Project, outcome: Outcome, settings: TwinSettings, target: Path
) -> Iterator[tuple[str, bytes]]:
    sources = project.sources
    texts = {path: outcome.texts.get(path, source.data) for path, source in sources.items()}
    leaves = {one.sync: one.async_ for one in settings.leaves if "*" not in one.sync}
    places = find_places(outcome.analysis, settings.files, leaves)
    there = {path: found for path in sources if (found := _there(target / place_of(path, settings.files)))}
    beside = target == project.root
    joined = join_halves(outcome.analysis, settings.files, places, texts, there, beside=beside)
    for path, text in joined.items():
        place = place_of(path, settings.files)
        # Where the twin is written into the package itself, a file without a place of its own is the sync half's.
        if target / place != project.root / path:
            yield place, sources[path].encode(text)


def _there(path: Path) -> Source | None:
    """A file of the async half as it is; None where there is none, or where it is no text in UTF-8."""
    try:
        return Source(path.name, path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return None


def _reasons(outcome: Outcome) -> Iterator[str]:
    for decision in outcome.plan.functions.values():
        if decision.reason.startswith("kept"):
            yield f"{outcome.analysis.function(decision.function).name}: {decision.reason}"
