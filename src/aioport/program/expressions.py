"""Types of expressions by their place, read from the report a file at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from aioport.positions import Span, line_of
from aioport.program.definitions import Definitions
from aioport.program.model import Call, Type
from aioport.program.places import Places
from aioport.program.pyrefly import Report
from aioport.program.records import ModuleRecord, TypeRecord, TypeTable
from aioport.project import Project

METHOD = re.compile(rb"\s*\.\s*(\w+)\s*\(")
"""What follows the receiver in the text of a method's call."""

KEPT_FILES = 500
"""Files whose types are kept: all of an ordinary project's, a twentieth of the largest."""

UNKNOWN = re.compile(r"(?:^|\| )(?:Unknown|typing\.Any)(?:$| \|)")
"""A type, or a member of a union, of which nothing is known."""

NONE = re.compile(r"(?:^|\| )None(?:$| \|)")


class _Table:
    """The types of one file by line, on which most are never asked for: places are worked out for a line at a time.

    converted: by the `id` of the record, which many places share.
    found: by range, as far as it was asked for.
    """

    def __init__(self, tables: Iterable[TypeTable], places: Places) -> None:
        self._places = places
        self._keys: dict[str, list[tuple[str, TypeRecord]]] = defaultdict(list)
        self._lines: dict[int, dict[Span, TypeRecord]] = {}
        self.converted: dict[int, Type] = {}
        self.found: dict[Span, Type | None] = {}
        for table in tables:
            for key, index in table.locations.items():
                self._keys[key.partition(":")[0]].append((key, table.type_table[index]))

    def beginning_on(self, line: int) -> Mapping[Span, TypeRecord]:
        """The types of what begins on a line, by range."""
        if line not in self._lines:
            located = ((self._places.locate(key), record) for key, record in self._keys.get(str(line), ()))
            self._lines[line] = {place[:2]: record for place, record in located if place is not None}
        return self._lines[line]


class Types:
    """The report has types of names, of the bases of attributes, and of arguments."""

    def __init__(
        self,
        project: Project,
        report: Report,
        definitions: Definitions,
        places: Mapping[str, Places],
        kept: int | None = KEPT_FILES,
    ) -> None:
        """kept: how many files' types are kept; None for all, where every stage asks for most of them."""
        self._project, self._report, self._definitions, self._places = project, report, definitions, places
        self._modules: dict[str, ModuleRecord] = dict(definitions.project_modules())
        self._table = lru_cache(kept)(self._read_table)

    def at(self, path: str, start: int, end: int) -> Type | None:
        """The type of the expression with exactly this range, if it was recorded."""
        table, span = self._table(path), (start, end)
        if span not in table.found:
            table.found[span] = self._find(table, path, span)
        return table.found[span]

    def _find(self, table: _Table, path: str, span: Span) -> Type | None:
        line = line_of(self._project.sources[path], span[0])
        record = table.beginning_on(line).get(span)
        if record is None:
            return None
        found = table.converted.get(id(record))
        if found is None:
            found = table.converted[id(record)] = self._convert(record)
        return found

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
        data = self._project.sources[call.path].data
        found = self._table(call.path).beginning_on(call.line)
        for end in sorted((end for start, end in found if start == call.start), reverse=True):
            method = METHOD.match(data, end, call.end)
            if method is not None and method[1] in names:
                return self._convert(found[call.start, end])
        return None

    def _read_table(self, path: str) -> _Table:
        module = self._modules.get(path)
        tables = self._report.types(module).values() if module is not None else ()
        return _Table(tables, self._places[path])

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
