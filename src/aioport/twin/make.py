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
        sources={path: one for path, one in project.sources.items() if not _is_in(project, path, target)},
    )
    stubs = {"summary": "the leaves of a twin", "stubs": leaf_stubs(settings)}
    catalog = load_catalog((*project.settings.rewrites, stubs))
    outcome = convert_twin(project, catalog, settings, progress)
    files = dict(_files(project, outcome, settings, target))
    return TwinResult(target, files, outcome, tuple(_reasons(outcome)))


def _is_in(project: Project, path: str, folder: Path) -> bool:
    return (project.root / path).is_relative_to(folder)


def _files(
    project: Project, outcome: Outcome, settings: TwinSettings, target: Path
) -> Iterator[tuple[str, bytes]]:
    sources = project.sources
    texts = {path: outcome.texts.get(path, source.data) for path, source in sources.items()}
    leaves = {one.sync: one.async_ for one in settings.leaves if "*" not in one.sync}
    places = find_places(outcome.analysis, settings.files, leaves)
    there = {path: found for path in sources if (found := _there(target / place_of(path, settings.files)))}
    joined = join_halves(outcome.analysis, settings.files, places, texts, there)
    for path, text in joined.items():
        yield place_of(path, settings.files), sources[path].encode(text)


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
