"""Which functions of tests may be `async def`, and in which of the ways that their framework offers."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from aioport.catalog.schema import Asynchronous, FrameworkEntry
from aioport.planning.analysis import Analysis
from aioport.planning.plan import AddDecorator, Intent, Retype, Suggestion
from aioport.program.model import Class, Function
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode

PLAIN_FIXTURE = frozenset({"name", "params", "autouse", "ids"})
"""What a fixture may be given and still be made anew for each test, on the test's own event loop."""

MARKS = "pytest.mark."
"""What is above a test and only says something about it."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a function of tests becomes async.

    how: the way that is taken.
    decorators: whether the framework has to be told, by the way's decorators.
    marked: whether it is told already.
    """

    how: Asynchronous
    decorators: bool
    marked: bool


def find_async_tests(analysis: Analysis) -> Mapping[int, Way]:
    """The functions of tests that may become async, as far as their definitions say."""
    if not analysis.test_files or analysis.literal:
        return {}
    found: dict[int, Way] = {}
    for one, node, entry in _test_functions(analysis):
        way = next(_ways(analysis, one, node, entry), None)
        if way is not None:
            found[one.id] = way
    return found


def propose_plugins(analysis: Analysis, wanted: Container[int]) -> Iterator[Suggestion]:
    """What is to be installed so that tests become async which run what becomes async where they call it.

    wanted: the functions that become async.
    """
    if not analysis.test_files or analysis.literal:
        return
    found: dict[str, list[Function]] = {}
    for one, _, entry in _test_functions(analysis):
        first = next((how.needs for how in entry.async_), None)
        if first is None or any(_is_at_hand(analysis, how) for how in entry.async_):
            continue
        calls = (analysis.program.calls[index] for index in analysis.calls_in.get(one.id, ()))
        if any(target in wanted for call in calls for target in call.targets):
            found.setdefault(first, []).append(one)
    for plugin, tests in found.items():
        many = f"{len(tests)} tests run" if len(tests) > 1 else "this test runs"
        text = f"{many} what becomes async where it is called; with {plugin.replace('_', '-')} installed, they become async"
        yield Suggestion(str(tests[0].path), tests[0].line, f"{text} themselves")


def _test_functions(analysis: Analysis) -> Iterator[tuple[Function, FunctionNode, FrameworkEntry]]:
    """The sync functions that a test framework calls."""
    entries = [one for one in analysis.catalog.entries if one.tests]
    for one in analysis.program.functions:
        if not analysis.in_tests(one.id) or one.kind != "def" or one.is_async or _is_nested(analysis, one):
            continue
        node = analysis.node(one.id)
        entry = next((entry for entry in entries if node and _is_entry(analysis, one, node, entry)), None)
        if node is not None and entry is not None:
            yield one, node, entry


def _is_nested(analysis: Analysis, one: Function) -> bool:
    return one.parent is not None and analysis.function(one.parent).kind == "def"


def _is_entry(analysis: Analysis, one: Function, node: FunctionNode, entry: FrameworkEntry) -> bool:
    path = str(one.path)
    if entry.decorators:
        return any(name in entry.decorators for name in _decorators(analysis, path, node))
    owner = analysis.program.classes[one.owner] if one.owner is not None else None
    if entry.bases:
        return owner is not None and _fits(one.bare_name, entry.methods) and _is_below(analysis, owner, entry)
    if not _fits(path.rpartition("/")[2], entry.files) or not _fits(one.bare_name, entry.functions):
        return False
    return owner is None or (
        _fits(owner.name.rpartition(".")[2], entry.classes) and not _has_foreign_base(analysis, owner)
    )


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _is_below(analysis: Analysis, owner: Class, entry: FrameworkEntry) -> bool:
    """Whether a class is derived from one of an entry's bases, and from nothing else outside of the project."""
    program = analysis.program
    outside = [program.classes[one].name for one in owner.ancestors if not program.classes[one].in_project]
    return bool(outside) and all(name in entry.bases for name in outside)


def _has_foreign_base(analysis: Analysis, owner: Class) -> bool:
    return any(not analysis.program.classes[one].in_project for one in owner.ancestors)


def _decorators(analysis: Analysis, path: str, node: FunctionNode) -> Iterator[str | None]:
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        yield analysis.names(path).resolve(called)


def _ways(analysis: Analysis, one: Function, node: FunctionNode, entry: FrameworkEntry) -> Iterator[Way]:
    path = str(one.path)
    for decorator, name in zip(node.decorator_list, _decorators(analysis, path, node), strict=True):
        if name in entry.decorators:
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            if any(keyword.arg not in PLAIN_FIXTURE for keyword in keywords):
                return
        elif name is None or not (name.startswith(MARKS) or name in analysis.catalog.replacers):
            return
    setup = analysis.test_setup
    for how in entry.async_:
        if not _is_at_hand(analysis, how):
            continue
        key, _, value = (how.unless or "").partition("=")
        is_told = bool(key) and setup.options.get(key) == value
        yield Way(how, not is_told, how.decorator in set(_decorators(analysis, path, node)))


def _is_at_hand(analysis: Analysis, how: Asynchronous) -> bool:
    """Whether what a way needs is installed, and used by the tests where that is asked for."""
    if how.needs is not None and how.needs not in analysis.test_setup.installed:
        return False
    return how.used is None or _is_used(analysis, how.used)


def _is_used(analysis: Analysis, text: str) -> bool:
    return any(text in analysis.project.sources[path].text for path in analysis.test_files)


def turn_test(analysis: Analysis, function: int, way: Way) -> Iterator[tuple[str, Intent]]:
    """The changes around a function of tests that becomes async: its decorators, and the bases of its class."""
    node, path = analysis.node(function), analysis.function(function).path
    assert isinstance(node, ast.FunctionDef)
    assert path is not None
    if way.decorators:
        if way.how.decorator is not None and not way.marked:
            yield path, AddDecorator(node, way.how.decorator)
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            new = way.how.decorators.get(analysis.names(path).resolve(called) or "")
            if new is not None:
                yield path, Retype(called, (new,))
    for home, base, new in _changed_bases(analysis, function, way):
        yield home, Retype(base, (new,))


def _changed_bases(analysis: Analysis, function: int, way: Way) -> Iterator[tuple[str, ast.expr, str]]:
    """The bases that become others where a method of a class of tests becomes async: path, expression, new name."""
    owner = analysis.function(function).owner
    if owner is None or not way.how.bases:
        return
    program = analysis.program
    for one in (owner, *program.classes[owner].ancestors):
        known = program.classes[one]
        if not known.in_project or known.path is None:
            continue
        names = analysis.names(known.path)
        for node in analysis.syntax[known.path].of_kind.get(ast.ClassDef, ()):
            if isinstance(node, ast.ClassDef) and _is_definition(known, node):
                for base in node.bases:
                    new = way.how.bases.get(names.resolve(base) or "")
                    if new is not None and dotted(base) is not None:
                        yield known.path, base, new


def _is_definition(known: Class, node: ast.ClassDef) -> bool:
    return node.lineno <= known.line <= node.body[0].lineno and node.name == known.name.rpartition(".")[2]
