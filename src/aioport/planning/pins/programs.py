"""Functions that a program in a string calls: what tests hand to `python -c`, and nobody converts."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.testing.programs import find_programs, is_run


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """Functions that such a program names, and the special methods of what it names or makes, but for those that it calls
    where the call can be made to wait."""
    functions = [one for one in analysis.program.functions if one.in_project and one.kind == "def"]
    for written in find_programs(analysis):
        for one in functions:
            owner = one.name.split(".")[-2] if one.owner is not None else None
            if one.path == written.path or not written.names(one.bare_name, owner):
                continue
            is_iterated = one.id in analysis.generators or one.is_property
            if is_iterated or not is_run(written, one.bare_name, owner):
                yield one.id, f"{written.where}: a program in a string may call it"
