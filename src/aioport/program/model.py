"""The program as later stages see it: functions, classes, calls and references, whatever engine found them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import msgspec

FunctionKind = Literal["def", "module", "class"]
CallKind = Literal[
    "call", "property", "setter", "enter", "exit", "iter", "next", "item", "operator", "protocol", "import"
]


class _Value(msgspec.Struct, frozen=True, gc=False):
    """As a frozen dataclass, and made in a twentieth of the time: a large project has a hundred thousand of them."""


class Function(_Value, frozen=True):
    """A `def`, or a module or class body, which run when they are imported or defined.

    id: its index in `Program.functions`.
    name: dotted; for what is installed, the public name that the catalog uses.
    path: the project's file by its relative path, an installed file by its absolute one, None for a stub.
    line: of its name, 1-based.
    column: of its name, 0-based, in UTF-8 bytes.
    owner: the class in whose body it stands; None outside classes.
    parent: the function in whose body it stands.
    annotation: the checker's text for what it returns.
    defined_as: where `name` is that of a stub's method on a more particular class, the name of the class that
        defines it (`io.StringIO.read` and `io.TextIOBase.read`).
    """

    id: int
    name: str
    kind: FunctionKind
    path: str | None
    line: int
    column: int
    in_project: bool
    is_async: bool = False
    owner: int | None = None
    parent: int | None = None
    is_static: bool = False
    is_classmethod: bool = False
    is_property: bool = False
    annotation: str = ""
    defined_as: str | None = None

    @property
    def bare_name(self) -> str:
        return self.name.rpartition(".")[2]


class Class(_Value, frozen=True):
    """A class.

    id: its index in `Program.classes`.
    name, path, line: as for a function.
    ancestors: the ids of its MRO without itself and `object`.
    methods: the functions of its own body.
    fields: the names of its data attributes.
    module: where it is defined, as it is imported.
    importable: its dotted name inside that module; empty for a class inside a function.
    is_protocol: whether it is one of the project's own Protocols, which the MRO does not say.
    """

    id: int
    name: str
    path: str | None
    line: int
    in_project: bool
    ancestors: tuple[int, ...]
    methods: Mapping[str, int]
    fields: frozenset[str] = frozenset()
    module: str = ""
    importable: str = ""
    is_protocol: bool = False


class Type(_Value, frozen=True):
    """What is known of an expression: the classes it may be, and whether these are all.

    classes: class names as the catalog spells them; of instances, not of the classes themselves.
    objects: names of classes that are themselves the value (`type[X]`).
    exhaustive: there is nothing in it that is not in `classes` or `objects`, but perhaps None.
    ids: of `classes`, in `Program.classes`.
    optional: it may be None.
    """

    text: str
    classes: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    exhaustive: bool = False
    ids: tuple[int, ...] = ()
    optional: bool = False


class Call(_Value, frozen=True):
    """Something that runs a function: a call expression, or a construct that calls implicitly.

    caller: the function in whose body it stands.
    start, end: byte offsets of the expression in the source.
    line, column: 1-based and 0-based.
    targets: functions that may run, overriding methods included.
    sure: one function was found, and it is all that can be meant, as far as the targets tell: see
        `Program.is_receiver_known`.
    unknown: why something else may be called as well, or instead; None where nothing else can.
    constructs: the class that is instantiated.
    callbacks: functions handed over, by the index of the argument.
    through_super: the method is looked up past the class: overrides do not count.
    """

    caller: int
    path: str
    kind: CallKind
    start: int
    end: int
    line: int
    column: int
    targets: tuple[int, ...]
    sure: bool
    unknown: str | None = None
    constructs: int | None = None
    callbacks: tuple[tuple[int, tuple[int, ...]], ...] = ()
    through_super: bool = False


class Reference(_Value, frozen=True):
    """A function named without being called: passed, stored, returned."""

    caller: int
    path: str
    start: int
    end: int
    line: int
    targets: tuple[int, ...]


class Callees(_Value, frozen=True):
    """One line of an installed function's body, what it may run, and the functions that it hands over.

    is_open: it is not known what else it runs.
    """

    line: int
    targets: tuple[int, ...]
    sure: bool
    callbacks: tuple[int, ...] = ()
    is_open: bool = False


class Counts(_Value, frozen=True):
    """How many call expressions the project has; each is either resolved or unknown."""

    calls: int
    resolved: int
    unknown: int


def _no_field_types(_class: int, _name: str) -> str:
    return ""


def _no_modules(_name: str) -> bool:
    return False


@dataclass(frozen=True)
class Program:
    """Everything that was found.

    functions, classes: the project's, and those of installed packages and stubs that were reached.
    calls: of the project's files, sorted by (path, start).
    decorators: what runs over the functions that are decorated, by public names.
    subclasses: of each class, all below it.
    unloaded: files that the checker could not load.
    callees: what an installed function runs, read when asked for.
    type_at: the type of a name, an attribute's base or an argument by (path, start, end); None where not recorded.
    receiver: the type of what a method is called on; None for other calls and where it was not recorded.
    stubbed: third-party packages of which stubs were read so far.
    field_type: the checker's text for the type of a class's own data attribute; empty for what is none.
    load: adds the functions and classes of a module by its dotted name; whether there is one that was not there before.
    """

    functions: tuple[Function, ...] | list[Function]
    classes: tuple[Class, ...] | list[Class]
    calls: tuple[Call, ...]
    decorators: Mapping[int, tuple[str, ...]]
    subclasses: Mapping[int, list[int]]
    unloaded: tuple[str, ...]
    callees: Callable[[int], tuple[Callees, ...]]
    type_at: Callable[[str, int, int], Type | None]
    receiver: Callable[[Call], Type | None]
    stubbed: Callable[[], frozenset[str]]
    _references: Callable[[], tuple[Reference, ...]]
    _references_in: Callable[[str], Iterable[Reference]] | None = None
    field_type: Callable[[int, str], str] = _no_field_types
    load: Callable[[str], bool] = _no_modules
    _typed_with: Callable[[Iterable[str]], tuple[str, ...]] | None = None

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Functions that the project names without calling them, sorted by (path, start)."""
        return self._references()

    def references_in(self, path: str) -> Iterable[Reference]:
        """Those of one file."""
        if self._references_in is not None:
            return self._references_in(path)
        return (one for one in self.references if one.path == path)

    @cached_property
    def counts(self) -> Counts:
        explicit = [call for call in self.calls if call.kind == "call"]
        unknown = sum(call.unknown is not None for call in explicit)
        return Counts(len(explicit), len(explicit) - unknown, unknown)

    def typed_with(self, names: Iterable[str]) -> tuple[str, ...]:
        """The project's files in which something may be of a class with one of some bare names, in order."""
        if self._typed_with is not None:
            return self._typed_with(names)
        return tuple(sorted({call.path for call in self.calls}))

    def is_receiver_known(self, call: Call) -> bool:
        """Whether nothing is missing from the type of what a method is called on, so that the targets are all."""
        receiver = self.receiver(call)
        return receiver is None or receiver.exhaustive

    def find_method(self, class_id: int, name: str) -> int | None:
        """The function that `name` means on an instance of a class, along its MRO."""
        for candidate in (class_id, *self.classes[class_id].ancestors):
            found = self.classes[candidate].methods.get(name)
            if found is not None:
                return found
        return None
