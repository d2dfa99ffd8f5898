"""Which files hold test code: those in which a test framework finds something, and what lies among them for their use."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from aioport.catalog.index import Catalog
from aioport.catalog.schema import FrameworkEntry
from aioport.program.model import Program
from aioport.program.module_names import module_name, package_of
from aioport.program.names import ImportedNames
from aioport.program.syntax import SyntaxOf
from aioport.project import Project

FOLDERS = frozenset({"test", "tests"})
"""What a folder is called that holds tests and what serves them."""


def find_test_files(project: Project, program: Program, catalog: Catalog) -> frozenset[str]:
    """The paths of all files of a project that are there for its tests."""
    entries = [one for one in catalog.entries if one.tests]
    found = {path for path in project.sources if _is_named_like_one(path, entries)}
    found |= {
        one.path
        for one in program.classes
        if one.in_project and one.path is not None and _is_derived(program, one.ancestors, entries)
    }
    return frozenset(found | _helpers(project, found))


def _is_named_like_one(path: str, entries: list[FrameworkEntry]) -> bool:
    name = path.rpartition("/")[2]
    return any(fnmatchcase(name, pattern) for entry in entries for pattern in entry.files)


def _is_derived(program: Program, ancestors: tuple[int, ...], entries: list[FrameworkEntry]) -> bool:
    bases = {program.classes[one].name for one in ancestors if not program.classes[one].in_project}
    return any(not bases.isdisjoint(entry.bases) for entry in entries)


def _helpers(project: Project, tests: set[str]) -> set[str]:
    """Files in the folders of tests that nothing else imports."""
    found = {path for path in project.sources if FOLDERS & set(path.split("/")[:-1])} - tests
    if not found:
        return found
    syntax = SyntaxOf(project)
    modules = {path: module_name(project, path) for path in project.sources}
    imported_by: dict[str, set[str]] = {path: set() for path in project.sources}
    by_module: dict[str, str] = {module: path for path, module in modules.items()}
    for path in project.sources:
        names = ImportedNames(syntax[path], str, package_of(project, path))
        for module in set(_modules(syntax[path].of_kind, names)):
            if (other := by_module.get(module)) is not None and other != path:
                imported_by[other].add(path)
    while outside := {path for path in found if not imported_by[path] <= found | tests}:
        found -= outside
    return found


def _modules(of_kind: Mapping[type[ast.AST], list[ast.AST]], names: ImportedNames) -> Iterator[str]:
    """The modules that a file may import."""
    for node in of_kind.get(ast.Import, ()):
        assert isinstance(node, ast.Import)
        yield from (alias.name for alias in node.names)
    for bound in names.bound.values():
        yield bound
        yield bound.rpartition(".")[0]
