"""Whether a call of something asynchronous can be awaited where it stands, and which intents that takes."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.consuming import higher_order
from aioport.planning.consuming.given import Given
from aioport.planning.consuming.higher_order import Use
from aioport.planning.consuming.iterating import iterate, room_for_await
from aioport.planning.consuming.outcome import Consumed, Refusal, Taken, joined
from aioport.planning.leaves import Demand
from aioport.planning.plan import AsyncWith, Await
from aioport.planning.pools.uses import find_pool_uses
from aioport.planning.stacks import enter_on_stack
from aioport.program.syntax import Syntax


def consume(analysis: Analysis, path: str, node: ast.expr, demand: Demand) -> Consumed:
    """The intents that make a call, or an implicit one at `node`, asynchronous; or why that is impossible."""
    syntax = analysis.syntax[path]
    if demand == "async with":
        return enter_on_stack(analysis, path, node) or _enter(path, syntax, node)
    if demand == "async for":
        index = analysis.call_at.get((path, *syntax.span(node)))
        made = (
            frozenset(analysis.program.calls[index].targets) & analysis.iterators
            if index is not None
            else None
        )
        return iterate(Given(analysis, path, made or frozenset()), node)
    room = room_for_await(analysis, path, node)
    if demand == "none" or isinstance(syntax.parents.get(node), ast.Await):
        return room
    return joined(room, Taken(((path, Await(node)),)))


def find_uses(analysis: Analysis) -> Mapping[int, tuple[Use, ...]]:
    """Where each function of the project is handed to a builtin or a pool of threads that calls it, and what it takes to
    await it there."""
    found = {function: list(uses) for function, uses in higher_order.find_uses(analysis, iterate).items()}
    for function, use in find_pool_uses(analysis):
        found.setdefault(function, []).append(use)
    return {function: tuple(uses) for function, uses in found.items()}


def _enter(path: str, syntax: Syntax, node: ast.expr) -> Consumed:
    item = syntax.parents.get(node)
    if not isinstance(item, ast.withitem) or item.context_expr is not node:
        return Refusal("it is no plain `with` item")
    statement = syntax.parents[item]
    if isinstance(statement, ast.AsyncWith):
        return Taken()
    if not isinstance(statement, ast.With):
        return Refusal("it is no plain `with` item")
    place = syntax.place(statement)
    if place.sealed is not None:
        return Refusal(place.sealed)
    return Taken(((path, AsyncWith(statement, (statement.items.index(item),))),))
