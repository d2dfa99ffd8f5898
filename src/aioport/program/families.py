"""Families: methods that are called through one another's name and so must share a color."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

import msgspec

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
    for method, implementers in find_implementers(program).items():
        join([method, *implementers])
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


def find_implementers(program: Program) -> Mapping[int, tuple[int, ...]]:
    """For each method of a Protocol, the project's methods that may run in its place.

    A class is taken for an implementer when it has every method of the Protocol, inherited or its own. Special methods
    say nothing of that: what only has them is called where it is annotated.
    """
    found: dict[int, dict[int, None]] = defaultdict(dict)
    for protocol in program.classes:
        wanted = {name: method for name, method in protocol.methods.items() if not name.startswith("__")}
        if not protocol.is_protocol or not wanted:
            continue
        for one in program.classes:
            if not one.in_project or one.id == protocol.id:
                continue
            methods = {name: program.find_method(one.id, name) for name in wanted}
            if None in methods.values():
                continue
            for name, method in methods.items():
                if method is not None and program.functions[method].in_project and method != wanted[name]:
                    found[wanted[name]][method] = None
    return {method: tuple(others) for method, others in found.items()}


def with_implementers(program: Program) -> Program:
    """The program in which a call of a Protocol's method may run those that implement it."""
    implementers = find_implementers(program)
    calls, is_new = list(program.calls), False
    for index, call in enumerate(program.calls if implementers else ()):
        added = {one: None for target in call.targets for one in implementers.get(target, ())}
        added = {one: None for one in added if one not in call.targets}
        if added:
            is_new = True
            calls[index] = msgspec.structs.replace(call, targets=(*call.targets, *added), sure=False)
    return replace(program, calls=tuple(calls)) if is_new else program
