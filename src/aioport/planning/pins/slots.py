"""Methods that the language calls where no `await` can stand: `__init__`, `__getitem__`, `__eq__`, properties."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.planning.analysis import Analysis

ASYNC_SLOTS = {
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
    "__iter__": "__aiter__",
    "__next__": "__anext__",
}
"""Protocols that exist in both colors, under two names."""

FREE_SLOTS = {"__call__", "__aenter__", "__aexit__", "__aiter__", "__anext__", "__await__"}
"""Special methods that may be `async def` under their own name."""


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for function in analysis.program.functions:
        if not function.in_project or function.kind != "def" or function.owner is None:
            continue
        name = function.bare_name
        if function.is_property:
            yield function.id, "a property is read without a call"
        elif name.startswith("__") and name.endswith("__") and name not in ASYNC_SLOTS.keys() | FREE_SLOTS:
            yield function.id, f"Python itself calls {name}, and cannot await it"
