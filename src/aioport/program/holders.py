"""What holds an object although no type is written there: which of them are worth an annotation, and which one.

Only what changes an answer is looked for: what gets an object whose blocking method is called somewhere on something of an
unknown type. It is written as an annotation into the copy that the checker reads next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from aioport.program.model import Program
from aioport.project import Project

MOST_CLASSES = 6
"""A union of more classes than this says nothing that could be used."""

METHOD = re.compile(rb"\.\s*(\w+)\s*\(")
ATTRIBUTE = re.compile(rb"\.\s*(\w+)\s*(?=\.)")

ELSEWHERE = frozenset(
    {"__call__", "__init__", "__new__", "__post_init__", "__init_subclass__", "__class_getitem__"}
)
"""Special methods that nothing calls on an object that is there, or by an expression that is a call itself."""

DEEPEST = 3
"""Attributes of attributes that are looked into: `context.store.connection.commit()`."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A parameter, an attribute or a global, by its file and the byte offset at which its name ends where it begins."""

    path: str
    end: int


@dataclass(frozen=True, slots=True)
class HolderType:
    """What is held.

    classes: module and dotted name inside it, sorted.
    optional: None as well.
    open: something of an unknown type as well.
    """

    classes: tuple[tuple[str, str], ...]
    optional: bool
    open: bool


@dataclass(slots=True)
class Given:
    """What has been seen to arrive at a holder so far; classes by their ids.

    unseen: something comes by way of a function that nothing in the project is seen to call.
    """

    classes: set[int] = field(default_factory=set)
    optional: bool = False
    open: bool = False
    unseen: bool = False

    def add(self, other: Given) -> bool:
        """Whether that brought anything new."""
        before = (len(self.classes), self.optional, self.open, self.unseen)
        self.classes |= other.classes
        self.optional |= other.optional
        self.open |= other.open
        self.unseen |= other.unseen
        return before != (len(self.classes), self.optional, self.open, self.unseen)


@dataclass(frozen=True, slots=True)
class Asked:
    """Names that stand where it is unknown what is called: of methods, and of attributes on the way to them.

    methods: with those of properties that wait, for of a read it is not said whether it is known.
    """

    methods: frozenset[str]
    attributes: frozenset[str]


def is_implicit(name: str) -> bool:
    """Whether Python calls a method by itself: what does so (`store[key] = value`) is never said to be unknown."""
    return name.startswith("__") and name.endswith("__") and name not in ELSEWHERE


def find_asked(project: Project, program: Program, waits: Iterable[int] = ()) -> Asked:
    """Those of all unknown calls, with others that stand in the same expressions; and of properties among `waits`."""
    properties = (one for one in map(program.functions.__getitem__, waits) if one.in_project)
    methods = {one.bare_name.encode() for one in properties if one.is_property}
    attributes: set[bytes] = set()
    for call in program.calls:
        if call.unknown is not None and call.kind == "call":
            methods.update(METHOD.findall(project.sources[call.path].data, call.start, call.end))
            attributes.update(ATTRIBUTE.findall(project.sources[call.path].data, call.start, call.end))
    return Asked(frozenset(map(bytes.decode, methods)), frozenset(map(bytes.decode, attributes)))


def choose_types(
    program: Program,
    found: Mapping[Holder, Given],
    asked: Asked,
    matters: Callable[[int, str], bool],
    fields: Callable[[int, str], Iterable[int]],
) -> dict[Holder, HolderType]:
    """The types of those holders that are worth an annotation.

    What Python calls by itself is no reason where something else may be held as well: it would be gone through, or entered,
    as what is known is.

    matters: whether a method of this name on a class makes a difference once it is known.
    fields: the classes of what the objects of one have under a name.
    """

    @cache
    def has_some(class_id: int, implicit: bool, deep: int = 0) -> bool:
        line = (program.classes[one].methods for one in (class_id, *program.classes[class_id].ancestors))
        if any(
            matters(class_id, name)
            for own in line
            for name in own
            if name in asked.methods or (implicit and is_implicit(name))
        ):
            return True
        if deep == DEEPEST or not program.classes[class_id].in_project:
            return False
        kept = {one for name in sorted(asked.attributes) for one in fields(class_id, name)}
        return any(has_some(one, implicit, deep + 1) for one in sorted(kept - {class_id}))

    types = {
        holder: _type(given, program)
        for holder, given in found.items()
        if len(given.classes) <= MOST_CLASSES
        and any(has_some(one, not (given.open or given.unseen)) for one in given.classes)
    }
    return {holder: one for holder, one in types.items() if one.classes}


def _type(given: Given, program: Program) -> HolderType:
    classes = [program.classes[one] for one in given.classes]
    return HolderType(
        tuple(sorted((one.module, one.importable) for one in classes if one.importable)),
        given.optional,
        given.open or not all(one.importable for one in classes),
    )
