"""Functions that only hand on an iterator: `return g()`. They stay `def`, and what they return is asynchronous."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from aioport.program.syntax import FunctionNode, Syntax


def find_forwarders(
    nodes: Mapping[int, FunctionNode],
    body: Callable[[int], Sequence[ast.AST]],
    generators: frozenset[int],
    targets_of: Callable[[int, ast.Call], tuple[int, ...]],
) -> frozenset[int]:
    """Functions all of whose results are calls of generators or of one another, or that return one generator expression.

    body: every node that runs in a function itself.
    targets_of: what a call in the body of a function may run.
    """
    results = {
        function: found
        for function, node in nodes.items()
        if function not in generators
        and isinstance(node, ast.FunctionDef)
        and (found := _results(node, body(function)))
    }
    forwarders: set[int] = set()
    while True:
        known = generators | forwarders
        new = {
            function
            for function, values in results.items()
            if function not in forwarders and _are_lazy(function, values, known, targets_of)
        }
        if not new:
            return frozenset(forwarders)
        forwarders |= new


def _results(node: FunctionNode, body: Sequence[ast.AST]) -> list[ast.expr | None]:
    """What a function returns, by its `return` statements; a function that may end without one returns None as well."""
    found = [inner.value for inner in body if isinstance(inner, ast.Return)]
    return found if isinstance(node.body[-1], ast.Return | ast.If | ast.With | ast.Try | ast.Match) else []


def _are_lazy(
    function: int,
    values: list[ast.expr | None],
    known: frozenset[int] | set[int],
    targets_of: Callable[[int, ast.Call], tuple[int, ...]],
) -> bool:
    if len(values) == 1 and isinstance(values[0], ast.GeneratorExp):
        return True
    return all(
        isinstance(value, ast.Call)
        and bool(targets := targets_of(function, value))
        and all(target in known for target in targets)
        for value in values
    )


def is_handed_on(syntax: Syntax, node: ast.expr) -> bool:
    """Whether an expression in such a function is what it returns, or waits only when that is gone through."""
    generator = syntax.place(node).generator
    while generator is not None:
        node, generator = generator, syntax.place(generator).generator
    return isinstance(syntax.parents[node], ast.Return)
