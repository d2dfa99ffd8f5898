"""Where the program holds a lock of threads: the code that must not wait on the event loop while it does.

A lock is taken by `with`, by `acquire()` up to the next `release()` of the same, or by a context manager of the
project's own that keeps one while its block runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.planning.waiting import span_of_suite
from aioport.positions import Span
from aioport.program.syntax import nodes_in


@dataclass(frozen=True, slots=True)
class Region:
    """Code that runs while a lock is held.

    function: in whose body it stands.
    path, held: the range of text between taking the lock and giving it back.
    line: where it is taken.
    lock: what it is called there.
    taken: index of the call that takes it, in this function or in the context manager that keeps it.
    """

    function: int
    path: str
    held: Span
    line: int
    lock: str
    taken: int


def find_regions(analysis: Analysis) -> tuple[Region, ...]:
    """Every place where a lock of threads is held, in source order."""
    found = list(_direct(analysis))
    kept = {**_keeping_generators(analysis, found), **_keeping_methods(analysis)}
    while kept:
        outer = list(_kept(analysis, kept))
        found += outer
        # A context manager may keep a lock by keeping another one that does.
        kept = _keeping_generators(analysis, outer)
    return tuple(sorted(found, key=lambda one: (one.path, one.held, one.taken)))


def _direct(analysis: Analysis) -> Iterator[Region]:
    for index, wait in analysis.facts.calls.items():
        if wait.category != "lock" or wait.steps:
            continue
        call = analysis.program.calls[index]
        node = analysis.expression(call)
        if node is None:
            continue
        held: Span | None = None
        if call.kind == "enter":
            lock, held = node, _block(analysis, call.path, node)
        elif (
            call.kind == "call"
            and isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "acquire"
        ):
            lock = node.func.value
            held = _until_release(analysis, call.path, call.caller, node, lock)
        if held is not None:
            text = ast.unparse(lock)
            yield Region(call.caller, call.path, held, call.line, text, index)


def _block(analysis: Analysis, path: str, entered: ast.expr) -> Span | None:
    """What a `with` statement runs after it has entered one of its items."""
    syntax = analysis.syntax[path]
    item = syntax.parents.get(entered)
    statement = syntax.parents.get(item) if item is not None else None
    if not isinstance(item, ast.withitem) or not isinstance(statement, ast.With | ast.AsyncWith):
        return None
    later = statement.items[statement.items.index(item) + 1 :]
    body = span_of_suite(analysis, path, statement.body)
    assert body is not None
    return (syntax.span(later[0].context_expr)[0] if later else body[0], body[1])


def _until_release(
    analysis: Analysis, path: str, function: int, taken: ast.Call, lock: ast.expr
) -> Span | None:
    """From an `acquire` to the last `release` of the same lock in the function, or to its end."""
    node, syntax = analysis.node(function), analysis.syntax[path]
    if node is None:
        return None
    begin, name = syntax.span(taken)[1], ast.unparse(lock)
    releases = [
        start
        for statement in node.body
        for inner in nodes_in(statement)
        if isinstance(inner, ast.Attribute)
        and inner.attr == "release"
        and ast.unparse(inner.value) == name
        and (start := syntax.span(inner)[0]) > begin
    ]
    return begin, max(releases, default=syntax.span(node)[1])


def _keeping_generators(analysis: Analysis, regions: list[Region]) -> dict[int, int]:
    """Generators made into context managers that yield while they hold a lock, and the call that takes it."""
    found = {}
    for region in regions:
        if region.function in analysis.context_managers:
            node, syntax = analysis.node(region.function), analysis.syntax[region.path]
            assert node is not None
            for inner in [one for statement in node.body for one in nodes_in(statement)]:
                if isinstance(inner, ast.Yield) and _is_in(syntax.span(inner), region.held):
                    found[region.function] = region.taken
    return found


def _keeping_methods(analysis: Analysis) -> dict[int, int]:
    """`__enter__` methods that take a lock and leave it to `__exit__` to give it back."""
    found = {}
    for index, wait in analysis.facts.calls.items():
        call = analysis.program.calls[index]
        if wait.category == "lock" and not wait.steps and call.kind == "call":
            node, taken = analysis.node(call.caller), analysis.expression(call)
            takes = isinstance(taken, ast.Call) and ast.unparse(taken.func).endswith(
                (".acquire", ".__enter__")
            )
            if takes and node is not None and node.name == "__enter__":
                if not any(
                    isinstance(one, ast.Attribute) and one.attr == "release" for one in ast.walk(node)
                ):
                    found[call.caller] = index
    return found


def _kept(analysis: Analysis, kept: dict[int, int]) -> Iterator[Region]:
    """Blocks under a context manager of the project's own that keeps a lock."""
    for function, taken in sorted(kept.items()):
        for index in analysis.calls_of.get(function, ()):
            call = analysis.program.calls[index]
            node = analysis.expression(call)
            held = _block(analysis, call.path, node) if node is not None else None
            if node is not None and held is not None:
                yield Region(call.caller, call.path, held, call.line, ast.unparse(node), taken)


def _is_in(span: Span, around: Span) -> bool:
    return around[0] <= span[0] and span[1] <= around[1]
