"""Generators that use what an async generator lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.program.syntax import nodes_in


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for function in sorted(analysis.written_generators):
        for member in analysis.family(function):
            if member not in analysis.generators and analysis.function(member).bare_name != "__iter__":
                yield (
                    member,
                    f"{analysis.function(function).name} of its family is a generator, and it is none",
                )
        node = analysis.node(function)
        if node is None:
            continue
        path = analysis.function(function).path
        assert path is not None
        parents = analysis.syntax[path].parents
        for statement in node.body:
            for inner in nodes_in(statement):
                reason = _obstacle(inner, parents)
                if reason is not None:
                    yield function, f"line {getattr(inner, 'lineno', node.lineno)}: {reason}"


def _obstacle(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> str | None:
    match node:
        case ast.Return(value=ast.expr()):
            return "an async generator cannot return a value"
        case ast.Yield() if not isinstance(parents[node], ast.Expr):
            return "what is sent into a generator does not reach an async one"
        case ast.YieldFrom() if not isinstance(parents[node], ast.Expr):
            return "the value of a `yield from` is used, and an async generator returns none"
    return None
