"""All pins of a program, of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from aioport.planning.analysis import Analysis
from aioport.planning.pins import (
    awaited,
    bases,
    bound,
    called_on,
    decorators,
    files,
    generators,
    halves,
    handed_over,
    hosting,
    instances,
    interrupts,
    looked_up,
    outsiders,
    passed_on,
    programs,
    runners,
    scripts,
    slots,
    stopping,
    templates,
    values,
)
from aioport.planning.reshaping.reshapes import Reshapes

Finder: TypeAlias = Callable[[Analysis], Iterator[tuple[int, str]]]

FINDERS: tuple[Finder, ...] = (
    slots.find,
    bases.find,
    decorators.find,
    generators.find,
    instances.find,
    files.find,
    stopping.find,
    halves.find,
    awaited.find,
    handed_over.find,
    hosting.find,
    scripts.find,
    values.find,
    passed_on.find,
    called_on.find,
    looked_up.find,
    templates.find,
    interrupts.find,
    runners.find,
    outsiders.find,
    bound.find,
    programs.find,
)


ABOUT_CALLERS: tuple[Finder, ...] = (bases.find, decorators.find)
"""What holds back a function because of who calls it, which says nothing of one whose framework is known."""


def find_pins(analysis: Analysis, reshapes: Reshapes) -> dict[int, str]:
    """Every pinned function of the project with the reason; of several reasons the first kind counts.

    reshapes: what Python calls without an await and can be called otherwise, which is no pin.
    """
    found: dict[int, str] = {}
    hosted = analysis.hosted
    for finder in FINDERS:
        for function, reason in finder(analysis):
            if finder in ABOUT_CALLERS and function in hosted and hosted[function].obstacle is None:
                continue
            if finder is not slots.find:
                found.setdefault(function, reason)
            elif not reshapes.has(function):
                more = reshapes.refused.get(function)
                found.setdefault(function, f"{reason}: {more}" if more is not None else reason)
    return found
