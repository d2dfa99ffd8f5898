"""Chains of calls: where one passes over to the function's own call, and one as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aioport.blocking.facts import Link
from aioport.reporting.places import Places


def steps_above(chain: Sequence[Link], path: str, line: int) -> int:
    """How many calls lead from the beginning of a chain to the function whose own call is at `path:line`.

    The link after them is that call; what follows is inside of installed packages.
    """
    own = (path, line)
    made = next((number for number, link in enumerate(chain) if number and (link.path, link.line) == own), 1)
    return made - 1


def render_chain(chain: Sequence[Link], places: Places) -> Iterator[str]:
    """A chain as lines of plain text: the function that begins it, and a line for each call."""
    for number, link in enumerate(chain):
        arrow = "-> " if number else ""
        yield f"{arrow}{link.name} ({places.show(link.path)}:{link.line})"
