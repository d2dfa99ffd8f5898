"""Functions that StopIteration leaves: no coroutine can raise it (PEP 479), whoever waits for it gets a RuntimeError."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.stopping import find_ends, who_catches


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for function in analysis.program.functions:
        line = find_ends(analysis, function.id)
        if line is None:
            continue
        if function.bare_name == "__next__":
            yield function.id, f"line {line} hands on the StopIteration of another iterator"
        elif (other := who_catches(analysis, function.id)) is not None:
            yield (
                function.id,
                f"line {line} may raise StopIteration, which {other} catches and no coroutine can raise",
            )
