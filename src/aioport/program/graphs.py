"""Reads the call graphs of the project's files into calls, references and decorators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from aioport.program.definitions import Definitions
from aioport.program.edges import Edge, Edges
from aioport.program.loading import MODULE_BODY
from aioport.program.model import Call, CallKind, Reference
from aioport.program.places import Place, Places
from aioport.program.pyrefly import Report
from aioport.program.records import CallRecord, ModuleRecord, TargetRecord
from aioport.program.targets import Targets, kind_of
from aioport.project import Project

DECORATORS = "FDT:"
"""How the report begins the key of what runs over a decorated function, before the number of the function."""


class _Named(NamedTuple):
    """An entry for what may be a reference."""

    caller: int
    key: str
    targets: tuple[TargetRecord, ...]


class Graphs:
    """One reading of a report.

    decorators: fills up with the names of what runs over each decorated function.
    """

    def __init__(
        self, project: Project, report: Report, definitions: Definitions, places: Mapping[str, Places]
    ) -> None:
        self.decorators: dict[int, list[str]] = defaultdict(list)
        self._project, self._report, self._definitions, self._places = project, report, definitions, places
        self._targets = Targets(definitions)
        self._edges = Edges(self._targets)
        self._named: dict[str, list[_Named]] = {}

    def calls(self, path: str, module: ModuleRecord) -> list[Call]:
        """A file's calls, explicit and implicit, in no order. What `references` needs is set aside."""
        found: list[Call] = []
        named = self._named[path] = []
        data, locate, read = self._project.sources[path].data, self._places[path].locate, self._edges.read
        for caller, decorated, entries in self._bodies(module):
            for key in sorted(entries):
                edge = read(bytes(entries[key]))
                if edge.call is not None:
                    span, _, label = key.partition("|")
                    kind = kind_of(label)
                    place = locate(span) if kind is not None else None
                    if kind is not None and place is not None:
                        found.append(_call(path, caller, kind, place, edge, data))
                        if kind == "enter":
                            found += self._leaving(found[-1], place, edge)
                    if decorated is not None:
                        self.decorators[decorated] += self._names(edge.call)
                    continue
                access = edge.access
                if access is None:
                    continue
                if access.property_getters or access.property_setters:
                    place = locate(key)
                    if place is not None:
                        if access.property_getters:
                            found.append(_call(path, caller, "property", place, edge, data))
                        if access.property_setters:
                            found.append(_call(path, caller, "setter", place, edge, data))
                if access.if_called is None:
                    continue
                if decorated is not None:
                    self.decorators[decorated] += self._names(access.if_called)
                elif access.if_called.call_targets:
                    named.append(_Named(caller, key, access.if_called.call_targets))
        return found

    def references(self, path: str) -> list[Reference]:
        """Where a file whose calls were read names functions without calling them, in source order."""
        data, locate = self._project.sources[path].data, self._places[path].locate
        found = []
        for caller, key, records in self._named.get(path, ()):
            place = locate(key)
            if place is None or _is_called(data, place.end):
                continue
            targets = self._targets.find(records).targets
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
        """What a decorator runs: a class that is made there is made by its own `__init__`, and by no other class's."""
        called = self._targets.find(record.call_targets).targets
        made = self._targets.find(record.init_targets, overrides=False).targets
        for one in (*called, *made):
            yield self._definitions.functions[one].name

    def _leaving(self, entering: Call, place: Place, edge: Edge) -> Iterator[Call]:
        """The call of `__exit__` that goes with one of `__enter__`."""
        assert edge.call is not None
        targets = self._targets.leaving(entering.targets, edge.call)
        if targets:
            sure = edge.resolved("enter", entering.through_super).sure
            yield Call(entering.caller, entering.path, "exit", *place, targets=targets, sure=sure)


def _call(path: str, caller: int, kind: CallKind, place: Place, edge: Edge, data: bytes) -> Call:
    through_super = data.startswith(b"super(", place.start)
    targets, sure, unknown, constructs, callbacks, is_made = edge.resolved(kind, through_super)
    if unknown is None and kind == "call" and not targets and not is_made:
        unknown = "NoTarget"
    sure = sure and unknown is None
    return Call(caller, path, kind, *place, targets, sure, unknown, constructs, callbacks, through_super)


def _is_called(data: bytes, end: int) -> bool:
    """Whether the expression that ends here is the callee of a call."""
    while data[end : end + 1] in (b" ", b"\t"):
        end += 1
    return data[end : end + 1] == b"("
