"""The project's files as modules: their dotted names, and the files that imports mean."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from aioport.project import Project

INIT = "__init__"
UNNAMED = "__unknown__"


class Modules:
    """Which file is imported under which name.

    names: the dotted name of each file by its path, as the first import root that holds it says; `UNNAMED`
        for one that cannot be imported.
    """

    def __init__(self, project: Project, paths: Iterable[str]) -> None:
        self.names: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._packages: set[str] = set()
        roots = [self._inside(project, root) for root in project.import_roots]
        for path in paths:
            found = [name for root in roots if root is not None and (name := _name_below(path, root))]
            self.names[path] = found[0] if found else UNNAMED
            for name in found:
                self._paths.setdefault(name, path)
                above = name.rpartition(".")[0]
                while above:
                    self._packages.add(above)
                    above = above.rpartition(".")[0]

    def path(self, name: str) -> str | None:
        """The project's file that a dotted name imports."""
        return self._paths.get(name)

    def is_ours(self, name: str) -> bool:
        """Whether a dotted name is a module or a package of the project."""
        return name in self._paths or name in self._packages

    def package(self, path: str) -> str:
        """The package that a file's relative imports begin at."""
        name = self.names[path]
        return name if PurePosixPath(path).stem == INIT else name.rpartition(".")[0]

    def absolute(self, path: str, module: str | None, level: int) -> str | None:
        """The dotted name of what `from ..module import` means in a file; None where that leads out of its package."""
        if level == 0:
            return module
        parts = self.package(path).split(".")
        if level > len(parts) or not parts[0]:
            return None
        kept = parts[: len(parts) - level + 1]
        return ".".join([*kept, *([module] if module else [])])

    @staticmethod
    def _inside(project: Project, root: object) -> tuple[str, ...] | None:
        """An import root relative to the project's: what paths below it begin with, or what they lack in front."""
        top = PurePosixPath(project.root.as_posix())
        base = PurePosixPath(str(root))
        if base.is_relative_to(top):
            return base.relative_to(top).parts
        if top.is_relative_to(base):
            return ("..", *top.relative_to(base).parts)
        return None


def _name_below(path: str, root: tuple[str, ...]) -> str | None:
    """The dotted name of a file as it is imported from a root; None where it is not below it or cannot be named."""
    parts = PurePosixPath(path).with_suffix("").parts
    if root[:1] == ("..",):
        parts = (*root[1:], *parts)
    elif parts[: len(root)] == root:
        parts = parts[len(root) :]
    else:
        return None
    if parts[-1] == INIT and len(parts) > 1:
        parts = parts[:-1]
    name = ".".join(parts)
    # In a file name that is in no encoding, the bytes that are no text are surrogates.
    return name if all(parts) and name.isprintable() else None
