"""Reads the call graphs of the project's files into calls, references and decorators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from aioport.program.definitions import Definitions
from aioport.program.loading import MODULE_BODY
from aioport.program.model import Call, CallKind, Reference
from aioport.program.places import Place, Places
from aioport.program.pyrefly import Report
from aioport.program.records import CallRecord, EdgeRecord, ModuleRecord
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

    def calls(self, path: str, module: ModuleRecord) -> list[Call]:
        """A file's calls, explicit and implicit, in source order."""
        found: list[Call] = []
        locate = self._places[path].locate
        for caller, decorated, edges in self._bodies(module):
            for key, edge in sorted(edges.items()):
                record = edge.Call
                if record is not None:
                    span, _, label = key.partition("|")
                    kind = kind_of(label) if label else "call"
                    place = locate(span) if kind is not None else None
                    if kind is not None and place is not None:
                        found += self._read(path, caller, kind, place, record)
                    if decorated is not None:
                        self.decorators[decorated] += self._names(record)
                    continue
                access = edge.AttributeAccess or edge.Identifier
                if access is None:
                    continue
                if access.property_getters or access.property_setters:
                    place = locate(key)
                    if place is not None:
                        getting = CallRecord(call_targets=access.property_getters)
                        setting = CallRecord(call_targets=access.property_setters)
                        if access.property_getters:
                            found += self._read(path, caller, "property", place, getting)
                        if access.property_setters:
                            found += self._read(path, caller, "setter", place, setting)
                if decorated is not None and access.if_called is not None:
                    self.decorators[decorated] += self._names(access.if_called)
        found.sort(key=lambda call: (call.start, call.end, call.kind))
        return found

    def references(self, path: str, module: ModuleRecord) -> list[Reference]:
        """Where a file names functions without calling them, in source order."""
        data = self._project.sources[path].data
        found = []
        for caller, decorated, edges in self._bodies(module):
            for key, edge in sorted(edges.items()) if decorated is None else ():
                access = edge.AttributeAccess or edge.Identifier
                if access is None or access.if_called is None or not access.if_called.call_targets:
                    continue
                place = self._places[path].locate(key)
                if place is None or _is_called(data, place.end):
                    continue
                targets = self._targets.find(access.if_called.call_targets).targets
                if targets:
                    found.append(Reference(caller, path, place.start, place.end, place.line, targets))
        return sorted(found, key=lambda one: (one.start, one.end))

    def _bodies(self, module: ModuleRecord) -> Iterator[tuple[int, int | None, dict[str, EdgeRecord]]]:
        """Each body that code stands in, the function whose decorators these are, and the entries."""
        home = self._definitions.home(module.module_id)
        if home is None:
            return
        for key, edges in sorted(self._report.call_graphs(module).items()):
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

    def _read(self, path: str, caller: int, kind: CallKind, place: Place, record: CallRecord) -> list[Call]:
        through_super = self._project.sources[path].data.startswith(b"super(", place.start)
        targets, sure = (
            self._targets.find(record.call_targets, overrides=not through_super)
            if record.call_targets
            else ((), False)
        )
        constructs = None
        if record.init_targets or record.new_targets:
            constructs = self._targets.constructed(record)
            makers = self._targets.constructors(record)
            # One class has one way to be made, whether or not it defines both halves of it.
            sure = (sure or not record.call_targets) and (constructs is not None or len(makers) == 1)
            targets += makers
        unknown = record.reason if record.unresolved is not None else None
        if unknown is None and kind == "call" and not targets and not record.init_targets:
            unknown = "NoTarget"
        call = Call(
            caller=caller,
            path=path,
            kind=kind,
            start=place.start,
            end=place.end,
            line=place.line,
            column=place.column,
            targets=targets,
            sure=sure and unknown is None,
            unknown=unknown,
            constructs=constructs,
            callbacks=tuple(self._targets.callbacks(record)) if record.higher_order_parameters else (),
            through_super=through_super,
        )
        leaving = self._targets.leaving(targets, record) if kind == "enter" else ()
        if leaving:
            return [call, Call(caller, path, "exit", *place, targets=leaving, sure=sure)]
        return [call]


def _is_called(data: bytes, end: int) -> bool:
    """Whether the expression that ends here is the callee of a call."""
    while data[end : end + 1] in (b" ", b"\t"):
        end += 1
    return data[end : end + 1] == b"("
