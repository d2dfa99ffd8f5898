"""Everything on disk that a scan depends on: more than was read, for what was not there decides as well."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

import aioport
from aioport.caching.noting import Inputs
from aioport.caching.stamps import digest, digest_text
from aioport.discovery import git_folder
from aioport.project import Project
from aioport.writing.places import NAME as JOURNAL
from aioport.writing.places import PENDING

LIBRARIES = ("lib", "lib64", "local/lib", "Lib", "Lib/site-packages")
"""Where `environment` looks for packages below an installation's prefix."""


def known_of(project: Project) -> dict[str, bytes]:
    """The digests of what discovery read itself, by path."""
    sources = project.sources.values()
    known = {f"{project.root}/{one.path}": digest("file", one.encode(one.data)) for one in sources}
    return known | {folder: digest_text("folder", listing) for folder, listing in project.listings.items()}


def inputs_of(project: Project, loaded: Iterable[str], known: Mapping[str, bytes]) -> Inputs:
    """What decided a scan of a project as discovery made it.

    loaded: files and namespace folders that the checker read.
    known: what `known_of` says of the project.
    """
    root = str(project.root)
    homes = (project.root, *((project.pyproject.parent,) if project.pyproject else ()))
    paths = {
        *(f"{root}/{problem.path}" for problem in project.problems),
        *_settings(project.root, homes),
        *_ignore_files(project),
        *_environments(project, homes),
        *map(str, project.import_roots),
        *_beside(loaded),
        *_own_files(),
    }
    return Inputs(known, frozenset(paths - known.keys()))


def _settings(root: Path, homes: Iterable[Path]) -> Iterator[str]:
    """What is looked for in the root and above it."""
    for folder in (root, *root.parents):
        yield from (str(folder / name) for name in (".git", ".gitignore", "pyproject.toml", "__init__.py"))
        yield from (str(folder / JOURNAL / name) for name in PENDING)
    for home in homes:
        yield from (str(home / name) for name in ("setup.cfg", "src", "src/__init__.py"))


def _ignore_files(project: Project) -> Iterator[str]:
    for folder, listing in project.listings.items():
        if ".gitignore" in listing.split("\n"):
            yield f"{folder}/.gitignore"
    top = next((one for one in (project.root, *project.root.parents) if (one / ".git").exists()), None)
    if top is not None:
        git = git_folder(top)
        yield from (str(git / "commondir"), str(git / "info" / "exclude"))


def _environments(project: Project, homes: Iterable[Path]) -> Iterator[str]:
    """What decides which packages are installed, the places included that come first and hold none."""
    places = [str(home / name) for home in homes for name in (".venv", "venv")]
    places += [one for one in (os.environ.get("VIRTUAL_ENV"),) if one]
    named = project.settings.python
    if named:
        folders = [""] if os.path.dirname(named) else ["", *os.get_exec_path()]  # noqa: PTH120
        for file in (os.path.abspath(os.path.join(one, os.path.expanduser(named))) for one in folders):  # noqa: PTH100, PTH111, PTH118
            yield file
            prefixes = (os.path.dirname(os.path.dirname(one)) for one in (file, os.path.realpath(file)))  # noqa: PTH120
            places += [file, *(prefixes if os.path.isfile(file) else ())]  # noqa: PTH113
    for place in places:
        yield from (f"{place}/{name}" for name in ("", "pyvenv.cfg", *LIBRARIES))
        yield from (str(folder) for library in LIBRARIES for folder in Path(place, library).glob("py*3*"))
    for site in project.site_packages:
        yield from (str(site), *map(str, site.glob("*.pth")))


def _beside(loaded: Iterable[str]) -> Iterator[str]:
    """Files, and the folders in which another file might have been found in their place."""
    for path in loaded:
        yield path
        yield os.path.dirname(path)  # noqa: PTH120


def _own_files() -> Iterator[str]:
    """aioport itself, its catalog, and the versions of what is installed beside it."""
    top = os.path.dirname(aioport.__file__)  # noqa: PTH120
    for folder, inner, names in os.walk(top):
        yield from (f"{folder}/{name}" for name in names if name.endswith((".py", ".toml")))
        if any(name.endswith(".toml") for name in names):
            yield folder
        inner[:] = [one for one in inner if one != "__pycache__"]
    yield os.path.dirname(os.path.dirname(msgspec.__file__))  # noqa: PTH120
