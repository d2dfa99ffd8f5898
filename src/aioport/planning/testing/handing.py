"""Functions that tests hand to something outside of the project, which calls them: `assertRaises(E, f)`, `submit(f)`."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Intent, RunHere
from aioport.planning.testing.mocking import is_mock_maker
from aioport.planning.testing.replaced import find_replacements


def hand_over(
    analysis: Analysis, wanted: Mapping[int, object], kept: Container[int]
) -> Iterator[tuple[str, Intent]]:
    """A sync function around each one that becomes async, where it is handed over.

    What takes the place of another function is `mocks.make_stand_ins`'s, and what a mock is given does as it is.
    """
    changed = {one for one in wanted if one not in kept}
    if analysis.literal or not changed or not analysis.test_files:
        return
    apart = {id(one.new) for one in find_replacements(analysis) if one.new is not None}
    for path, node in _handed(analysis, changed):
        parent = analysis.syntax[path].parents.get(node)
        call = analysis.syntax[path].parents.get(parent) if isinstance(parent, ast.keyword) else parent
        if isinstance(call, ast.Call) and is_mock_maker(analysis, path, call):
            continue
        if id(node) not in apart:
            yield path, RunHere(node, "function")


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
