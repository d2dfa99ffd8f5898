"""Where the vendored file goes: one for the whole project where that is possible, so that there is one event loop's state."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.rewriting.context import FileContext

NAME = "_aio.py"


@dataclass(frozen=True, slots=True)
class Home:
    """A vendored file as one file imports it.

    path: of the vendored file.
    relative: the module's name from where the importing file stands.
    absolute: its full name, where both are in one package.
    """

    path: str
    relative: str
    absolute: str | None = None

    def module_for(self, context: FileContext) -> str:
        """The name in the style of a file's other imports of its own package."""
        if self.absolute is None:
            return self.relative
        package = self.absolute.partition(".")[0]
        imports = [node for node in ast.walk(context.syntax.tree) if isinstance(node, ast.ImportFrom)]
        has_relative = any(node.level for node in imports)
        has_absolute = any(
            not node.level and (node.module or "").partition(".")[0] == package for node in imports
        )
        return self.absolute if has_absolute and not has_relative else self.relative


def find_homes(
    analysis: Analysis, changed: Iterable[str], vendored: Mapping[str, Collection[str]]
) -> dict[str, Home]:
    """The vendored file of each changed file: in the top-level package with the most changes, where it can be
    imported from there, else in its own package or beside the script."""
    paths = list(changed)
    packages = {path: _package(analysis, path) for path in paths}
    counted = Counter(package for package in packages.values() if package is not None)
    known = [path.removesuffix(NAME).rstrip("/") for path in vendored]
    main = next((one for one in known if one in counted), None)
    if main is None and counted:
        main = min(counted, key=lambda one: (-counted[one], one))
    found = {}
    for path in paths:
        package = packages[path]
        if main and package != main and _finds(analysis, path, main):
            found[path] = Home(f"{main}/{NAME}", f"{main.rpartition('/')[2]}._aio")
        elif package is not None:
            found[path] = _home_in(package, path)
        else:
            folder = path.rpartition("/")[0]
            found[path] = Home(f"{folder}/{NAME}".lstrip("/"), "_aio")
    return found


def _home_in(package: str, path: str) -> Home:
    """The vendored file at the top of the package that a file is in."""
    depth = path.removeprefix(package).strip("/").count("/") if package else path.count("/")
    absolute = f"{package.rpartition('/')[2]}._aio" if package else None
    return Home(f"{package}/{NAME}".lstrip("/"), "." * (depth + 1) + "_aio", absolute)


def _finds(analysis: Analysis, path: str, package: str) -> bool:
    """Whether a file outside of packages can import one: it lies beside it, or imports it already."""
    folder, _, name = package.rpartition("/")
    if path.rpartition("/")[0] == folder:
        return True
    nodes = list(ast.walk(analysis.syntax[path].tree))
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return any(module.partition(".")[0] == name for module in modules)


def _package(analysis: Analysis, path: str) -> str | None:
    """The folder of the top-level package that holds a file; None for a file outside of packages.

    A package whose folder is the root itself is the empty string.
    """
    sources = analysis.project.sources
    folder, _, _ = path.rpartition("/")
    top = None
    while f"{folder}/__init__.py".lstrip("/") in sources:
        top = folder
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    return top
