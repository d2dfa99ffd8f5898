"""What a value is to the pools of threads of a function, and what several such values are together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from aioport.catalog.schema import Pool


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value is.

    kind: `nothing` that is known yet, `plain` for what has nothing to do with pools, `mixed` for what may be either;
        a collection of `each`, `lazy` for what is gone through asynchronously; `pairs` for a dict.
    parts: what it holds.
    """

    kind: Literal["nothing", "plain", "mixed", "pool", "future", "each", "lazy", "pairs", "tuple", "sets"]
    parts: tuple[Shape, ...] = ()
    pool: Pool | None = None

    @property
    def depth(self) -> int:
        """How many collections there are around what is innermost in it."""
        return 1 + max((part.depth for part in self.parts), default=-1)

    @property
    def holds(self) -> bool:
        """Whether there is a pool or a future in it, or what comes of one asynchronously."""
        return self.kind in ("mixed", "pool", "future", "lazy", "sets") or any(
            part.holds for part in self.parts
        )


NOTHING, PLAIN, MIXED = Shape("nothing"), Shape("plain"), Shape("mixed")


def each(*parts: Shape) -> Shape:
    return Shape("each", (joined(parts),))


def joined(shapes: Iterable[Shape]) -> Shape:
    """What may be any of them."""
    found = NOTHING
    for one in shapes:
        found = join(found, one)
    return found


def join(one: Shape, other: Shape) -> Shape:
    if one == other or other.kind == "nothing":
        return one
    if one.kind == "nothing":
        return other
    if one.kind == other.kind and len(one.parts) == len(other.parts) and one.pool == other.pool:
        return Shape(one.kind, tuple(map(join, one.parts, other.parts)), one.pool)
    return MIXED if one.holds or other.holds else PLAIN


def element(shape: Shape) -> Shape:
    """What going through something gives."""
    match shape.kind:
        case "each" | "lazy" | "pairs":
            return shape.parts[0]
        case "tuple":
            return joined(shape.parts)
        case "nothing":
            return NOTHING
    return MIXED if shape.holds else PLAIN


def flow(shapes: Iterable[Shape]) -> Literal["each", "lazy"]:
    return "lazy" if any(one.kind == "lazy" for one in shapes) else "each"
