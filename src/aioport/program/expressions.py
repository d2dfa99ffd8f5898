"""Types of expressions by their place, read from the report a file at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from aioport.positions import Span
from aioport.program.definitions import Definitions
from aioport.program.model import Call, Type
from aioport.program.places import Places
from aioport.program.pyrefly import Report
from aioport.program.records import ModuleRecord, TypeRecord
from aioport.project import Project

METHOD = re.compile(rb"\s*\.\s*(\w+)\s*\(")
"""What follows the receiver in the text of a method's call."""

KEPT_FILES = 500
"""Files whose types are kept: all of an ordinary project's, a twentieth of the largest."""

UNKNOWN = re.compile(r"(?:^|\| )(?:Unknown|typing\.Any)(?:$| \|)")
"""A type, or a member of a union, of which nothing is known."""

NONE = re.compile(r"(?:^|\| )None(?:$| \|)")


class Types:
    """The report has types of names, of the bases of attributes, and of arguments."""

    def __init__(
        self,
        project: Project,
        report: Report,
        definitions: Definitions,
        places: Mapping[str, Places],
    ) -> None:
        self._project, self._report, self._definitions, self._places = project, report, definitions, places
        self._modules: dict[str, ModuleRecord] = dict(definitions.project_modules())
        self._table = lru_cache(KEPT_FILES)(self._read_table)
        self._ends_at = lru_cache(KEPT_FILES)(self._sort_ends)

    def at(self, path: str, start: int, end: int) -> Type | None:
        """The type of the expression with exactly this range, if it was recorded."""
        record = self._table(path).get((start, end))
        return self._convert(record) if record is not None else None

    def receiver(self, call: Call) -> Type | None:
        """The type of what a method is called on; None for other calls, and where no type was recorded."""
        if call.kind != "call" or call.through_super:
            return None
        names = {
            self._definitions.functions[target].bare_name.encode()
            for target in call.targets
            if self._definitions.functions[target].owner is not None
        }
        if not names:
            return None
        data, table = self._project.sources[call.path].data, self._table(call.path)
        for end in sorted(self._ends_at(call.path).get(call.start, ()), reverse=True):
            method = METHOD.match(data, end, call.end)
            if method is not None and method[1] in names:
                return self._convert(table[call.start, end])
        return None

    def _sort_ends(self, path: str) -> dict[int, list[int]]:
        ends: dict[int, list[int]] = defaultdict(list)
        for start, end in self._table(path):
            ends[start].append(end)
        return ends

    def _read_table(self, path: str) -> dict[Span, TypeRecord]:
        module = self._modules.get(path)
        tables = self._report.types(module).values() if module is not None else ()
        locate = self._places[path].locate
        return {
            place[:2]: table.type_table[index]
            for table in tables
            for key, index in table.locations.items()
            if (place := locate(key)) is not None
        }

    def _convert(self, record: TypeRecord) -> Type:
        is_known = UNKNOWN.search(record.string) is None
        if record.class_names is None:
            return Type(record.string, exhaustive=is_known, optional=NONE.search(record.string) is not None)
        instances: list[int] = []
        objects: list[int] = []
        optional = bool(NONE.search(record.string))
        for one in record.class_names.classes:
            found = self._definitions.class_(one.class_)
            if found is not None:
                (objects if "Type" in one.modifiers else instances).append(found)
        classes = self._definitions.classes
        return Type(
            text=record.string,
            classes=tuple(classes[one].name for one in instances),
            objects=tuple(classes[one].name for one in objects),
            exhaustive=record.class_names.is_exhaustive or is_known,
            ids=tuple(instances),
            optional=optional,
        )
