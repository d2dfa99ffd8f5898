"""Sync functions beside which an async form stands already: the sync halves of pairs, which stay."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.pins.slots import ASYNC_SLOTS
from aioport.program.syntax import FunctionNode


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for one in analysis.program.functions:
        node = analysis.node(one.id) if one.in_project and not one.is_async and one.parent is None else None
        if node is None or one.path is None or one.bare_name.startswith("__"):
            continue
        for sibling in analysis.syntax[one.path].suite(node):
            if isinstance(sibling, ast.AsyncFunctionDef) and _is_pair(sibling.name, one.bare_name):
                if _parameters(sibling) == _parameters(node):
                    yield one.id, f"{sibling.name} is its async form"


def _is_pair(asynchronous: str, sync: str) -> bool:
    return twin_name(sync) == asynchronous or sync_name(asynchronous) == sync


def twin_name(name: str) -> str:
    """What the async form of a function is called: `fetch` -> `afetch`, `_fetch` -> `_afetch`."""
    if name in ASYNC_SLOTS:
        return ASYNC_SLOTS[name]
    bare = name.lstrip("_")
    return f"{name[: len(name) - len(bare)]}a{bare}"


def sync_name(name: str) -> str:
    """What the sync form of a function is called that leaves its name to the async one: `fetch` -> `_fetch_sync`."""
    return f"_{name.lstrip('_')}_sync"


def _parameters(node: FunctionNode) -> list[str]:
    return [one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)]
