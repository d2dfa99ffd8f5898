"""Functions under a decorator that is not known to work on an `async def`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.program.names import dotted

TRANSPARENT = {"staticmethod", "classmethod", "property"}


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for function in analysis.program.functions:
        node = analysis.node(function.id) if function.in_project and function.kind == "def" else None
        if node is None or function.path is None:
            continue
        names = analysis.names(function.path)
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = names.resolve(called) or dotted(called)
            if name is None or (name not in TRANSPARENT and analysis.catalog.decorator(name) is None):
                yield function.id, f"the decorator @{ast.unparse(called)} may call it synchronously"
                break
