"""Families: methods that are called through one another's name and so must share a color."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from aioport.program.model import Program

PAIRS = (("__enter__", "__exit__"), ("__iter__", "__next__"), ("__aenter__", "__aexit__"))
"""Protocols of two methods: both change their names or neither."""

CONSTRUCTION = frozenset({"__init__", "__post_init__", "__new__"})
"""Methods that are never called through one another's name, but on a class that is known: relatives may differ."""


class Disjoint:
    """Sets that are merged, never split."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}

    def find(self, item: Hashable) -> Hashable:
        while (above := self._parent.get(item, item)) != item:
            self._parent[item] = self._parent.get(above, above)
            item = above
        return item

    def join(self, items: Iterable[Hashable]) -> None:
        roots = [self.find(item) for item in items]
        for root in roots[1:]:
            self._parent[self.find(root)] = self.find(roots[0])


def find_families(
    program: Program, apart: AbstractSet[int] = frozenset(), joined: Iterable[Sequence[int]] = ()
) -> Mapping[int, tuple[int, ...]]:
    """For each of the project's methods that has relatives: all members of its family, itself included.

    apart: methods that belong to no family.
    joined: functions that are one for another reason.
    """
    sets = Disjoint()

    def join(methods: Iterable[int]) -> None:
        sets.join([method for method in methods if method not in apart])

    for one in program.classes:
        if not one.in_project:
            continue
        line = [program.classes[base] for base in one.ancestors if program.classes[base].in_project]
        for name, method in one.methods.items():
            if name in CONSTRUCTION:
                continue
            join([method, *(base.methods[name] for base in line if name in base.methods)])
        inherited: dict[str, list[int]] = defaultdict(list)
        for base in line:
            for name, method in base.methods.items():
                if name not in CONSTRUCTION:
                    inherited[name].append(method)
        for methods in inherited.values():
            join(methods)
        for first, second in PAIRS:
            pair = [program.find_method(one.id, name) for name in (first, second)]
            if None not in pair and all(
                program.functions[found].in_project for found in pair if found is not None
            ):
                join(found for found in pair if found is not None)
    for protocol in program.classes:
        if protocol.is_protocol:
            _join_implementers(protocol.id, program, join)
    for functions in joined:
        join(functions)
    members: dict[Hashable, list[int]] = defaultdict(list)
    for one in program.classes:
        if one.in_project:
            for method in one.methods.values():
                members[sets.find(method)].append(method)
    for functions in joined:
        for function in functions:
            members[sets.find(function)].append(function)
    return {
        method: tuple(sorted(set(family)))
        for family in members.values()
        if len(family) > 1
        for method in family
    }


def _join_implementers(protocol: int, program: Program, join: Callable[[Iterable[int]], None]) -> None:
    """A class is taken for an implementer when it has every method of the Protocol."""
    wanted = {
        name: method
        for name, method in program.classes[protocol].methods.items()
        if not name.startswith("__")
    }
    if not wanted:
        return
    for one in program.classes:
        if one.in_project and one.id != protocol and wanted.keys() <= one.methods.keys():
            for name, method in wanted.items():
                join([method, one.methods[name]])
