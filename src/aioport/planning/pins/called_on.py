"""Methods that something outside the project calls on the object that it is given: `contextlib.closing` calls `close`."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.called_back import find_called_methods


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for index, name, function in find_called_methods(analysis):
        call = analysis.program.calls[index]
        yield function, f"{call.path}:{call.line}: {name} calls it"
