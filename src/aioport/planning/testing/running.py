"""Calls in tests that stay sync: what becomes async is run where it is called, so that no test holds back any code."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Demand
from aioport.program.model import Call

Form = Literal["call", "manager", "iterable", "function"]


def runs_here(analysis: Analysis, call: Call, wanted: Container[int]) -> bool:
    """Whether a call stands in test code that stays sync and runs while no event loop does.

    wanted: the functions that become async.
    """
    if call.path not in analysis.test_files:
        return False
    function: int | None = call.caller
    while function is not None:
        one = analysis.function(function)
        if one.is_async or function in wanted:
            return False
        function = one.parent
    return True


def form_of(demand: Demand) -> Form:
    """What is used where something asynchronous is called, by what it asks of its place."""
    if demand == "async with":
        return "manager"
    return "iterable" if demand == "async for" else "call"
