"""What the bodies of installed functions run, read from the report when a chain gets there."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.program.definitions import Definitions
from aioport.program.model import Callees
from aioport.program.pyrefly import Report
from aioport.program.records import CallRecord
from aioport.program.targets import Targets, kind_of


class InstalledBodies:
    """Each body is read once."""

    def __init__(self, report: Report, definitions: Definitions) -> None:
        self._report, self._definitions = report, definitions
        self._targets = Targets(definitions)
        self._read: dict[int, tuple[Callees, ...]] = {}

    def callees(self, function: int) -> tuple[Callees, ...]:
        """The calls in a function's body by line; none for a stub, which has no body."""
        if function not in self._read:
            self._read[function] = tuple(sorted(self._entries(function), key=lambda one: one.line))
        return self._read[function]

    def _entries(self, function: int) -> Iterator[Callees]:
        module, body = self._definitions.origins[function]
        if not module.file or module.is_interface or module.failed_to_load:
            return
        for key, edge in sorted(self._report.call_graphs(module).get(body, {}).items()):
            place, _, label = key.partition("|")
            line = int(place.partition(":")[0])
            kind = kind_of(label)
            if edge.Call is not None and kind is not None:
                found = self._callees(line, edge.Call)
                if found.targets or found.callbacks:
                    yield found
                leaving = self._targets.leaving(found.targets, edge.Call) if kind == "enter" else ()
                if leaving:
                    yield Callees(line, leaving, found.sure)
            elif edge.AttributeAccess is not None and edge.AttributeAccess.property_getters:
                yield self._callees(line, CallRecord(call_targets=edge.AttributeAccess.property_getters))

    def _callees(self, line: int, record: CallRecord) -> Callees:
        targets, sure = self._targets.find(record.call_targets)
        if record.init_targets or record.new_targets:
            makers = self._targets.constructors(record)
            sure = not record.call_targets and (
                len(makers) == 1 or self._targets.constructed(record) is not None
            )
            targets += makers
        handed = self._targets.callbacks(record) if record.higher_order_parameters else ()
        callbacks = tuple(dict.fromkeys(one for _, functions in handed for one in functions))
        return Callees(line, targets, sure and record.reason is None, callbacks)
