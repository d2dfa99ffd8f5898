"""Which modules are loaded before anything runs on an event loop: at the top of the project's files, and by those."""

from __future__ import annotations

import sysconfig
from collections import deque
from collections.abc import Collection, Mapping
from pathlib import Path

from aioport.program.imported import imported_at_top, package_of, packages_of
from aioport.project import Project

MOST_FILES = 3000
"""How many installed files are read at most. Beyond them, whatever is asked about is taken for loaded."""

STDLIB = Path(sysconfig.get_paths()["stdlib"])
"""That of the Python which runs aioport, in the place of the project's: which module imports which hardly changes."""


def loaded_at_top(project: Project, names: Mapping[str, str]) -> set[str]:
    """The modules that the project's files import when they are imported, with the packages that these are in.

    names: the dotted name of each file.
    """
    loaded: set[str] = set()
    for path, source in project.sources.items():
        loaded |= imported_at_top(source.data, package_of(path, names.get(path, "")))
    return loaded | {above for module in loaded for above in packages_of(module)}


def find_unloaded(modules: Collection[str], loaded: Collection[str], roots: tuple[Path, ...]) -> set[str]:
    """What is left of some modules without those that loaded ones import at their top, and so on.

    roots: folders with installed modules, to which the standard library is added.
    """
    installed = _Installed((*roots, STDLIB))
    left = set(modules)
    todo, seen, read = deque(sorted(loaded)), set(loaded), 0
    while todo and left:
        module = todo.popleft()
        file = installed.file(module)
        if file is None:
            continue
        read += 1
        if read > MOST_FILES:
            return set()
        try:
            data = file.read_bytes()
        except OSError:
            continue
        for name in imported_at_top(data, package_of(file.name, module)):
            for one in (name, *packages_of(name)):
                if one not in seen:
                    seen.add(one)
                    left.discard(one)
                    todo.append(one)
    return left


class _Installed:
    """Finds the files of modules below some folders; each folder is listed once."""

    def __init__(self, roots: tuple[Path, ...]) -> None:
        self._roots = roots
        self._listed: dict[Path, frozenset[str]] = {}

    def file(self, module: str) -> Path | None:
        """The source of a module; None for what is none, or has no source."""
        *packages, last = module.split(".")
        for root in self._roots:
            folder = root
            for package in packages:
                if package not in self._list(folder):
                    break
                folder /= package
            else:
                if f"{last}.py" in self._list(folder):
                    return folder / f"{last}.py"
                if last in self._list(folder) and "__init__.py" in self._list(folder / last):
                    return folder / last / "__init__.py"
        return None

    def _list(self, folder: Path) -> frozenset[str]:
        if folder not in self._listed:
            try:
                self._listed[folder] = frozenset(one.name for one in folder.iterdir())
            except OSError:
                self._listed[folder] = frozenset()
        return self._listed[folder]
