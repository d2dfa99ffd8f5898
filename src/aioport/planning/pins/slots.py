"""Methods that the language calls where no `await` can stand: `__init__`, `__getitem__`, `__eq__`, properties."""

from __future__ import annotations

import ast
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
        if function.in_project and function.kind == "def" and function.is_property:
            yield function.id, "a property is read without a call"
    yield from find_uncalled(analysis)


def find_uncalled(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """The same without properties that are only read, since what a read gives can be awaited."""
    for function in analysis.program.functions:
        if not function.in_project or function.kind != "def" or function.owner is None:
            continue
        name = function.bare_name
        if function.is_property:
            if _is_setter(analysis, function.id):
                yield function.id, "a property is set without a call"
        elif name.startswith("__") and name.endswith("__") and name not in ASYNC_SLOTS.keys() | FREE_SLOTS:
            yield function.id, f"Python itself calls {name}, and cannot await it"


def _is_setter(analysis: Analysis, function: int) -> bool:
    node = analysis.node(function)
    return node is not None and any(
        isinstance(one, ast.Attribute) and one.attr in ("setter", "deleter") for one in node.decorator_list
    )
