"""`for` over an asynchronous iterable: `async for`, within `aclosing` where leaving it early has to clean up."""

from __future__ import annotations

import ast

from aioport.planning.consuming.cleanup import leaves_early
from aioport.planning.consuming.given import Given
from aioport.planning.consuming.outcome import Consumed, Refusal
from aioport.planning.plan import AsyncFor, AsyncYieldFrom, Closing

NAMES = ("items", "each", "source", "stream")
"""What the generator is called in `async with aclosing(...) as items`, whichever is free."""


def read_by_loop(given: Given, loop: ast.For) -> Consumed:
    """`for x in g()`, which is wrapped where it says itself that it may end early."""
    place = given.syntax.place(loop)
    if place.sealed is not None:
        return Refusal(place.sealed)
    if given.kept or given.unclean is None or not leaves_early(given.syntax, loop):
        return given.taken(AsyncFor(loop))
    between = given.syntax.source.data[given.syntax.span(loop)[0] : given.syntax.span(loop.iter)[0]]
    name = _name(given, loop)
    if isinstance(name, Refusal):
        return name
    if b"#" in between:
        return Refusal(f"there is no room for an `aclosing` around the loop in line {loop.lineno}")
    return given.taken(Closing(loop, name))


def read_by_delegation(given: Given, statement: ast.Expr) -> Consumed:
    """`yield from g()`, which ends early whenever the generator around it is closed."""
    if given.kept or given.unclean is None:
        return given.taken(AsyncYieldFrom(statement))
    name = _name(given, statement)
    return name if isinstance(name, Refusal) else given.taken(AsyncYieldFrom(statement, closing=name))


def _name(given: Given, statement: ast.stmt) -> str | Refusal:
    """What the generator is called while it is open."""
    if given.derived:
        return Refusal(
            f"the loop in line {statement.lineno} may end early, and {given.unclean}, which it goes through"
            " by way of something else, would clean up too late"
        )
    free = (one for one in NAMES if one not in given.analysis.identifiers(given.path))
    return next(free, f"{NAMES[0]}_{statement.lineno}")
