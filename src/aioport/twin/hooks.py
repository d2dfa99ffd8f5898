"""Abstract methods that are async in the async half although nothing in the package waits in them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from aioport.planning.analysis import Analysis
from aioport.planning.pins.slots import ASYNC_SLOTS
from aioport.program.model import Class
from aioport.program.names import dotted

CALLED = frozenset({"__call__", *ASYNC_SLOTS})
"""The special methods that can be async."""


def find_hooks(
    analysis: Analysis, names: Mapping[str, str], apart: AbstractSet[int], leaves: Iterable[int]
) -> frozenset[int]:
    """The abstract methods of classes that have another name in the async half, where no method of the class waits.

    The names say that the async half has a class of its own; what it does differently can only be what others are to
    implement in it. apart: functions that have an async half already; leaves: functions that wait, by their ids.
    """
    program = analysis.program
    waiting = analysis.reaching(leaves)
    below: dict[int, list[Class]] = defaultdict(list)
    for one in program.classes:
        for base in one.ancestors:
            below[base].append(one)
    found: set[int] = set()
    for one in program.classes:
        if not one.in_project or names.get(one.name.rpartition(".")[2], one.importable) == one.importable:
            continue
        methods = {method for each in (one, *below[one.id]) for method in each.methods.values()}
        if waiting.isdisjoint(methods):
            found |= {method for method in _abstract(one, analysis) if method not in apart}
    return frozenset(found)


def _abstract(one: Class, analysis: Analysis) -> Iterator[int]:
    for name, method in one.methods.items():
        node = analysis.node(method)
        special = name.startswith("__") and name.endswith("__")
        if isinstance(node, ast.FunctionDef) and not analysis.function(method).is_property:
            written = [dotted(decorator) or "" for decorator in node.decorator_list]
            if any(text.rpartition(".")[2] == "abstractmethod" for text in written):
                if not special or name in CALLED:
                    yield method
