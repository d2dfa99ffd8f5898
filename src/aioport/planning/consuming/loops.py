"""`for` over an asynchronous iterable: `async for`, within `aclosing` where leaving it early has to clean up."""

from __future__ import annotations

import ast

from aioport.planning.consuming.cleanup import leaves_early
from aioport.planning.consuming.given import Given
from aioport.planning.consuming.outcome import Consumed, Refusal
from aioport.planning.plan import AsyncFor, Closing

NAMES = ("items", "each", "source", "stream")
"""What the generator is called in `async with aclosing(...) as items`, whichever is free."""


def read_by_loop(given: Given, loop: ast.For) -> Consumed:
    place = given.syntax.place(loop)
    if place.sealed is not None:
        return Refusal(place.sealed)
    if given.kept or given.unclean is None or not leaves_early(given.syntax, loop):
        return given.taken(AsyncFor(loop))
    if given.derived:
        return Refusal(
            f"the loop in line {loop.lineno} may end early, and {given.unclean}, which it goes through"
            " by way of something else, would clean up too late"
        )
    between = given.syntax.source.data[given.syntax.span(loop)[0] : given.syntax.span(loop.iter)[0]]
    name = next((one for one in NAMES if one not in given.analysis.identifiers(given.path)), None)
    if name is None or b"#" in between:
        return Refusal(f"there is no room for an `aclosing` around the loop in line {loop.lineno}")
    return given.taken(Closing(loop, name))
