"""Methods that a console script or a plugin's loader calls: on their class, where no function can stand in for them."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.entries import find_script_functions


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for function in find_script_functions(analysis):
        if analysis.function(function).owner is not None:
            yield function, "an entry point names it, and what loads that calls it"
