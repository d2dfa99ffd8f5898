"""What a dotted name means to a file: a class or function of a module of the report, through all that imports it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from aioport.program.definitions import Definitions, Home
from aioport.program.imported import bound_by_imports, package_of
from aioport.program.pyrefly import Report
from aioport.program.records import ModuleRecord

LONGEST = 8
"""Modules that hand a name on to one another, at most."""


class Meaning(NamedTuple):
    """What a call of a name runs; `constructs`: the class that it is of."""

    targets: tuple[int, ...]
    constructs: int | None = None


class Exported:
    """The names that the modules of a report offer, modules loaded and their imports read when asked for."""

    def __init__(self, report: Report, definitions: Definitions) -> None:
        self._report, self._definitions = report, definitions
        self._found: dict[str, Meaning | None] = {}
        self._imports: dict[str, Mapping[str, str]] = {}

    def meaning(self, module: str, written: str) -> Meaning | None:
        """What a call of a dotted name runs in a module; None where imports and definitions do not tell."""
        name = f"{module}.{written}"
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> Meaning | None:
        for _ in range(LONGEST):
            module, rest = self._split(name)
            if module is None or not rest:
                return None
            home = self._definitions.home(module.module_id)
            meaning = self._defined(home, rest) if home is not None else None
            if meaning is not None:
                return meaning
            first, dot, more = rest.partition(".")
            imported = self._imported(module).get(first)
            if imported is None:
                return None
            name = f"{imported}{dot}{more}"
        return None

    def _split(self, name: str) -> tuple[ModuleRecord | None, str]:
        """The innermost module that a dotted name begins with, and what follows."""
        module, rest = name, ""
        while module not in self._modules:
            module, _, last = module.rpartition(".")
            rest = f"{last}.{rest}" if rest else last
            if not module:
                return None, name
        return self._modules[module], rest

    @cached_property
    def _modules(self) -> Mapping[str, ModuleRecord]:
        """By name, the project's own before installed ones of the same name."""
        order = sorted(self._report.modules.values(), key=lambda one: one.is_internal)
        return {one.module_name: one for one in order}

    def _defined(self, home: Home, name: str) -> Meaning | None:
        for class_id in home.classes.values():
            if self._definitions.classes[class_id].importable == name:
                maker = self._maker(class_id)
                return Meaning((maker,) if maker is not None else (), class_id)
        found = None
        for identity in home.functions.values():
            one = self._definitions.functions[identity]
            if one.kind == "def" and one.owner is None and one.parent is None and one.bare_name == name:
                found = Meaning((identity,))  # The last one counts, after all overloads.
        return found

    def _maker(self, class_id: int) -> int | None:
        classes = self._definitions.classes
        every = (classes[one] for one in (class_id, *classes[class_id].ancestors))
        return next((one.methods["__init__"] for one in every if "__init__" in one.methods), None)

    def _imported(self, module: ModuleRecord) -> Mapping[str, str]:
        file = module.file
        if file is None:
            return {}
        if file not in self._imports:
            package = package_of(file, module.module_name)
            try:
                self._imports[file] = bound_by_imports(Path(file).read_bytes(), package)
            except OSError:
                self._imports[file] = {}
        return self._imports[file]
