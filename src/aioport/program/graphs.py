"""Reads the call graphs of the project's files into calls, references and decorators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from aioport.program.definitions import Definitions
from aioport.program.edges import Edge, Edges
from aioport.program.loading import MODULE_BODY
from aioport.program.model import Call, CallKind, Reference
from aioport.program.places import Place, Places
from aioport.program.pyrefly import Report
from aioport.program.records import CallRecord, ModuleRecord
from aioport.program.targets import Targets, kind_of
from aioport.project import Project

DECORATORS = "FDT:"
"""How the report begins the key of what runs over a decorated function, before the number of the function."""


class Graphs:
    """One reading of a report; `decorators` fills up with the names of what runs over each decorated function."""

    def __init__(
        self, project: Project, report: Report, definitions: Definitions, places: Mapping[str, Places]
    ) -> None:
        self.decorators: dict[int, list[str]] = defaultdict(list)
        self._project, self._report, self._definitions, self._places = project, report, definitions, places
        self._targets = Targets(definitions)
        self._edges = Edges(self._targets)

    def calls(self, path: str, module: ModuleRecord) -> list[Call]:
        """A file's calls, explicit and implicit, in source order."""
        found: list[Call] = []
        locate, read = self._places[path].locate, self._edges.read
        for caller, decorated, entries in self._bodies(module):
            for key, raw in sorted(entries.items()):
                edge = read(bytes(raw))
                record = edge.record
                if record.Call is not None:
                    span, _, label = key.partition("|")
                    kind = kind_of(label) if label else "call"
                    place = locate(span) if kind is not None else None
                    if kind is not None and place is not None:
                        found += self._calls(path, caller, kind, place, edge)
                    if decorated is not None:
                        self.decorators[decorated] += self._names(record.Call)
                    continue
                access = record.AttributeAccess or record.Identifier
                if access is None:
                    continue
                if access.property_getters or access.property_setters:
                    place = locate(key)
                    if place is not None:
                        if access.property_getters:
                            found += self._calls(path, caller, "property", place, edge)
                        if access.property_setters:
                            found += self._calls(path, caller, "setter", place, edge)
                if decorated is not None and access.if_called is not None:
                    self.decorators[decorated] += self._names(access.if_called)
        found.sort(key=lambda call: (call.start, call.end, call.kind))
        return found

    def references(self, path: str, module: ModuleRecord) -> list[Reference]:
        """Where a file names functions without calling them, in source order."""
        data = self._project.sources[path].data
        found = []
        for caller, decorated, entries in self._bodies(module):
            for key, raw in sorted(entries.items()) if decorated is None else ():
                record = self._edges.read(bytes(raw)).record
                access = record.AttributeAccess or record.Identifier
                if access is None or access.if_called is None or not access.if_called.call_targets:
                    continue
                place = self._places[path].locate(key)
                if place is None or _is_called(data, place.end):
                    continue
                targets = self._targets.find(access.if_called.call_targets).targets
                if targets:
                    found.append(Reference(caller, path, place.start, place.end, place.line, targets))
        return sorted(found, key=lambda one: (one.start, one.end))

    def _bodies(self, module: ModuleRecord) -> Iterator[tuple[int, int | None, Mapping[str, msgspec.Raw]]]:
        """Each body that code stands in, the function whose decorators these are, and the entries."""
        home = self._definitions.home(module.module_id)
        if home is None:
            return
        for key, edges in sorted(self._report.raw_call_graphs(module).items()):
            if not edges:
                continue
            if key.startswith(DECORATORS):
                decorated = home.functions.get(f"F:{key.removeprefix(DECORATORS)}")
                if decorated is not None:
                    yield self._around(decorated, home.functions), decorated, edges
            elif key in home.functions:
                yield home.functions[key], None, edges

    def _around(self, decorated: int, ids: Mapping[str, int]) -> int:
        """The body in which a decorator runs."""
        function = self._definitions.functions[decorated]
        if function.owner is not None:
            return self._definitions.class_bodies[function.owner]
        return function.parent if function.parent is not None else ids[MODULE_BODY]

    def _names(self, record: CallRecord) -> Iterator[str]:
        for one in self._targets.find((*record.call_targets, *record.init_targets)).targets:
            yield self._definitions.functions[one].name

    def _calls(self, path: str, caller: int, kind: CallKind, place: Place, edge: Edge) -> list[Call]:
        through_super = self._project.sources[path].data.startswith(b"super(", place.start)
        found = edge.resolved(kind, through_super=through_super)
        unknown = found.unknown
        if unknown is None and kind == "call" and not found.targets and not found.is_made:
            unknown = "NoTarget"
        call = Call(
            caller=caller,
            path=path,
            kind=kind,
            start=place.start,
            end=place.end,
            line=place.line,
            column=place.column,
            targets=found.targets,
            sure=found.sure and unknown is None,
            unknown=unknown,
            constructs=found.constructs,
            callbacks=found.callbacks,
            through_super=through_super,
        )
        if kind == "enter" and edge.record.Call is not None:
            leaving = self._targets.leaving(found.targets, edge.record.Call)
            if leaving:
                return [call, Call(caller, path, "exit", *place, targets=leaving, sure=found.sure)]
        return [call]


def _is_called(data: bytes, end: int) -> bool:
    """Whether the expression that ends here is the callee of a call."""
    while data[end : end + 1] in (b" ", b"\t"):
        end += 1
    return data[end : end + 1] == b"("
