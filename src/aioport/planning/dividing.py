"""Sync functions that something holds on the event loop's thread, and that could wait elsewhere for the rest of what they do.

Such a function cannot run whole in a thread: somewhere in it a handler of signals is set, or an object of that thread
is used. As an `async def` it does that where it is, and waits for the rest in threads. What looks at a `threading.local`
stays: the tasks of one thread would share it.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Container, Iterable, Iterator

from aioport.planning.affinity import Affinities
from aioport.planning.analysis import Analysis
from aioport.planning.threads.holding import Holding
from aioport.planning.units import Units


def find_divided(
    analysis: Analysis, affinities: Affinities, units: Units, sync: Container[int]
) -> Iterator[int]:
    """Functions that async ones call on the event loop for that reason, and that are worth being async themselves.

    sync: functions that are to stay sync.
    """
    seen: set[int] = set()
    holding = Holding(analysis, (one for one in affinities.calls if affinities.kept_by(one) is not None))
    lost = holding.holding(affinities.places)
    for index, decision in sorted(units.decisions.items()):
        if decision.action != "keep" or affinities.kept_by(index) is None:
            continue
        for target in analysis.program.calls[index].targets:
            if target not in seen:
                seen.add(target)
                if (
                    target not in lost
                    and _is_plain(analysis, target, sync)
                    and _gains(analysis, affinities, holding.held_by(target), sync)
                ):
                    yield target


def _is_plain(analysis: Analysis, function: int, sync: Container[int]) -> bool:
    one = analysis.function(function)
    return (
        one.in_project
        and one.kind == "def"
        and not one.is_async
        and analysis.node(function) is not None
        and function not in sync
        and not analysis.in_tests(function)
        and not _is_interrupted(analysis, function)
    )


def _gains(analysis: Analysis, affinities: Affinities, held: Iterable[int], sync: Container[int]) -> bool:
    """Whether one of some functions waits for something that a thread could wait for."""
    for function in held:
        for index in analysis.calls_in.get(function, ()) if _is_plain(analysis, function, sync) else ():
            wait = analysis.facts.calls.get(index)
            if wait is None or index in analysis.facts.spawned or affinities.kept_by(index) is not None:
                continue
            if wait.blocks.treatment not in ("leave", "report"):
                return True
    return False


def _is_interrupted(analysis: Analysis, function: int) -> bool:
    """Whether a function catches Ctrl-C, which interrupts the event loop and no thread that waits for it."""
    return any(
        isinstance(one, ast.ExceptHandler) and "KeyboardInterrupt" in _caught(one)
        for one in analysis.body(function)
    )


def _caught(handler: ast.ExceptHandler) -> Collection[str]:
    if handler.type is None:
        return ("KeyboardInterrupt",)
    return {one.id for one in ast.walk(handler.type) if isinstance(one, ast.Name)}
