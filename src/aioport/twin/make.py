"""Makes the async twin of a sync package from its settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from aioport.catalog.load import load_catalog
from aioport.checking import Progress, silent
from aioport.converting import Outcome
from aioport.discovery import discover
from aioport.project import Project, ProjectError
from aioport.settings import Options, TwinSettings
from aioport.twin.converting import convert_twin
from aioport.twin.imports import place_of
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

    Raises ProjectError where the settings are missing or name no package, CheckerError where the checker fails.
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
    return TwinResult(target, dict(_files(project, outcome, settings)), outcome, tuple(_reasons(outcome)))


def _is_in(project: Project, path: str, folder: Path) -> bool:
    return (project.root / path).is_relative_to(folder)


def _files(project: Project, outcome: Outcome, settings: TwinSettings) -> Iterator[tuple[str, bytes]]:
    for path, source in project.sources.items():
        yield place_of(path, settings.files), source.encode(outcome.texts.get(path, source.data))


def _reasons(outcome: Outcome) -> Iterator[str]:
    for decision in outcome.plan.functions.values():
        if decision.reason.startswith("kept"):
            yield f"{outcome.analysis.function(decision.function).name}: {decision.reason}"
