"""What the parameters of tests are given by their names: a fixture's parameter has the type of what the fixture makes."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from aioport.catalog.index import Catalog
from aioport.program.model import Function, Program
from aioport.program.names import ImportedNames
from aioport.program.syntax import FunctionNode, SyntaxOf
from aioport.project import Project

COMMON = "conftest.py"
"""The file whose fixtures are for all tests in and below its folder."""

GENERATORS = re.compile(
    r"(?:typing|collections\.abc)\.(?:Async)?(?:Generator|Iterator|Iterable)\[(?P<item>.*)\]"
)
"""What a fixture that yields returns, with what it yields first."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """A parameter of a function that a framework fills: with what a fixture makes, or what a context carries.

    classes: of what it is given, by their ids.
    open: it may be given something else as well.
    """

    function: int
    parameter: str
    classes: frozenset[int]
    open: bool = False


def find_supplied(
    project: Project, program: Program, catalog: Catalog, tests: AbstractSet[str]
) -> Iterator[Supplied]:
    """The parameters of tests and fixtures that fixtures of the project fill.

    tests: the files of test code.
    """
    entries = [one for one in catalog.entries if one.tests]
    decorators = {name for one in entries for name in one.decorators}
    patterns = [re.compile(one.replace("*", ".*")) for entry in entries for one in entry.functions]
    if not tests or not decorators:
        return
    syntax = SyntaxOf(project)
    names = {path: ImportedNames(syntax[path], catalog.public_name) for path in tests}
    ids = {one.name: one.id for one in program.classes}
    fixtures: dict[str, dict[str, frozenset[int]]] = defaultdict(dict)
    takers: list[tuple[Function, FunctionNode]] = []
    for one in program.functions:
        if one.path is None or one.path not in tests or not one.in_project or one.kind != "def":
            continue
        start = project.sources[one.path].line_starts[one.line - 1] + one.column
        node = syntax[one.path].functions.get(start)
        if node is None:
            continue
        name = _fixture_name(node, names[one.path], decorators)
        if name is not None and (made := _classes(one.annotation, ids)):
            fixtures[one.path][name] = made
        if name is not None or any(pattern.fullmatch(node.name) for pattern in patterns):
            takers.append((one, node))
    for one, node in takers:
        for parameter in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            found = _visible(fixtures, str(one.path), parameter.arg)
            if found and parameter.arg != node.name:
                yield Supplied(one.id, parameter.arg, found)


def _fixture_name(node: FunctionNode, names: ImportedNames, decorators: AbstractSet[str]) -> str | None:
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if names.resolve(called) in decorators:
            for keyword in decorator.keywords if isinstance(decorator, ast.Call) else ():
                match keyword:
                    case ast.keyword(arg="name", value=ast.Constant(value=str(name))):
                        return name
            return node.name
    return None


def _classes(annotation: str, ids: Mapping[str, int]) -> frozenset[int]:
    """The classes of what a fixture makes, by the checker's text for it; none where there is anything else to it."""
    generator = GENERATORS.fullmatch(annotation)
    text = _first(generator["item"]) if generator is not None else annotation
    parts = [part.strip() for part in text.split("|")]
    found = {ids[part] for part in parts if part in ids}
    return frozenset(found) if found and all(part in ids or part == "None" for part in parts) else frozenset()


def _first(arguments: str) -> str:
    """The first of several type arguments."""
    depth = 0
    for index, letter in enumerate(arguments):
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            return arguments[:index]
    return arguments


def _visible(
    fixtures: Mapping[str, Mapping[str, frozenset[int]]], path: str, name: str
) -> frozenset[int] | None:
    """What the fixture of a name makes that a file sees: its own, or the nearest of those above."""
    if name in fixtures.get(path, {}):
        return fixtures[path][name]
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        found = fixtures.get(f"{folder}/{COMMON}".lstrip("/"), {}).get(name)
        if found is not None:
            return found
    return None
