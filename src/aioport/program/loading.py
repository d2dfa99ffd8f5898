"""Turns the definitions that the report has of one module into functions and classes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from aioport.program.model import Class, Function
from aioport.program.places import Places
from aioport.program.records import ClassDefinition, Definition, DefinitionsFile, Parent
from aioport.project import Source

ASYNC_RESULTS = ("typing.Coroutine[", "typing.AsyncGenerator[", "typing.AsyncIterator[")
"""How the checker's text for the result of an `async def` begins; the report has no other mark of it."""

BEFORE_NAME = re.compile(rb"async\s+def\s+$")
PROTOCOL_BASE = re.compile(rb"\s*(\[[^\]]*\]\s*)?\(([^)]*[\s,.])?Protocol\b")
"""What follows the name of a Protocol; the report does not count Protocol among the bases."""

MODULE_BODY = "MTL"


def class_body(class_id: int) -> str:
    """The report's key for the body of a class."""
    return f"CTL:{class_id}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """One module's functions and classes, the latter without their ancestors, and their ids by the report's own."""

    functions: list[Function]
    classes: list[Class]
    function_ids: dict[str, int]
    class_ids: dict[int, int]


class ModuleLoader:
    """Reads one module.

    path: as `Function.path` has it; source and places: of the project's files only.
    spell: from the name by which something is defined to the one that it goes by.
    first_function, first_class: the ids from which on the module's own are given.
    """

    def __init__(
        self,
        module: str,
        definitions: DefinitionsFile,
        path: str | None,
        source: Source | None,
        places: Places | None,
        spell: Callable[[str], str],
        first_function: int,
        first_class: int,
    ) -> None:
        self._module, self._path, self._source, self._places, self._spell = (
            module,
            path,
            source,
            places,
            spell,
        )
        self._functions, self._classes = definitions.function_definitions, definitions.class_definitions
        self._class_ids = {
            number: first_class + index for index, number in enumerate(sorted(map(int, self._classes)))
        }
        bodies = [MODULE_BODY, *(class_body(number) for number in self._class_ids)]
        keys = [*bodies, *sorted(self._functions, key=_order)]
        self._function_ids = {key: first_function + index for index, key in enumerate(keys)}
        self._names: dict[int, str] = {}
        self._around: dict[int, int | None] = {}

    def load(self) -> Loaded:
        """Everything that the module defines; bodies come first."""
        functions = [self._body(self._module, MODULE_BODY, "1:1-1:1", "module")]
        for number in self._class_ids:
            location = self._classes[str(number)].name_location
            functions.append(self._body(self._class_name(number), class_body(number), location, "class"))
        methods: dict[int, dict[str, int]] = {number: {} for number in self._class_ids}
        keys = list(self._function_ids)[len(functions) :]
        functions += [self._function(key, self._functions[key], methods) for key in keys]
        classes = [self._class(number, methods[number]) for number in self._class_ids]
        return Loaded(functions, classes, self._function_ids, self._class_ids)

    def _body(self, name: str, key: str, location: str | None, kind: str) -> Function:
        return Function(
            id=self._function_ids[key],
            name=name,
            kind="module" if kind == "module" else "class",
            path=self._path,
            line=_line(location),
            column=0,
            in_project=self._source is not None,
        )

    def _function(self, key: str, definition: Definition, methods: dict[int, dict[str, int]]) -> Function:
        identity = self._function_ids[key]
        signatures = definition.undecorated_signatures
        annotation = signatures[0].return_annotation.string if signatures else ""
        is_async = annotation.startswith(ASYNC_RESULTS)
        line, column = _line(definition.name_location), 0
        if self._source is not None and self._places is not None and definition.name_location:
            place = self._places.locate(definition.name_location)
            if place is not None:
                line, column = place.line, place.column
                begin = place.start - column
                is_async = BEFORE_NAME.search(self._source.data, begin, place.start) is not None
        parent = definition.parent
        owner = around = None
        if isinstance(parent, Parent) and parent.Class:
            number = parent.Class["class_id"]
            owner = self._class_ids.get(number)
            around = self._around_class(number)
            if definition.is_def_statement and not (
                definition.is_property_setter and definition.name in methods[number]
            ):
                methods[number][definition.name] = identity
        elif isinstance(parent, Parent):
            around = self._function_around(parent)
        return Function(
            id=identity,
            name=self._spell(f"{self._name_around(parent)}.{definition.name}"),
            kind="def",
            path=self._path,
            line=line,
            column=column,
            in_project=self._source is not None,
            is_async=is_async,
            owner=owner,
            parent=around,
            is_static=definition.is_staticmethod,
            is_classmethod=definition.is_classmethod,
            is_property=definition.is_property_getter or definition.is_property_setter,
            annotation=annotation,
        )

    def _class(self, number: int, methods: dict[str, int]) -> Class:
        definition = self._classes[str(number)]
        name = self._class_name(number)
        is_local = self._around_class(number) is not None
        return Class(
            id=self._class_ids[number],
            name=self._spell(name),
            path=self._path,
            line=_line(definition.name_location),
            in_project=self._source is not None,
            ancestors=(),
            methods=methods,
            fields=frozenset(definition.fields),
            module=self._module,
            importable="" if is_local else name.removeprefix(f"{self._module}."),
            is_protocol=self._is_protocol(definition.name_location),
        )

    def _is_protocol(self, name_location: str | None) -> bool:
        if self._source is None or self._places is None or name_location is None:
            return False
        place = self._places.locate(name_location)
        return place is not None and PROTOCOL_BASE.match(self._source.data, place.end) is not None

    def _class_name(self, number: int) -> str:
        """The dotted name of a class, through everything that it is nested in."""
        if number not in self._names:
            definition: ClassDefinition = self._classes[str(number)]
            self._names[number] = f"{self._name_around(definition.parent)}.{definition.name}"
        return self._names[number]

    def _name_around(self, parent: Parent | str) -> str:
        if isinstance(parent, Parent) and parent.Class:
            return self._class_name(parent.Class["class_id"])
        if isinstance(parent, Parent) and parent.Function:
            outer = self._functions.get(f"F:{parent.Function['func_def_index']}")
            if outer is not None:
                return f"{self._name_around(outer.parent)}.{outer.name}"
        return self._module

    def _around_class(self, number: int) -> int | None:
        """The innermost function around a class."""
        if number not in self._around:
            self._around[number] = self._function_around(self._classes[str(number)].parent)
        return self._around[number]

    def _function_around(self, parent: Parent | str) -> int | None:
        """The innermost function around something, through classes."""
        while isinstance(parent, Parent):
            if parent.Function:
                return self._function_ids.get(f"F:{parent.Function['func_def_index']}")
            if not parent.Class:
                break
            parent = self._classes[str(parent.Class["class_id"])].parent
        return None


def _line(location: str | None) -> int:
    return int(location.partition(":")[0]) if location else 0


def _order(key: str) -> tuple[str, int, int]:
    """`F:12` and `CF:3:1` by their numbers; the report lists them in any order."""
    kind, *numbers = key.split(":")
    first, *more = (int(number) for number in numbers)
    return kind, first, more[0] if more else 0
