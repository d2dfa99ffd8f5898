"""Edits that put `async` and `await` where something asynchronous is used."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from aioport.planning.plan import AsyncFor, AsyncWith, AsyncYieldFrom, Await, Bridge, Collect, Materialise
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, opening, replace


def edit_await(intent: Await, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    if context.needs_parentheses(intent.node):
        yield opening(span[0], "(await ", span, "Await")
        yield closing(span[1], ")", span, "Await")
    else:
        yield opening(span[0], "await ", span, "Await")


def edit_bridge(intent: Bridge, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    yield opening(span[0], f"{context.from_runtime('run')}(", span, "Bridge")
    yield closing(span[1], ")", span, "Bridge")


def edit_async_with(intent: AsyncWith, context: FileContext) -> Iterator[Edit]:
    """`with a, b:` of which only some are asynchronous becomes nested statements in the same order."""
    node, data = intent.node, context.data
    span = context.syntax.span(node)
    asynchronous = [index in intent.items for index in range(len(node.items))]
    if asynchronous[0]:
        yield opening(span[0], "async ", span, "AsyncWith")
    levels = 0
    for (index, item), (_, following) in pairwise(enumerate(node.items)):
        if asynchronous[index] == asynchronous[index + 1]:
            continue
        levels += 1
        end = context.syntax.span(item.optional_vars or item.context_expr)[1]
        start = context.syntax.span(following.context_expr)[0]
        indent = context.indent_of(node) + context.step * levels
        keyword = "async with " if asynchronous[index + 1] else "with "
        comma = data.index(b",", end)
        yield replace((comma, start), f":{context.newline}{indent}{keyword}", "AsyncWith")
    if levels:
        yield from context.indented(node.body[0].lineno, node.body[-1], span, "AsyncWith", levels)


def edit_async_for(intent: AsyncFor, context: FileContext) -> Iterator[Edit]:
    if isinstance(intent.node, ast.For):
        span = context.syntax.span(intent.node)
        start = span[0]
    else:
        span = context.syntax.span(intent.node.target)
        start = context.data.rindex(b"for", 0, span[0])
    yield opening(start, "async ", span, "AsyncFor")


def edit_async_yield_from(intent: AsyncYieldFrom, context: FileContext) -> Iterator[Edit]:
    value = intent.node.value
    assert isinstance(value, ast.YieldFrom)
    span, inner = context.syntax.span(intent.node), context.syntax.span(value.value)
    yield replace((span[0], inner[0]), "async for item in " if intent.is_async else "for item in ", "AsyncYieldFrom")
    text = f":{context.newline}{context.indent_of(intent.node)}{context.step}yield item"
    yield closing(span[1], text, span, "AsyncYieldFrom")


def edit_collect(intent: Collect, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    inside = context.open_parenthesis(intent.node) + 1
    if isinstance(intent.node.func, ast.Name) and intent.node.func.id == "list":
        yield replace((span[0], inside), "[item async for item in ", "Collect")
        yield replace((span[1] - 1, span[1]), "]", "Collect")
    else:
        yield opening(inside, "[item async for item in ", span, "Collect")
        yield closing(span[1] - 1, "]", span, "Collect")


def edit_materialise(intent: Materialise, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    call = context.syntax.parents[intent.node]
    if isinstance(call, ast.Call) and context.open_parenthesis(call) == span[0]:
        yield opening(span[0] + 1, "[", span, "Materialise")
        yield closing(span[1] - 1, "]", span, "Materialise")
    else:
        yield replace((span[0], span[0] + 1), "[", "Materialise")
        yield replace((span[1] - 1, span[1]), "]", "Materialise")
