"""Endpoints that a framework runs in a thread as long as they are no `async def`: which of the two they should be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.units import Units
from aioport.program.syntax import own_nodes

AWAITING = ast.Await | ast.AsyncFor | ast.AsyncWith | ast.Yield | ast.YieldFrom


def find_unclean(
    analysis: Analysis, asked: AbstractSet[int], colors: Colors, units: Units
) -> Iterator[tuple[int, str]]:
    """Those of some endpoints in which something would need a thread all the same, each with the reason to leave it in one."""
    for function in sorted(asked & colors.wanted.keys()):
        where = _in_thread(analysis, function, colors, units)
        if where is not None:
            what = analysis.hosted[function].entry.what
            yield function, f"it is {what}, which runs in a thread as it is, and {where} needs one"


def _in_thread(analysis: Analysis, function: int, colors: Colors, units: Units) -> str | None:
    """Where something that an async function runs is moved to a thread, or blocks the loop."""
    todo, seen = [function], {function}
    while todo:
        for index in analysis.calls_in.get(todo.pop(), ()):
            call = analysis.program.calls[index]
            decision = units.decisions.get(index)
            if decision is not None and decision.action in ("offload", "keep"):
                return f"{call.path}:{call.line}"
            new = [one for one in call.targets if one in colors.wanted and one not in seen]
            seen.update(new)
            todo += new
    return None


def find_needless(analysis: Analysis, colors: Colors, units: Units) -> Iterator[int]:
    """Endpoints that are `async def`, await nothing and would only move what they call to a thread: a `def` does that."""
    for function in analysis.hosted_async:
        node = analysis.node(function)
        if not isinstance(node, ast.AsyncFunctionDef) or analysis.calls_of.get(function):
            continue
        if any(isinstance(one, AWAITING) for one in own_nodes(node)) or _nests(node):
            continue
        calls = analysis.calls_in.get(function, ())
        moved = [one for one in calls if one in units.decisions and units.decisions[one].action == "offload"]
        awaits = any(
            index in colors.points
            or any(
                one in colors.wanted or analysis.function(one).is_async
                for one in analysis.program.calls[index].targets
            )
            for index in calls
        )
        if moved and not awaits:
            yield function


def _nests(node: ast.AsyncFunctionDef) -> bool:
    """Whether functions are defined in it, which may rely on the loop of the one around."""
    return any(
        isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for one in ast.walk(node)
        if one is not node
    )
