"""Pins: functions that something calls synchronously and that so cannot become async; one kind a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from aioport.planning.analysis import Analysis
from aioport.planning.pins import bases, decorators, generators, scripts, slots, stopping, values

Finder: TypeAlias = Callable[[Analysis], Iterator[tuple[int, str]]]

FINDERS: tuple[Finder, ...] = (
    slots.find,
    bases.find,
    decorators.find,
    generators.find,
    stopping.find,
    scripts.find,
    values.find,
)


def find_pins(analysis: Analysis) -> dict[int, str]:
    """Every pinned function of the project with the reason; of several reasons the first kind counts."""
    found: dict[int, str] = {}
    for finder in FINDERS:
        for function, reason in finder(analysis):
            found.setdefault(function, reason)
    return found
