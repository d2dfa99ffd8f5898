"""Types of data attributes, and where a class is used: read from the report when asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from aioport.program.definitions import Definitions
from aioport.program.pyrefly import Report
from aioport.program.records import ModuleRecord


class _Type(msgspec.Struct, frozen=True, gc=False):
    string: str


class _Field(msgspec.Struct, frozen=True, gc=False):
    type: _Type


class _Class(msgspec.Struct, frozen=True, gc=False):
    fields: dict[str, _Field] = {}


class _Module(msgspec.Struct, frozen=True, gc=False):
    class_definitions: dict[str, _Class] = {}


class FieldTypes:
    """The checker's text for the type of a class's own data attributes."""

    def __init__(self, report: Report, definitions: Definitions) -> None:
        self._report, self._definitions = report, definitions
        self._modules: dict[int, dict[str, _Class]] = {}

    def of(self, class_id: int, name: str) -> str:
        """Empty for what is no data attribute of the class itself."""
        module, key = self._definitions.origins[self._definitions.class_bodies[class_id]]
        if module.module_id not in self._modules:
            file = self._report.folder / "definitions" / str(module.info_filename)
            self._modules[module.module_id] = msgspec.json.decode(
                file.read_bytes(), type=_Module
            ).class_definitions
        found = self._modules[module.module_id].get(key.partition(":")[2])
        field = found.fields.get(name) if found is not None else None
        return field.type.string if field is not None else ""


def find_typed(report: Report, modules: Mapping[str, ModuleRecord], names: Iterable[str]) -> tuple[str, ...]:
    """Files in which an expression may be of a class with one of some bare names: those whose types mention it.

    modules: by path. The text is searched as it is, which takes a hundredth of decoding it.
    """
    alternatives = b"|".join(re.escape(name.encode()) for name in names)
    mentioned = re.compile(rb"\.(?:" + alternatives + rb")(?!\w)")
    found = []
    for path, module in modules.items():
        data = (report.folder / "type_of_expressions" / str(module.info_filename)).read_bytes()
        if mentioned.search(data) is not None:
            found.append(path)
    return tuple(found)
