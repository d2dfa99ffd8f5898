"""The order in which classes of the project look up attributes, and who inherits from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from aioport.fallback.definitions import Definitions
from aioport.fallback.outside import Surroundings
from aioport.fallback.values import ClassObject, Known, Outside

ROOTS = frozenset({"builtins.object", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"})
"""Bases without methods that anybody calls."""


class Inheritance:
    """bases: what the expressions in the parentheses of a class of the project may be."""

    def __init__(
        self, definitions: Definitions, surroundings: Surroundings, bases: Callable[[int], list[Known]]
    ) -> None:
        self._definitions, self._surroundings, self._bases_of = definitions, surroundings, bases
        self._orders: dict[int, list[int]] = {}
        self._open: dict[int, bool] = {}
        self._busy: set[int] = set()
        self._subclasses: dict[int, list[int]] | None = None

    def order(self, class_id: int) -> list[int]:
        """A class and all that it inherits from, in the order of its MRO."""
        if class_id not in self._definitions.class_scopes:
            return [class_id, *self._definitions.classes[class_id].ancestors]
        if class_id not in self._orders:
            if class_id in self._busy:
                return [class_id]
            self._busy.add(class_id)
            try:
                self._orders[class_id] = self._linearize(class_id)
            finally:
                self._busy.discard(class_id)
        return self._orders[class_id]

    def is_open(self, class_id: int) -> bool:
        """Whether a class inherits from something of which not all methods are known."""
        return any(self._open.get(one, self._is_foreign(one)) for one in self.order(class_id))

    def subclasses(self) -> dict[int, list[int]]:
        """Of each class, all classes of the project below it."""
        if self._subclasses is None:
            found: dict[int, list[int]] = defaultdict(list)
            for class_id in self._definitions.class_scopes:
                for base in self.order(class_id)[1:]:
                    found[base].append(class_id)
            self._subclasses = found
        return self._subclasses

    def overriding(self, receiver: int, name: str) -> list[int]:
        """Methods that objects of the classes below one would run under a name."""
        found: dict[int, None] = {}
        for subclass in self.subclasses().get(receiver, ()):
            for candidate in self.order(subclass):
                method = self._definitions.classes[candidate].methods.get(name)
                if method is not None:
                    found[method] = None
                    break
        return list(found)

    def _is_foreign(self, class_id: int) -> bool:
        if class_id in self._definitions.class_scopes:
            return False
        return not self._surroundings.is_known(f"{self._definitions.classes[class_id].name}.__init__")

    def _linearize(self, class_id: int) -> list[int]:
        bases: list[int] = []
        is_open = False
        for known in self._bases_of(class_id):
            is_open = is_open or not known.complete
            for value in known.values:
                if isinstance(value, ClassObject):
                    bases.append(value.id)
                elif isinstance(value, Outside):
                    if value.name not in ROOTS:
                        bases.append(self._surroundings.class_(value.name))
                else:
                    is_open = True
        self._open[class_id] = is_open
        bases = list(dict.fromkeys(base for base in bases if base != class_id))
        return [class_id, *_merge([*(list(self.order(base)) for base in bases), bases])]


def _merge(orders: list[list[int]]) -> list[int]:
    """The C3 merge of Python's MRO; where there is none, the classes in the order in which they are met."""
    merged: list[int] = []
    remaining = [list(order) for order in orders if order]
    while remaining:
        good = next(
            (order[0] for order in remaining if not any(order[0] in other[1:] for other in remaining)),
            remaining[0][0],
        )
        merged.append(good)
        remaining = [kept for order in remaining if (kept := [one for one in order if one != good])]
    return merged
