"""Functions that have a signal break into what they run: its exception is raised in the event loop, and not in a task."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.blocking.primitives import called_names
from aioport.planning.analysis import Analysis


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for call in analysis.program.calls:
        names = called_names(call, analysis.program) if call.kind == "call" else ()
        for name in names:
            if analysis.catalog.is_interrupt(name) and analysis.function(call.caller).kind == "def":
                yield (
                    call.caller,
                    f"line {call.line}: what {name} raises would be raised in the event loop, and in none of its tasks",
                )
