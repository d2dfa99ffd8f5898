"""The real programs of the apps benchmark: where their manifests are, and how one is laid out with its environment."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring import run


class CaseError(Exception):
    """A case that did not pass; the message says at which step and why."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are: the folder of the manifests, the script that sets cases up, and the cache."""

    cases: Path
    prepare: Path
    cache: Path

    @property
    def settings(self) -> dict[str, str]:
        """What the set-up script is told through its environment: where the cases and the downloads are."""
        store = os.environ.get("APPS_STORE") or str(self.cache / "apps-store")
        return {"APPS_STORE": store, "APPS_CASES": str(self.cases)}


def known_cases(folder: Path) -> list[str]:
    """The names of the cases in a folder of manifests, sorted."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def manifest(name: str, places: Places) -> dict[str, Any]:
    """A case's manifest. Raises OSError, or ValueError for what is no TOML."""
    return tomllib.loads((places.cases / f"{name}.toml").read_text(encoding="utf-8"))


def set_up(name: str, places: Places) -> Path:
    """Lay a case out with its pinned environment, once; returns the folder with `src` and `venv`.

    Raises CaseError. A set-up that was broken off is made anew.
    """
    folder = places.cache / "apps" / name
    stamp = folder / "set-up"
    if stamp.is_file():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    done = run([sys.executable, places.prepare, name, folder], extra=places.settings)
    if done.code != 0:
        raise CaseError(f"{places.prepare.name}: {done.complaint}")
    stamp.touch()
    return folder
