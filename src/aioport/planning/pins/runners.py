"""Functions that start an event loop, and all that call them: none can be started where one runs."""

from __future__ import annotations

from collections.abc import Container, Iterator

from aioport.blocking.primitives import called_names
from aioport.mistakes.known import load_known
from aioport.planning.analysis import Analysis


def _loading(analysis: Analysis) -> Iterator[int]:
    """Calls that load what an entry point names, in a project that has such functions: they keep a sync form."""
    if any(entry.kind == "plugin" for entry in analysis.entries):
        for index, call in enumerate(analysis.program.calls):
            if call.kind == "call" and not analysis.catalog.loads.isdisjoint(
                called_names(call, analysis.program)
            ):
                yield index


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    known, program = load_known(), analysis.program
    roles = [
        (index, {role for name in called_names(call, program) for role in known.roles(name)})
        for index, call in enumerate(program.calls)
        if call.kind == "call"
    ]
    # Whoever asks whether a loop runs has an answer for it.
    asking = {program.calls[index].caller for index, found in roles if "check" in found}
    starts = [
        (program.calls[index].caller, f"{program.calls[index].path}:{program.calls[index].line}")
        for index, found in roles
        if "runner" in found and index not in analysis.facts.spawned
    ]
    starts = [(start, f"{where} starts an event loop") for start, where in starts]
    starts += [
        (
            program.calls[index].caller,
            f"{program.calls[index].path}:{program.calls[index].line} loads what may start an event loop",
        )
        for index in _loading(analysis)
    ]
    reached: set[int] = set()
    for start, does in starts:
        for function in callers_up(analysis, start, reached, asking):
            yield function, f"{does}, which cannot be where one runs already"


def callers_up(
    analysis: Analysis, start: int, seen: set[int], free: Container[int] = frozenset()
) -> Iterator[int]:
    """A sync function and all that call it on the same thread, as far as they are sync.

    seen: functions that were found before; takes in those that are found. free: where the way up ends.
    """
    todo = [start]
    while todo:
        function = todo.pop()
        one = analysis.function(function)
        if function in seen or function in free or one.is_async or one.kind != "def":
            continue
        seen.add(function)
        yield function
        todo.extend(
            analysis.program.calls[index].caller
            for index in analysis.calls_of.get(function, ())
            if index not in analysis.facts.spawned
        )
