"""Calls into installed packages that cannot be followed to their end: something on the way is unknown."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import NamedTuple

from aioport.blocking.facts import Wait
from aioport.blocking.primitives import blocks_of
from aioport.catalog.index import Catalog
from aioport.program.model import Program


class OpenEnd(NamedTuple):
    """Where it is not known what is called: the line of an installed function."""

    function: int
    line: int


def find_open_ends(
    program: Program, catalog: Catalog, edges: Mapping[int, tuple[int, ...]], waits: Mapping[int, Wait]
) -> dict[int, OpenEnd]:
    """The nearest open end below each installed function that the project calls, if nothing else is known of it."""
    functions = program.functions
    todo = list(
        dict.fromkeys(
            target for targets in edges.values() for target in targets if not functions[target].in_project
        )
    )
    seen = set(todo)
    callers: dict[int, list[int]] = defaultdict(list)
    found: dict[int, OpenEnd] = {}
    for function in todo:
        name = functions[function].name
        if function in waits or catalog.is_pure(name) or blocks_of(functions[function], catalog) is not None:
            continue
        for callee in program.callees(function):
            if callee.is_open:
                found.setdefault(function, OpenEnd(function, callee.line))
            for target in callee.targets:
                callers[target].append(function)
                if target not in seen and not functions[target].in_project and not functions[target].is_async:
                    seen.add(target)
                    todo.append(target)
    queue = deque(found)
    while queue:
        function = queue.popleft()
        for caller in callers.get(function, ()):
            if caller not in found:
                found[caller] = found[function]
                queue.append(caller)
    return found
