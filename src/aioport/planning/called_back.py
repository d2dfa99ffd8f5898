"""What others call in async functions that are left as they are: told, since no call of it is seen there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.blocking.primitives import called_names
from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.pins.called_on import find_called_methods
from aioport.planning.plan import Suggestion
from aioport.planning.units import Units
from aioport.program.syntax import own_nodes


def find_called_back(analysis: Analysis, colors: Colors, units: Units) -> Iterator[Suggestion]:
    """Waits on the event loop that something outside the project makes, and exceptions that signals raise in it."""
    if not colors.wanted:
        return
    for index, name, function in find_called_methods(analysis):
        call, wait = analysis.program.calls[index], analysis.facts.waits.get(function)
        on_loop = call.caller in colors.wanted or analysis.function(call.caller).is_async
        moved = any(
            path == call.path and low <= call.start and call.end <= high for path, (low, high) in units.moved
        )
        if wait is not None and on_loop and not moved:
            method = analysis.function(function).name
            text = f"{name} calls {method}, which waits for {wait.category} on the event loop"
            yield Suggestion(call.path, call.line, text)
    for call in analysis.program.calls:
        names = called_names(call, analysis.program) if call.callbacks else ()
        if any(analysis.catalog.is_per_thread(one) and analysis.catalog.is_keeper(one) for one in names):
            for handler in [one for _, functions in call.callbacks for one in functions]:
                node = analysis.node(handler)
                if node is not None and any(isinstance(one, ast.Raise) for one in own_nodes(node)):
                    text = (
                        f"what {analysis.function(handler).name} raises is raised in the event loop from now on, "
                        "where no clause around an await catches it"
                    )
                    yield Suggestion(call.path, call.line, text)
