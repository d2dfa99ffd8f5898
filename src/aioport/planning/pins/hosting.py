"""Functions that a framework calls and that stay, and functions that may run those which start an event loop of their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.pins.runners import callers_up
from aioport.program.module_names import module_name


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for function, one in analysis.hosted.items():
        if one.obstacle is not None:
            yield function, one.obstacle
    own_loop = {
        function: one.entry.what
        for function, one in analysis.hosted.items()
        if one.obstacle is None and one.way is None
    }
    own_loop |= dict.fromkeys(analysis.callables.entries.keys() - own_loop.keys(), "a function")
    seen: set[int] = set()
    for start, reason in _runs(analysis, own_loop):
        yield from ((one, reason) for one in callers_up(analysis, start, seen, own_loop))


def _runs(analysis: Analysis, own_loop: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """Functions that name one of those that start a loop, where that may run it."""
    for function, what in own_loop.items():
        for index in analysis.calls_of.get(function, ()):
            if index in analysis.callables.sites:
                continue  # a decorator below the framework's, which is given the function itself
            call = analysis.program.calls[index]
            name = analysis.function(function).name
            yield call.caller, _reason(f"{call.path}:{call.line}", name, what)
    hosted = analysis.hosted
    objects = {
        analysis.function(one).name: (hosted[one].entry.later if one in hosted else (), what)
        for one, what in own_loop.items()
        if one not in hosted or not hosted[one].by_name
    }
    for path in analysis.project.sources if objects else ():
        for node, name in _names(analysis, path, frozenset(objects)):
            scope = analysis.by_node.get(analysis.syntax[path].place(node).scope)
            parent = analysis.syntax[path].parents.get(node)
            later, what = objects[name]
            is_later = isinstance(parent, ast.Attribute) and parent.attr in later
            is_later = is_later or _is_put_away(analysis, path, node)
            if scope is not None and not is_later and not analysis.in_tests(scope):
                yield scope, _reason(analysis.where(path, node), name, what)


def _names(analysis: Analysis, path: str, wanted: frozenset[str]) -> Iterator[tuple[ast.expr, str]]:
    """Expressions of a file that name one of some functions at module level."""
    syntax, names, module = analysis.syntax[path], analysis.names(path), module_name(analysis.project, path)
    bare = {one.rpartition(".")[2] for one in wanted}
    for node in syntax.of_kinds(ast.Name, ast.Attribute):
        assert isinstance(node, ast.Name | ast.Attribute)
        if isinstance(node, ast.Attribute) and node.attr not in bare:
            continue
        if isinstance(node, ast.Name) and node.id not in bare and node.id not in names.bound:
            continue
        name = names.resolve(node)
        if name is None and isinstance(node, ast.Name) and not _is_local(analysis, path, node):
            name = f"{module}.{node.id}"
        if name in wanted and isinstance(node.ctx, ast.Load):
            yield node, name


def _is_put_away(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether a registered object is given to what only keeps it: `app.cli.add_command(init_db)`."""
    call = analysis.syntax[path].parents.get(node)
    if not isinstance(call, ast.Call) or node not in call.args:
        return False
    index = analysis.call_at.get((path, *analysis.syntax[path].span(call)))
    if index is None:
        return False
    found = analysis.program.calls[index]
    if found.targets:
        names = (analysis.catalog.public_name(analysis.function(one).name) for one in found.targets)
        return all(map(analysis.catalog.is_keeper, names))
    # On an object of unknown class, a method that only a keeper is called like, and nothing in the project.
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr in analysis.catalog.keeping_methods
        and not any(call.func.attr in one.methods for one in analysis.program.classes if one.in_project)
    )


def _is_local(analysis: Analysis, path: str, node: ast.Name) -> bool:
    """Whether a function around a name binds it."""
    return any(
        isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef) and node.id in analysis.locals_of(around)
        for around in analysis.syntax[path].ancestors(node)
    )


def _reason(where: str, name: str, what: str) -> str:
    return f"{where} may run {name}, {what} that starts an event loop of its own"
