"""What is not the project's: names as the catalog knows them, and the classes of the standard library that matter."""

from __future__ import annotations

import ast
import builtins
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from aioport.catalog.index import Catalog
from aioport.catalog.schema import Library
from aioport.fallback.values import Instance, Known, Several, Value
from aioport.program.model import Class, Function

SELF, MANY = "self", "[]"
CONSTRUCTORS = ("__init__", "__new__")


@cache
def _read_stubs() -> Mapping[str, Mapping[str, list[str]]]:
    text = files("aioport.fallback").joinpath("stdlib.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class Surroundings:
    """Functions and classes that are not the project's, made when first named.

    functions, classes: of the whole program; what is made here is appended.
    """

    def __init__(self, catalog: Catalog, functions: list[Function], classes: list[Class]) -> None:
        self._catalog, self._functions, self._classes = catalog, functions, classes
        stubs = _read_stubs()
        self._results, self._binary = stubs["results"], stubs["binary"]
        self._attributes, self._bases = stubs["attributes"], stubs["bases"]
        self._spoken = frozenset(_spoken(catalog.libraries)) | self._bases.keys()
        self._class_names = frozenset(
            name for library in catalog.libraries.values() for name in _prefixes(library)
        ) | {name.removesuffix(MANY) for names in self._results.values() for name in names}
        self._function_ids: dict[tuple[str, int | None], int] = {}
        self._class_ids: dict[str, int] = {}

    def says(self, name: str) -> bool:
        """Whether the catalog says anything of a name."""
        catalog = self._catalog
        return (
            catalog.blocks(name) is not None
            or catalog.is_pure(name)
            or catalog.is_mutator(name)
            or catalog.is_spawn(name)
            or catalog.is_keeper(name)
            or bool(catalog.rewrites(name))
            or catalog.decorator(name) is not None
            or catalog.type(name) is not None
        )

    def is_known(self, name: str) -> bool:
        """Whether it is known what a call of this name does.

        The catalog's files on the standard library say everything that waits in the modules and classes that they
        speak of, so what they do not name there does not wait. Of other libraries, only what is named is known.
        """
        return self.says(name) or (name.rpartition(".")[0] in self._spoken and not _is_missing(name))

    def is_class(self, name: str) -> bool:
        """Whether a name is a class, so that a call of it makes an object."""
        module, _, bare = name.rpartition(".")
        return (
            name in self._class_names
            or name in self._bases
            or self._catalog.type(name) is not None
            or (module == "builtins" and isinstance(getattr(builtins, bare, None), type))
        )

    def class_(self, name: str) -> int:
        """The id of a class by its public name."""
        if name not in self._class_ids:
            identity = self._class_ids[name] = len(self._classes)
            module, _, importable = name.rpartition(".")
            # The place is kept before the ancestors are made, which are classes too.
            self._classes.append(
                Class(identity, name, None, 0, False, (), {}, frozenset(), module, importable)
            )
            ancestors = tuple(self.class_(base) for base in self._bases.get(name, ()))
            self._classes[identity] = Class(
                identity, name, None, 0, False, ancestors, {}, frozenset(), module, importable
            )
        return self._class_ids[name]

    def function(self, name: str, owner: int | None = None, defined_as: str | None = None) -> int:
        """The id of a function by its public name; a method belongs to a class."""
        key = (name, owner)
        if key not in self._function_ids:
            identity = self._function_ids[key] = len(self._functions)
            self._functions.append(
                Function(identity, name, "def", None, 0, 0, False, owner=owner, defined_as=defined_as)
            )
        return self._function_ids[key]

    def method(self, class_id: int, name: str) -> tuple[int, bool]:
        """What a method's name means on an object of a class that is not the project's, and whether it is known."""
        own = self._classes[class_id].name
        for candidate in self.order(class_id):
            if self.says(f"{candidate}.{name}"):
                defined = f"{candidate}.{name}" if candidate != own else None
                return self.function(f"{own}.{name}", class_id, defined), True
        return self.function(f"{own}.{name}", class_id), self.is_known(f"{own}.{name}")

    def constructors(self, class_id: int) -> tuple[tuple[int, ...], bool]:
        """What runs when such a class is called, and whether that is known."""
        own = self._classes[class_id].name
        for candidate in self.order(class_id):
            for spelled in (*(f"{candidate}.{name}" for name in CONSTRUCTORS), candidate):
                if self._catalog.blocks(spelled) is not None:
                    return (self.function(spelled, class_id),), True
        return (self.function(f"{own}.__init__", class_id),), own in self._spoken or self.is_known(own)

    def has_method(self, class_id: int, name: str) -> bool:
        """Whether the catalog names such a method of a class or its bases."""
        return any(self.says(f"{candidate}.{name}") for candidate in self.order(class_id))

    def result(self, name: str, owner: int | None, call: ast.Call | None) -> Known:
        """What a call of a name gives."""
        for spelled in self._spellings(name, owner):
            given = self._results.get(spelled)
            if given is not None:
                binary = self._binary.get(spelled)
                if binary is not None and (is_binary := _is_binary(call)) is not False:
                    given = [*binary, *([] if is_binary else given)]
                return self._objects(given, owner, name)
        return Known(why=f"what {name} gives is not known")

    def attribute(self, name: str, owner: int | None) -> Known | None:
        """What an attribute holds; None where that is not known, so that it may be a function."""
        for spelled in self._spellings(name, owner):
            given = self._attributes.get(spelled)
            if given is not None:
                return self._objects(given, owner, name)
        return None

    def order(self, class_id: int) -> list[str]:
        """The names of a class and its bases, nearest first."""
        one = self._classes[class_id]
        return [one.name, *(self._classes[base].name for base in one.ancestors)]

    def _spellings(self, name: str, owner: int | None) -> Iterable[str]:
        yield name
        bare = name.rpartition(".")[2]
        if owner is None:
            bases = self._bases.get(name.rpartition(".")[0], ())
            yield from (f"{base}.{bare}" for base in bases)
        else:
            yield from (f"{candidate}.{bare}" for candidate in self.order(owner))

    def _objects(self, given: Iterable[str], owner: int | None, name: str) -> Known:
        own = owner if owner is not None else self.class_(name.rpartition(".")[0]) if "." in name else None
        values: list[Value] = []
        for text in given:
            bare = text.removesuffix(MANY)
            identity = own if bare == SELF and own is not None else self.class_(bare)
            values.append(Several(identity) if text.endswith(MANY) else Instance(identity))
        return Known(tuple(values), complete=True)


def _is_missing(name: str) -> bool:
    """Whether a builtin class has no such method, so that it is some other class's."""
    module, _, rest = name.partition(".")
    owner, _, method = rest.partition(".")
    known = getattr(builtins, owner, None)
    return module == "builtins" and bool(method) and known is not None and not hasattr(known, method)


def _is_binary(call: ast.Call | None) -> bool | None:
    """Whether a file's mode, among the arguments of a call, says `b`; None where that is not written out."""
    if call is None:
        return None
    named = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    for argument in named or call.args[:2]:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            if argument.value and set(argument.value) <= set("rwxabt+U"):
                return "b" in argument.value
        elif named or argument is not call.args[0]:
            return None
    return False


def _prefixes(library: Library) -> set[str]:
    """Classes and modules that a file names something of."""
    found = set()
    for name in _listed(library):
        above = name.rpartition(".")[0]
        while above and "*" not in above:
            found.add(above)
            above = above.rpartition(".")[0]
    return found


def _listed(library: Library) -> Iterable[str]:
    for blocks in library.blocks:
        yield from blocks.names
    yield from (*library.pure, *library.mutates, *library.spawns, *library.keeps)


def _spoken(libraries: Mapping[str, Library]) -> Iterable[str]:
    for identifier, library in libraries.items():
        if library.distribution is None:
            yield identifier
            yield from library.homes.values()
            yield from _prefixes(library)
