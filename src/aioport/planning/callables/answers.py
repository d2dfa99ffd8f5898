"""Answers that hold until what they went by changes, so that a round works out only what the one before has changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

from aioport.program.model import Call

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

EVERYTHING = "everything"
"""What an answer goes by that may change with anything."""


class Asked:
    """What the answers that are being worked out have gone by so far, the innermost one last."""

    def __init__(self) -> None:
        self._open: list[set[Hashable]] = []

    def note(self, fact: Hashable) -> None:
        """The answer that is being worked out goes by this."""
        if self._open:
            self._open[-1].add(fact)

    def note_all(self, facts: Iterable[Hashable]) -> None:
        if self._open:
            self._open[-1].update(facts)

    def begin(self) -> None:
        self._open.append(set())

    def end(self) -> frozenset[Hashable]:
        """What the innermost answer went by; the one around it does as well."""
        facts = frozenset(self._open.pop())
        self.note_all(facts)
        return facts


class Answers(Generic[K, V]):
    """Answers by what was asked, each with the facts that it goes by."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._known: dict[K, tuple[V, frozenset[Hashable]]] = {}

    def of(self, question: K, find: Callable[[K], V]) -> V:
        """The answer, worked out where it is not known."""
        known = self._known.get(question)
        if known is not None:
            self._asked.note_all(known[1])
            return known[0]
        self._asked.begin()
        try:
            answer = find(question)
        finally:
            facts = self._asked.end()
        self._known[question] = answer, facts
        return answer

    def forget(self, changed: AbstractSet[Hashable]) -> None:
        """Drops answers that go by something that has changed."""
        self._known = {
            question: known for question, known in self._known.items() if changed.isdisjoint(known[1])
        }


def callers_of(function: int) -> Hashable:
    """The fact of which calls run a function; a call by itself is the fact of its index."""
    return -function - 1


def find_changed(before: tuple[Call, ...], after: tuple[Call, ...]) -> set[Hashable]:
    """The facts that differ where calls, in the same order, run something else now."""
    changed: set[Hashable] = {EVERYTHING}
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        if old is not new:
            changed.add(index)
            changed.update(callers_of(one) for one in {*old.targets} ^ {*new.targets})
    return changed
