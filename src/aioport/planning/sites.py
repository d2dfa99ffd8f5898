"""Whether a call of something asynchronous can be awaited where it stands, and which intents that takes."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TypeAlias

from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Demand
from aioport.planning.plan import AsyncFor, AsyncWith, AsyncYieldFrom, Await, Collect, Intent, Materialise
from aioport.program.names import dotted
from aioport.program.syntax import Syntax

COLLECTORS = {"list", "tuple", "set", "frozenset", "sorted"}
"""Builtins that take everything an iterable gives before they return."""

EXHAUSTING = COLLECTORS | {"sum", "min", "max", "dict"}
"""Builtins that never stop early, so that a list in place of a generator makes no difference but memory."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing asynchronous can be called at a place."""

    reason: str


Consumed: TypeAlias = tuple[Intent, ...] | Refusal


def consume(analysis: Analysis, path: str, node: ast.expr, demand: Demand) -> Consumed:
    """The intents that make a call, or an implicit one at `node`, asynchronous; or why that is impossible."""
    syntax = analysis.syntax[path]
    if demand == "async with":
        return _enter(syntax, node)
    if demand == "async for":
        return _iterate(syntax, node)
    around = _room_for_await(syntax, node)
    if isinstance(around, Refusal):
        return around
    if demand == "none" or isinstance(syntax.parents.get(node), ast.Await):
        return around
    return (*around, Await(node))


def _room_for_await(syntax: Syntax, node: ast.expr) -> Consumed:
    place = syntax.place(node)
    if place.sealed is not None:
        return Refusal(place.sealed)
    if place.generator is None:
        return ()
    consumer = syntax.parents[place.generator]
    if isinstance(consumer, ast.Call) and place.generator in consumer.args and len(consumer.args) == 1:
        name = dotted(consumer.func)
        joins = isinstance(consumer.func, ast.Attribute) and consumer.func.attr == "join"
        if name in EXHAUSTING or (
            joins and isinstance(consumer.func, ast.Attribute) and _is_text(consumer.func.value)
        ):
            outer = _room_for_await(syntax, place.generator)
            return outer if isinstance(outer, Refusal) else (*outer, Materialise(place.generator))
        return Refusal(f"`{ast.unparse(consumer.func)}` takes a generator and may stop early")
    return Refusal("a generator expression with an await is read asynchronously only")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _enter(syntax: Syntax, node: ast.expr) -> Consumed:
    item = syntax.parents.get(node)
    if not isinstance(item, ast.withitem) or item.context_expr is not node:
        return Refusal("it is no plain `with` item")
    statement = syntax.parents[item]
    if isinstance(statement, ast.AsyncWith):
        return ()
    if not isinstance(statement, ast.With):
        return Refusal("it is no plain `with` item")
    place = syntax.place(statement)
    if place.sealed is not None:
        return Refusal(place.sealed)
    return (AsyncWith(statement, (statement.items.index(item),)),)


def _iterate(syntax: Syntax, node: ast.expr) -> Consumed:
    parent = syntax.parents.get(node)
    if isinstance(parent, ast.AsyncFor) or (isinstance(parent, ast.comprehension) and parent.is_async):
        return ()
    if isinstance(parent, ast.For) and parent.iter is node:
        place = syntax.place(parent)
        return Refusal(place.sealed) if place.sealed is not None else (AsyncFor(parent),)
    if isinstance(parent, ast.comprehension) and parent.iter is node:
        around = syntax.parents[parent]
        if isinstance(around, ast.GeneratorExp):
            return _iterate_generator(syntax, around, parent)
        place = syntax.place(around)
        return Refusal(place.sealed) if place.sealed is not None else (AsyncFor(parent),)
    if isinstance(parent, ast.YieldFrom):
        statement = syntax.parents[parent]
        if isinstance(statement, ast.Expr):
            return (AsyncYieldFrom(statement),)
        return Refusal("the value of a `yield from` is used")
    if (
        isinstance(parent, ast.Call)
        and len(parent.args) == 1
        and not parent.keywords
        and parent.args[0] is node
    ):
        if dotted(parent.func) in COLLECTORS:
            around_call = _room_for_await(syntax, parent)
            return around_call if isinstance(around_call, Refusal) else (*around_call, Collect(parent))
    return Refusal("it is iterated in a way that has no asynchronous form")


def _iterate_generator(syntax: Syntax, generator: ast.GeneratorExp, clause: ast.comprehension) -> Consumed:
    consumer = syntax.parents[generator]
    if isinstance(consumer, ast.Call) and dotted(consumer.func) in EXHAUSTING and len(consumer.args) == 1:
        outer = _room_for_await(syntax, generator)
        return outer if isinstance(outer, Refusal) else (*outer, Materialise(generator), AsyncFor(clause))
    return Refusal("a generator expression over it is read asynchronously only")
