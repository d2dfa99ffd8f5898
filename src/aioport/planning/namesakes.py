"""Unknown calls on the event loop that may be of the project's own methods that wait, by their names: told, not converted."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.candidates import find_methods, fitting
from aioport.planning.colors import Colors
from aioport.planning.plan import Suggestion
from aioport.planning.units import Units

EVERYDAY = frozenset(
    name for kind in (str, bytes, list, tuple, dict, set, int, float) for name in dir(kind) if name[0] != "_"
)
"""Methods that objects of the language have, which an unknown one most often is."""

MOST_NAMED = 3
"""A longer list of what may run says nothing."""


def find_namesakes(analysis: Analysis, colors: Colors, units: Units) -> Iterator[Suggestion]:
    """Calls of which nothing is known but a name, in what runs on the event loop, where that name is one of what waits."""
    if not colors.wanted:
        return
    waits, methods, fits = analysis.facts.waits, find_methods(analysis.program), fitting(analysis.project)
    for index, call in enumerate(analysis.program.calls):
        if call.kind != "call" or call.unknown is None or call.targets or index in analysis.facts.spawned:
            continue
        if call.caller not in colors.wanted and not analysis.function(call.caller).is_async:
            continue
        node = analysis.expression(call)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in EVERYDAY or any(
            path == call.path and low <= call.start and call.end <= high for path, (low, high) in units.moved
        ):
            continue
        found = [
            one
            for one in methods.get(node.func.attr, ())
            if one.id in waits and not analysis.in_tests(one.id) and fits(one, node)
        ]
        if not found:
            continue
        named = " or ".join(one.name for one in found[:MOST_NAMED])
        more = f" or one of {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        then = "would have to be awaited" if found[0].id in colors.wanted else "would block the event loop"
        text = (
            f"`{ast.unparse(node.func)[:60]}` may be {named}{more}, which waits for "
            f"{waits[found[0].id].category} and {then}: what type its object has is not known"
        )
        yield Suggestion(call.path, call.line, text)
