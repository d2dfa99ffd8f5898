"""Functions that tests hand to something outside of the project, which calls them: `assertRaises(E, f)`, `submit(f)`."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Intent, RaisingBlock, Rename, RunHere
from aioport.planning.testing.asynchronous import Way
from aioport.planning.testing.lookups import find_lookups
from aioport.planning.testing.mocking import is_mock_maker
from aioport.planning.testing.replaced import find_replacements
from aioport.program.names import dotted


def hand_over(
    analysis: Analysis, wanted: Mapping[int, object], kept: Container[int], ways: Mapping[int, Way]
) -> Iterator[tuple[str, Intent]]:
    """A sync function around each one that becomes async, where it is handed over.

    What takes the place of another function is `mocks.make_stand_ins`'s, and what a mock is given does as it is.
    """
    changed = {one for one in wanted if one not in kept}
    if analysis.literal or not changed or not analysis.test_files:
        return
    yield from ((path, RunHere(node, "function")) for path, node in find_lookups(analysis))
    apart = {id(one.new) for one in find_replacements(analysis) if one.new is not None}
    for path, node in _handed(analysis, changed):
        parent = analysis.syntax[path].parents.get(node)
        call = analysis.syntax[path].parents.get(parent) if isinstance(parent, ast.keyword) else parent
        if isinstance(call, ast.Call) and is_mock_maker(analysis, path, call):
            continue
        if id(node) in apart:
            continue
        test = _test_around(analysis, path, call, ways, wanted) if isinstance(call, ast.Call) else None
        if test is not None and isinstance(call, ast.Call):
            yield from ((path, intent) for intent in _in_async_test(analysis, path, call, test))
        else:
            yield path, RunHere(node, "function")


def _test_around(
    analysis: Analysis, path: str, call: ast.Call, ways: Mapping[int, Way], wanted: Container[int]
) -> Way | None:
    """The way in which the test becomes async that a call stands in."""
    function = analysis.by_node.get(analysis.syntax[path].place(call).scope)
    return ways[function] if function is not None and function in ways and function in wanted else None


def _in_async_test(analysis: Analysis, path: str, call: ast.Call, way: Way) -> Iterator[Intent]:
    """`self.addCleanup(f)` -> `self.addAsyncCleanup(f)`; `self.assertRaises(E, f)` -> a block that awaits `f()`."""
    new = way.how.methods.get(call.func.attr) if isinstance(call.func, ast.Attribute) else None
    if new is not None:
        yield Rename(call.func, new)
    elif (statement := expected_error(analysis, path, call)) is not None:
        yield RaisingBlock(statement)


def expected_error(analysis: Analysis, path: str, call: ast.Call) -> ast.Expr | None:
    """The statement that is nothing but `raises(E, f, ...)` with plain arguments; None where there is more to it."""
    statement = analysis.syntax[path].parents.get(call)
    bare = (dotted(call.func) or "").rpartition(".")[2]
    if (
        bare not in analysis.catalog.expects_error
        or not isinstance(statement, ast.Expr)
        or len(call.args) < 2
    ):
        return None
    plain = all(isinstance(one, ast.Name | ast.Attribute | ast.Constant) for one in call.args)
    return (
        statement
        if plain and all(isinstance(one.value, ast.Name | ast.Constant) for one in call.keywords)
        else None
    )


def _handed(analysis: Analysis, changed: Container[int]) -> Iterator[tuple[str, ast.expr]]:
    for function, places in sorted(analysis.callables.handed.items()):
        if function in changed:
            yield from sorted(
                ((one.path, one.node) for one in places), key=lambda one: (one[0], one[1].lineno)
            )
    for reference in analysis.program.references:
        if reference.path not in analysis.test_files:
            continue
        if not any(one in changed and one not in analysis.callables.followed for one in reference.targets):
            continue
        syntax = analysis.syntax[reference.path]
        node = syntax.at((reference.start, reference.end), ast.expr)
        call = syntax.parents.get(node) if node is not None else None
        if node is None or not isinstance(call, ast.Call) or call.func is node:
            continue
        index = analysis.call_at.get((reference.path, *syntax.span(call)))
        targets = analysis.program.calls[index].targets if index is not None else ()
        if not any(analysis.function(one).in_project for one in targets):
            yield reference.path, node
