"""Functions that are sync and whose result is awaited: a coroutine function would give what is to be awaited once more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aioport.planning.analysis import Analysis

AWAITABLE = re.compile(r"\b(?:Coroutine|Awaitable|Future|Task|Unknown|Any|object)\b|^$")
"""In the type of what a function returns, where that may be awaited. What returns anything else is not what such a call
runs, but has the same name."""


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for call in analysis.program.calls:
        targets = [one for one in map(analysis.function, call.targets) if one.in_project and not one.is_async]
        if call.kind != "call" or not any(AWAITABLE.search(one.annotation) for one in targets):
            continue
        node = analysis.expression(call)
        if node is not None and isinstance(analysis.syntax[call.path].parents.get(node), ast.Await):
            for one in targets:
                if AWAITABLE.search(one.annotation):
                    yield one.id, f"{call.path}:{call.line} awaits what it returns"
