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
    tested = [path for path in paths if path not in analysis.test_files] or paths
    counted = Counter(package for path in tested if (package := packages[path]) is not None)
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
            found[path] = _home_beside(analysis, path, main)
    return {path: _home_of_test(analysis, path, found) for path in paths}


def _home_beside(analysis: Analysis, path: str, main: str | None) -> Home:
    """The vendored file for a file outside of packages: beside it, as a script finds it. What others import through its
    folder, without an `__init__.py`, may be run as a script as well, and finds only what is installed in both cases."""
    folder, _, name = path.rpartition("/")
    dotted = folder.replace("/", ".")
    if folder and f"{dotted}.{name.removesuffix('.py')}" in _imported(analysis):
        if main:
            return Home(f"{main}/{NAME}", f"{main.rpartition('/')[2]}._aio")
        return Home(f"{folder}/{NAME}", f"{dotted}._aio")
    return Home(f"{folder}/{NAME}".lstrip("/"), "_aio")


def _imported(analysis: Analysis) -> frozenset[str]:
    """Every dotted name that a file of the project imports."""
    found: set[str] = set()
    for path in analysis.project.sources:
        found.update(analysis.names(path).bound.values())
        for node in analysis.syntax[path].of_kind.get(ast.Import, ()):
            assert isinstance(node, ast.Import)
            found.update(alias.name for alias in node.names)
    return frozenset(found)


def _home_of_test(analysis: Analysis, path: str, homes: Mapping[str, Home]) -> Home:
    """For a test outside of packages, the file of the scripts that it tests: another one of that name would hide it."""
    if path not in analysis.test_files or homes[path].relative != "_aio":
        return homes[path]
    scripts = [
        home.path
        for other, home in homes.items()
        if other not in analysis.test_files and home.relative == "_aio"
    ]
    return Home(Counter(scripts).most_common(1)[0][0], "_aio") if scripts else homes[path]


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
