"""Applies catalog rules to single expressions and runs the outcome: what a conversion does, without the conversion."""

import ast
import asyncio
import functools
from collections.abc import Mapping
from typing import Any

from aioport.catalog.index import Catalog
from aioport.catalog.load import load_catalog
from aioport.catalog.matching import Mismatch, bind
from aioport.catalog.rules import CompiledRewrite
from aioport.rewriting.vendored import render_vendored


@functools.cache
def catalog() -> Catalog:
    """The catalog as it is shipped, loaded once for all tests."""
    return load_catalog()


@functools.cache
def vendored(identifier: str) -> dict[str, Any]:
    """The names of a file that holds the runtime and one library's `support`, as a converted project has it."""
    names: dict[str, Any] = {"__name__": "_aio"}
    source = render_vendored(["fetch", "owned", "run", "shared"], [catalog().library(identifier).support])
    exec(compile(source, "_aio.py", "exec"), names)  # noqa: S102 - our own text
    return names


def applied(name: str, call: str) -> tuple[CompiledRewrite, str]:
    """The first rule for `name` that carries `call` over, and the expression that it makes of it.

    Raises LookupError with the reasons when there is none.
    """
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    reasons = []
    for rule in catalog().rewrites(name):
        bound = bind(rule, node)
        if isinstance(bound, Mismatch):
            reasons.append(bound.reason)
            continue
        expression = ast.parse(rule.rule.async_, mode="eval")
        return rule, ast.unparse(_Fill(rule.metavariables, bound).visit(expression))
    raise LookupError(f"no rule for {call}: {reasons}")


def evaluate(expression: str, names: Mapping[str, Any]) -> Any:
    """The value of an expression, or the coroutine that gives it where the expression waits."""
    return eval(compile(expression, "<rule>", "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), dict(names))  # noqa: S307


async def awaited(expression: str, names: Mapping[str, Any]) -> Any:
    """The value of an expression that may wait."""
    value = evaluate(expression, names)
    return await value if asyncio.iscoroutine(value) else value


class _Fill(ast.NodeTransformer):
    """Puts expressions in the place of metavariables and leaves out the arguments that have none."""

    def __init__(self, metavariables: frozenset[str], bound: Mapping[str, ast.expr]) -> None:
        self.unbound = metavariables - set(bound)
        self.bound = bound

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.args = [argument for argument in node.args if not self._lacks(argument)]
        node.keywords = [keyword for keyword in node.keywords if not self._lacks(keyword.value)]
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.bound.get(node.id, node)

    def _lacks(self, node: ast.expr) -> bool:
        return any(isinstance(inner, ast.Name) and inner.id in self.unbound for inner in ast.walk(node))
