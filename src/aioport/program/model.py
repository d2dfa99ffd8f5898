"""The program as later stages see it: functions, classes, calls and references, whatever engine found them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

FunctionKind = Literal["def", "module", "class"]
CallKind = Literal["call", "property", "setter", "enter", "exit", "iter", "next", "item", "operator", "protocol"]


@dataclass(frozen=True, slots=True)
class Function:
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


@dataclass(frozen=True, slots=True)
class Class:
    """A class; `ancestors` holds the class ids of its MRO without itself and `object`; `methods` the functions of its own body."""

    id: int
    name: str
    path: str | None
    line: int
    in_project: bool
    ancestors: tuple[int, ...]
    methods: Mapping[str, int]
    fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Type:
    """What is known of an expression: the classes it may be, and whether these are all.

    classes: class names as the catalog spells them; of instances, not of the classes themselves.
    objects: names of classes that are themselves the value (`type[X]`).
    """

    text: str
    classes: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    exhaustive: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Something that runs a function: a call expression, or a construct that calls implicitly.

    caller: the function in whose body it stands.
    start, end: byte offsets of the expression in the source.
    line, column: 1-based and 0-based.
    targets: functions that may run, overriding methods included.
    sure: one function was found, and it is all that can be meant.
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


@dataclass(frozen=True, slots=True)
class Reference:
    """A function named without being called: passed, stored, returned."""

    caller: int
    path: str
    start: int
    end: int
    line: int
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Callees:
    """One line of an installed function's body and what it may run."""

    line: int
    targets: tuple[int, ...]
    sure: bool


@dataclass(frozen=True)
class Program:
    """Everything that was found.

    functions, classes: project's and those of installed packages that were reached.
    calls, references: of the project's files, sorted by (path, start).
    callees: what an installed function runs, read when asked for.
    type_at: the type of a name, an attribute's base or an argument by (path, start, end); None where not recorded.
    unresolved_modules: files that the checker could not load.
    """

    functions: tuple[Function, ...] | list[Function]
    classes: tuple[Class, ...] | list[Class]
    calls: tuple[Call, ...]
    references: tuple[Reference, ...]
    decorators: Mapping[int, tuple[str, ...]]
    callees: Callable[[int], tuple[Callees, ...]]
    type_at: Callable[[str, int, int], Type | None]
    subclasses: Mapping[int, tuple[int, ...]]
    unloaded: tuple[str, ...] = ()

    def find_method(self, class_id: int, name: str) -> int | None:
        """The function that `name` means on an instance of a class, along its MRO."""
        for candidate in (class_id, *self.classes[class_id].ancestors):
            found = self.classes[candidate].methods.get(name)
            if found is not None:
                return found
        return None
