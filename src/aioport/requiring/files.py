"""The files below a folder that say what a project depends on, or use what it depends on."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from aioport.discovery import find_folders
from aioport.project import Problem, Source, decode
from aioport.requiring import pyproject, requirement_files, setup_cfg
from aioport.requiring.places import Form

LARGEST = 1_000_000
"""Bytes; nobody writes a longer file by hand, and data files are."""

LOCKS: Mapping[str, str] = {
    "poetry.lock": "poetry lock",
    "uv.lock": "uv lock",
    "pdm.lock": "pdm lock",
}
"""Files that are made from a pyproject.toml, and the command that makes them."""

BY_HAND = (
    "setup.py",
    "Pipfile",
    "environment.yml",
    "environment.yaml",
    "conda.yaml",
    "meta.yaml",
    "tox.ini",
    "noxfile.py",
)
"""Files that declare dependencies too, in code or in a form of their own, and are never edited."""

_FORMS: Mapping[str, Form] = {"pyproject.toml": pyproject.FORM, "setup.cfg": setup_cfg.FORM}
_INCLUDES = {"pyproject.toml": pyproject.find_included, "setup.cfg": setup_cfg.find_included}
_REQUIREMENTS = re.compile(
    r"(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in)|requirements/[^/]*\.(?:txt|in)"
)
_TEXTS = (
    ".py",
    ".pyw",
    ".pyi",
    ".pyx",
    ".ipynb",
    ".md",
    ".rst",
    ".txt",
    ".in",
    ".toml",
    ".cfg",
    ".ini",
    ".yml",
    ".yaml",
    ".json",
    ".sh",
    ".env",
)
_WITHOUT_SUFFIX = ("Dockerfile", "Makefile", "Procfile", "Justfile", "Pipfile")


@dataclass(frozen=True, slots=True)
class Tree:
    """What lies around a project's code. Paths are posix and relative to the project's root; `..` may lead out of it.

    root: absolute.
    declaring: the files that declare dependencies and how each is edited, by path, those nearest to the top first.
    included: which of them take in which others.
    problems: those that cannot be read.
    paths: all files that may use a library or declare one.
    """

    root: Path
    declaring: Mapping[str, tuple[Source, Form]]
    included: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]
    paths: tuple[str, ...]


def find_home(root: Path) -> Path:
    """The nearest folder at or above a root, within its git tree, that declares dependencies; else the root."""
    above = [root, *root.parents]
    top = next((index for index, folder in enumerate(above) if (folder / ".git").exists()), 0)
    for folder in above[: top + 1]:
        with os.scandir(folder) as entries:
            if any(_form(entry.name) is not None or entry.name in BY_HAND for entry in entries):
                return folder
    return root


def read_tree(home: Path, root: Path) -> Tree:
    """What lies in a folder at or above a project's root and below it, without environments and what git ignores."""
    paths = tuple(sorted(map(partial(_relative, root), _walk(home))))
    pending = [path for path in paths if _form(path) is not None]
    declaring: dict[str, tuple[Source, Form]] = {}
    included: dict[str, tuple[str, ...]] = {}
    problems = []
    seen = set()
    while pending:
        path = pending.pop(0)
        real = os.path.realpath(root / path)
        if real in seen or not Path(real).is_file():
            continue
        seen.add(real)
        read = decode(path, Path(real).read_bytes())
        if isinstance(read, Problem):
            problems.append(read)
            continue
        declaring[path] = (read, _form(path) or requirement_files.FORM)
        inside = (file for file in _included(root / path, read.text) if file.is_relative_to(home))
        included[path] = tuple(map(partial(_relative, root), inside))
        pending += included[path]
    ordered = dict(sorted(declaring.items(), key=lambda item: (item[0].count("/"), item[0])))
    return Tree(root, ordered, included, tuple(problems), paths)


def read_text(file: Path) -> str | None:
    """The text of a file; None where it is no text, or too long to have been written by hand."""
    try:
        if file.stat().st_size > LARGEST:
            return None
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def is_for(tree: Tree, path: str, code: Collection[str]) -> bool:
    """Whether a file declares what some code depends on: it stands above it, or one that takes it in does."""
    takers = {path}
    while more := {one for one, inner in tree.included.items() if not takers.isdisjoint(inner)} - takers:
        takers |= more
    return any(_is_above(one, code) for one in takers)


def _is_above(path: str, code: Collection[str]) -> bool:
    """Whether a file stands above some code, or in a folder `requirements` that does."""
    parent = PurePosixPath(path).parent
    folder = parent.parent if parent.name == "requirements" else parent
    return set(folder.parts) <= {".."} or any(PurePosixPath(one).is_relative_to(folder) for one in code)


def _form(path: str) -> Form | None:
    name = path.rpartition("/")[2]
    short = "/".join(path.split("/")[-2:])
    if _REQUIREMENTS.fullmatch(name) or _REQUIREMENTS.fullmatch(short):
        return requirement_files.FORM
    return _FORMS.get(name)


def _relative(root: Path, file: Path) -> str:
    return os.path.relpath(file, root).replace(os.sep, "/")


def _included(file: Path, text: str) -> Iterator[Path]:
    """Requirements files that a file names."""
    find = _INCLUDES.get(file.name, requirement_files.find_included)
    for name in find(text):
        if "://" not in name:
            yield Path(os.path.normpath(file.parent / name))


def _walk(home: Path) -> Iterator[Path]:
    for folder in find_folders(home):
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(_TEXTS) or entry.name.startswith(_WITHOUT_SUFFIX):
                    yield Path(entry.path)
