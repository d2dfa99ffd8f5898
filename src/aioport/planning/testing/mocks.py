"""Mocks and other stand-ins of what becomes async, in tests: what is awaited has to give something to be awaited."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from typing import Literal

from aioport.planning.analysis import Analysis
from aioport.planning.plan import GiveKeyword, Intent, Rename, Retype, RunHere
from aioport.planning.testing.collaborators import find_collaborators
from aioport.planning.testing.mocking import FACTORIES, RESULTS, SYNC_MOCKS, is_sync_mock, origin
from aioport.planning.testing.replaced import Replacement, find_replacements
from aioport.planning.testing.stubs import find_stubbed
from aioport.program.names import dotted

ASYNC_MOCK = "AsyncMock"


def make_stand_ins(
    analysis: Analysis, wanted: Mapping[int, object], kept: Container[int]
) -> Iterator[tuple[str, Intent]]:
    """The changes of what stands in for functions that become async, except for those that keep their sync form."""
    lazy = analysis.lazy
    changed = {one for one in wanted if one not in kept and one not in lazy}
    if analysis.literal or not changed or not analysis.test_files:
        return
    functions, classes = _functions(analysis), {one.name: one.id for one in analysis.program.classes}
    given: dict[ast.Call, dict[str, Literal["async", "plain", "async of plain"]]] = defaultdict(dict)
    paths: dict[ast.Call, str] = {}
    for one in find_replacements(analysis):
        replaced = [function for name in one.targets for function in functions.get(name, ())]
        if any(function in changed for function in replaced):
            is_used = any(_is_result_used(analysis, function) for function in replaced)
            yield from ((one.path, intent) for intent in _stand_in(analysis, one, is_used=is_used))
        for name in one.targets:
            if name in classes and one.new is None and isinstance(one.node, ast.Call):
                if not FACTORIES & {keyword.arg for keyword in one.node.keywords}:
                    for method in _used_methods(analysis, classes[name], changed):
                        paths[one.node] = one.path
                        kind = _kind(analysis, one.path, one.node, method)
                        given[one.node].setdefault(f"return_value.{method}", kind)
    for path, made, methods in find_collaborators(analysis, changed):
        paths[made] = path
        for method in sorted(methods):
            given[made].setdefault(method, _kind(analysis, path, made, method))
    for path, value in find_stubbed(analysis, changed):
        yield from ((path, intent) for intent in _put(analysis, path, value, is_used=True))
    for node, values in given.items():
        yield paths[node], GiveKeyword(node, tuple(values.items()))


def _functions(analysis: Analysis) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for one in analysis.program.functions:
        if one.in_project and one.kind == "def" and not one.is_property:
            found[one.name].append(one.id)
    return found


def _used_methods(analysis: Analysis, class_id: int, changed: Container[int]) -> list[str]:
    """The methods of a class that become async and that code outside of it awaits."""
    line = (class_id, *analysis.program.classes[class_id].ancestors)
    methods = {
        name
        for one in line
        for name, method in analysis.program.classes[one].methods.items()
        if method in changed and not name.startswith("__")
        if any(
            call.path not in analysis.test_files and analysis.function(call.caller).owner not in line
            for call in (analysis.program.calls[index] for index in analysis.calls_of.get(method, ()))
        )
    }
    return sorted(methods)


def _kind(analysis: Analysis, path: str, made: ast.Call, method: str) -> Literal["async", "async of plain"]:
    """What stands in for a method of a mock: a test that says what it returns needs no plain mock for that."""
    functions = (one for one in analysis.syntax[path].ancestors(made) if isinstance(one, ast.FunctionDef))
    for inner in ast.walk(next(functions, made)):
        match inner:
            case ast.Attribute(value=ast.Attribute(attr=name), attr=said, ctx=ast.Store()):
                if name == method and said in RESULTS:
                    return "async"
    return "async of plain"


def _is_result_used(analysis: Analysis, function: int) -> bool:
    """Whether any code but tests uses what a function returns."""
    for index in analysis.calls_of.get(function, ()):
        call = analysis.program.calls[index]
        node = analysis.expression(call)
        if call.path not in analysis.test_files and node is not None:
            if not isinstance(analysis.syntax[call.path].parents.get(node), ast.Expr):
                return True
    return False


def _stand_in(analysis: Analysis, one: Replacement, *, is_used: bool) -> Iterator[Intent]:
    if one.new is None:
        if isinstance(one.node, ast.Call):
            yield from _made(one.node, is_used=is_used)
    else:
        yield from _put(analysis, one.path, one.new, is_used=is_used)


def _put(analysis: Analysis, path: str, new: ast.expr, *, is_used: bool) -> Iterator[Intent]:
    """What is put in the place of a function."""
    value = origin(analysis, path, new)
    if isinstance(value, ast.Call) and is_sync_mock(analysis, path, value.func):
        yield _renamed(value.func)
        if is_used and not (RESULTS | FACTORIES) & {keyword.arg for keyword in value.keywords}:
            yield GiveKeyword(value, (("return_value", "plain"),))
    elif not isinstance(new, ast.Constant):
        yield RunHere(new, "stand-in")


def _made(node: ast.Call, *, is_used: bool) -> Iterator[Intent]:
    """A mock that `patch` makes: it makes an `AsyncMock` for an `async def` by itself, where nothing else is asked for."""
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    factory = keywords.get("new_callable")
    if isinstance(factory, ast.Name | ast.Attribute) and dotted(factory) is not None:
        last = factory.id if isinstance(factory, ast.Name) else factory.attr
        if last in SYNC_MOCKS:
            yield _renamed(factory)
    elif is_used and not (RESULTS | FACTORIES) & keywords.keys() and None not in keywords:
        yield GiveKeyword(node, (("return_value", "plain"),))


def _renamed(node: ast.expr) -> Intent:
    """`Mock` -> `AsyncMock`, wherever it comes from."""
    if isinstance(node, ast.Attribute):
        return Rename(node, ASYNC_MOCK)
    return Retype(node, (f"unittest.mock.{ASYNC_MOCK}",))
