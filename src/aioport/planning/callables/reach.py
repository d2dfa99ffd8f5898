"""Where values end up that are kept somewhere, worked out once for all values that come by the same places."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from aioport.planning.callables.model import (
    Called,
    Destination,
    Escape,
    Handed,
    Local,
    Member,
    Place,
    Result,
)


class Reached(msgspec.Struct, frozen=True, gc=False):
    """What becomes of a value.

    calls: indices of the calls of it.
    lost: the first reason why it cannot be followed everywhere; None where it can.
    runs_here: what it is lost to may call it on the thread that hands it over.
    is_kept: it is kept somewhere.
    is_shared: one of these places is an attribute or a variable of a module.
    handed: where tests hand it to something outside of the project.
    """

    calls: frozenset[int] = frozenset()
    lost: str | None = None
    runs_here: bool = False
    is_kept: bool = False
    is_shared: bool = False
    handed: frozenset[Handed] = frozenset()


NOTHING = Reached()


@dataclass(slots=True)
class _Open:
    """A place whose ends are being looked for: Tarjan's algorithm for strongly connected components.

    number: in which order it was begun; lowest: the first begun place that can be reached from it.
    """

    place: Place
    number: int
    lowest: int
    found: Reached
    todo: list[Place] = field(default_factory=list)


class _Uses(Protocol):
    def of_place(self, place: Place) -> Iterable[Destination]:
        """Where what is kept in a place goes."""


class Reach:
    """Follows values to all places and calls that they arrive at.

    Places that lead to one another share one answer: in a large project most of them do.
    """

    def __init__(self, uses: _Uses) -> None:
        self._uses = uses
        self._closed: dict[Place, Reached] = {}

    def of(self, starts: Iterable[Destination]) -> Reached:
        """All that a value arrives at which goes to some places and calls first."""
        found = NOTHING
        for start in starts:
            if isinstance(start, Local | Member | Result):
                if start not in self._closed:
                    self._close(start)
                found = _joined(found, self._closed[start])
            else:
                found = _joined(found, _ending(start))
        return found

    def _close(self, start: Place) -> None:
        numbers: dict[Place, int] = {}
        path: list[_Open] = []
        component: list[Place] = []

        def begin(place: Place) -> None:
            one = _Open(place, len(numbers), len(numbers), _kept_in(place))
            numbers[place] = one.number
            for end in self._uses.of_place(place):
                if isinstance(end, Called | Escape | Handed):
                    one.found = _joined(one.found, _ending(end))
                else:
                    one.todo.append(end)
            one.todo.reverse()
            path.append(one)
            component.append(place)

        begin(start)
        while path:
            one = path[-1]
            if one.todo:
                place = one.todo.pop()
                if place in self._closed:
                    one.found = _joined(one.found, self._closed[place])
                elif place in numbers:
                    one.lowest = min(one.lowest, numbers[place])
                else:
                    begin(place)
                continue
            path.pop()
            if path:
                path[-1].lowest = min(path[-1].lowest, one.lowest)
                path[-1].found = _joined(path[-1].found, one.found)
            if one.lowest == one.number:
                while component:
                    place = component.pop()
                    self._closed[place] = one.found
                    if place == one.place:
                        break


def is_of_module(place: Place) -> bool:
    """Whether it is a variable of a module."""
    return isinstance(place, Local) and isinstance(place.binding.scope, ast.Module)


def _kept_in(place: Place) -> Reached:
    return Reached(is_kept=True, is_shared=isinstance(place, Member) or is_of_module(place))


def _ending(end: Called | Escape | Handed) -> Reached:
    if isinstance(end, Handed):
        return Reached(handed=frozenset((end,)))
    if isinstance(end, Escape):
        return Reached(lost=end.reason, runs_here=not end.elsewhere)
    return Reached(frozenset((end.call,)))


def _joined(one: Reached, other: Reached) -> Reached:
    if one is other or one is NOTHING:
        return other
    return Reached(
        one.calls if one.calls >= other.calls else one.calls | other.calls,
        one.lost or other.lost,
        one.runs_here or other.runs_here,
        one.is_kept or other.is_kept,
        one.is_shared or other.is_shared,
        one.handed if one.handed >= other.handed else one.handed | other.handed,
    )
