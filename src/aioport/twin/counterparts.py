"""What of a package has its async half beside it already, by the names that the twin gives things."""

from __future__ import annotations

from collections.abc import Mapping

from aioport.planning.pins.slots import ASYNC_SLOTS
from aioport.program.model import Class, Function, Program


def mapped(name: str, names: Mapping[str, str]) -> str:
    """A dotted name as the async half has it: as a whole where the settings say so, else word by word."""
    return names.get(name) or ".".join(names.get(part, part) for part in name.split("."))


class Counterparts:
    """Looks up the async halves that a program has.

    A class has one where another class has its name in the async half, in its own module or in that module's async
    half; a method has one in that class, or in its own class under its own name in the async half.
    """

    def __init__(self, program: Program, names: Mapping[str, str]) -> None:
        self._program, self._names = program, names
        self._classes = {one.name: one for one in program.classes if one.in_project}
        self._functions = {
            one.name: one
            for one in program.functions
            if one.in_project and one.kind == "def" and one.owner is None and one.parent is None
        }

    def has(self, name: str) -> bool:
        """Whether the program has a class or a function of a dotted name."""
        return name in self._classes or name in self._functions or self._is_method(name)

    def _is_method(self, name: str) -> bool:
        owner, _, method = name.rpartition(".")
        return owner in self._classes and method in self._classes[owner].methods

    def of_class(self, one: Class) -> Class | None:
        """The async half of a class; None where there is none."""
        for name in self._candidates(one.name):
            found = self._classes.get(name)
            if found is not None and found.id != one.id:
                return found
        return None

    def of(self, function: Function) -> Function | None:
        """The async half of a function or method; None where there is none."""
        if function.owner is None:
            every = (self._functions.get(name) for name in self._candidates(function.name))
            return next((one for one in every if one is not None and one.id != function.id), None)
        owner = self._program.classes[function.owner]
        name = function.bare_name
        renamed = ASYNC_SLOTS.get(name) or self._names.get(name, name)
        half = self.of_class(owner)
        if half is not None:
            # A class that is not async in what a method does may keep the method as it is.
            found = self._method(half, renamed) or self._method(half, name)
            return found if found is not None and found.id != function.id else None
        there = self._method(owner, renamed) if renamed != name else None
        return there if there is not None and (there.is_async or name in ASYNC_SLOTS) else None

    def _method(self, owner: Class, name: str) -> Function | None:
        found = self._program.find_method(owner.id, name)
        return self._program.functions[found] if found is not None else None

    def _candidates(self, name: str) -> tuple[str, ...]:
        module, _, bare = name.rpartition(".")
        renamed = self._names.get(bare, bare)
        return tuple(dict.fromkeys((mapped(name, self._names), f"{module}.{renamed}")))
