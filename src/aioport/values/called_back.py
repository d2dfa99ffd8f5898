"""Functions of the project that installed packages call back: overrides of their methods, by the packages' own source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from aioport.blocking.facts import Wait
from aioport.blocking.primitives import blocks_of
from aioport.program.model import Call
from aioport.values.code import Code


class CalledBack:
    """What calls into installed packages may run of the project's, beside what they are handed."""

    def __init__(self, code: Code) -> None:
        self._code, self._program = code, code.program
        self._backs: dict[int, frozenset[int]] = {}
        self._overriding = self._find_overriding()

    def targets(self, call: Call, waits: Mapping[int, Wait]) -> tuple[int, ...]:
        """Overrides that wait and that a call may run: on the class that it is made on, or on any for a function."""
        if not self._overriding:
            return ()
        functions = self._program.functions
        outside = [
            one for one in call.targets if not functions[one].in_project and not functions[one].is_async
        ]
        found: dict[int, None] = {}
        for target in outside:
            for back in self._reached(target):
                if back in waits and self._fits(call, target, back):
                    found[back] = None
        return tuple(found)

    def _find_overriding(self) -> frozenset[int]:
        """The project's methods that override one of an installed class."""
        program = self._program
        return frozenset(
            method
            for one in program.classes
            if one.in_project
            for name, method in one.methods.items()
            if any(
                name in program.classes[base].methods
                for base in one.ancestors
                if not program.classes[base].in_project
            )
        )

    def _reached(self, start: int) -> frozenset[int]:
        """The project's functions that an installed one reaches through installed code."""
        if start not in self._backs:
            functions, catalog = self._program.functions, self._code.catalog
            found: set[int] = set()
            seen, todo = {start}, [start]
            while todo:
                function = todo.pop()
                if blocks_of(functions[function], catalog) is not None:
                    continue
                for callee in self._program.callees(function):
                    for target in callee.targets:
                        if functions[target].in_project:
                            found.add(target)
                        elif target not in seen and not functions[target].is_async:
                            seen.add(target)
                            todo.append(target)
            found.update(self._below(start))
            self._backs[start] = frozenset(found)
        return self._backs[start]

    def _below(self, method: int) -> Iterator[int]:
        """Of a stub's method, which has no body to look into: what subclasses override of its class."""
        functions, catalog = self._program.functions, self._code.catalog
        one = functions[method]
        if one.owner is None or one.path is not None or one.bare_name.startswith("__"):
            return
        names = (one.name, one.defined_as or one.name)
        if any(catalog.is_pure(name) or catalog.is_keeper(name) or catalog.is_spawn(name) for name in names):
            return
        base = self._program.classes[one.owner]
        for below in self._program.subclasses.get(one.owner, ()):
            for name, override in self._program.classes[below].methods.items():
                if override in self._overriding and name in base.methods and not name.startswith("__"):
                    yield override

    def _fits(self, call: Call, target: int, back: int) -> bool:
        """Whether an override belongs to an object of the class that a method is called on."""
        functions, classes = self._program.functions, self._program.classes
        owner = functions[back].owner
        if functions[target].owner is None or owner is None:
            return back in self._overriding
        receiver = self._program.receiver(call)
        ids = receiver.ids if receiver is not None else ()
        if call.constructs is not None:
            ids = (call.constructs,)
        if any(self._code.catalog.is_spawn(classes[base].name) for base in classes[owner].ancestors):
            return False
        return any(
            owner == one or owner in classes[one].ancestors or one in classes[owner].ancestors for one in ids
        )


def given_to_objects(code: Code, given: Mapping[int, Mapping[int, None]]) -> dict[int, dict[int, None]]:
    """Calls of other methods on objects of installed classes that were given functions, which they may call then.

    given: functions by the class of the object. Returned by the index of the call.
    """
    program = code.program
    found: dict[int, dict[int, None]] = defaultdict(dict)
    if not given:
        return found
    for index, call in enumerate(program.calls):
        if call.kind not in ("call", "exit") or call.constructs is not None:
            continue
        for target in call.targets:
            owner = program.functions[target].owner
            if owner is None or _is_known(code, target):
                continue
            line = {owner, *program.classes[owner].ancestors, *program.subclasses.get(owner, ())}
            for one in given.keys() & line:
                found[index].update(given[one])
    return found


def _is_known(code: Code, function: int) -> bool:
    """Whether the catalog says what a function does."""
    one, catalog = code.program.functions[function], code.catalog
    return any(
        catalog.is_keeper(name)
        or catalog.is_pure(name)
        or catalog.is_mutator(name)
        or catalog.is_spawn(name)
        or catalog.blocks(name) is not None
        for name in (one.name, one.defined_as or one.name)
    )
