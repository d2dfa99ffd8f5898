"""Imports of a twin: each from where the async half has what is imported."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.twin.replaced import ReplacedNames


@dataclass(frozen=True, slots=True)
class Places:
    """Where modules are in the async half.

    modules: dotted names of the package's modules -> those in the async half.
    leaves: dotted names of leaves -> their async names.
    """

    modules: Mapping[str, str]
    leaves: Mapping[str, str]

    def module(self, name: str) -> str:
        """The module that the async half has in the place of a module."""
        return self.modules.get(name, name)


def find_places(analysis: Analysis, files: Mapping[str, str], leaves: Mapping[str, str]) -> Places:
    """The places that a twin's `files` and its tables of leaves tell. `files` may name folders."""
    modules: dict[str, str] = {}
    for path in analysis.project.sources:
        name, place = module_of(analysis, path), place_of(path, files)
        modules[name] = f"{name.removesuffix(_dotted(path))}{_dotted(place)}" if place != path else name
    return Places(modules, leaves)


def module_of(analysis: Analysis, path: str) -> str:
    """The dotted name of a file of the sync half."""
    package, name = analysis.package_of(path), path.rpartition("/")[2].removesuffix(".py")
    return package if name == "__init__" else f"{package}.{name}".removeprefix(".")


def place_of(path: str, files: Mapping[str, str]) -> str:
    """Where a file goes: as `files` says of it or of a folder around it, or where it lies."""
    for sync, twin in sorted(files.items(), key=lambda item: -len(item[0])):
        if path == sync or path.startswith(f"{sync.rstrip('/')}/"):
            return twin.rstrip("/") + path[len(sync.rstrip("/")) :]
    return path


def _dotted(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".").removesuffix("__init__")


@dataclass(frozen=True, slots=True)
class Importing:
    """The imports of one file.

    package: of the file in the sync half; moved: of the file in the async half.
    """

    places: Places
    replaced: ReplacedNames
    package: str
    moved: str

    def sources(self, node: ast.ImportFrom) -> dict[str | None, list[ast.alias]]:
        """What a statement imports by the module that it comes from in the async half; None where the text may stay."""
        module = resolved(node, self.package)
        found: dict[str | None, list[ast.alias]] = {}
        for alias in node.names:
            found.setdefault(self._source(node, module, alias), []).append(alias)
        return found

    def name(self, node: ast.ImportFrom, alias: ast.alias) -> str | None:
        """What a leaf is called where the async half has it, if that is not its name here."""
        leaf = self.places.leaves.get(f"{resolved(node, self.package)}.{alias.name}", "")
        bare = leaf.rpartition(".")[2]
        return bare if bare and bare != alias.name else None

    def _source(self, node: ast.ImportFrom, module: str, alias: ast.alias) -> str | None:
        whole = f"{module}.{alias.name}"
        if self.replaced.is_replaced(whole):
            name = self.replaced.name_of_import(whole)
            return name.rpartition(".")[0] if name is not None else module
        leaf = self.places.leaves.get(whole)
        if leaf is not None and leaf.rpartition(".")[0] != module:
            return leaf.rpartition(".")[0]
        if self.package == self.moved and self.places.module(module) == module:
            return None
        # A module of a package stays one of it though what the package itself defines may have moved.
        own = self.places.modules.get(whole, "").rpartition(".")[0]
        source = own or self.places.module(module)
        written = resolved(node, self.moved) if node.level else module
        return None if source == written else source


def resolved(node: ast.ImportFrom, package: str) -> str:
    """The absolute name of the module that a statement in a file of a package imports from."""
    parts = package.split(".") if package else []
    base = parts[: len(parts) - node.level + 1] if node.level else []
    return ".".join([*base, *([node.module] if node.module else [])])
