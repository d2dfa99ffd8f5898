"""What the bodies of installed functions run, read from the report when a chain gets there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aioport.program.definitions import Definitions
from aioport.program.model import Callees, CallKind
from aioport.program.pyrefly import Report
from aioport.program.records import CallRecord
from aioport.program.targets import Targets, kind_of


OPEN_ON_SELF = "UnexpectedDefiningClass"
"""The report's word for special methods of a method's own object."""

ON_OWN_CLASS: Mapping[CallKind, tuple[str, ...]] = {
    "enter": ("__enter__", "__exit__"),
    "item": ("__getitem__", "__setitem__"),
    "iter": ("__iter__",),
    "next": ("__next__",),
}

OPEN = frozenset({"Mixed", "UnexpectedCalleeExpression", "UnexpectedPyreflyTarget", "UnresolvedMagicDunderAttr"})
"""The report's reasons that leave anything possible; the others are about dead code and what only looks like a call."""


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
        if function not in self._definitions.origins:
            return
        module, body = self._definitions.origins[function]
        if not module.file or module.is_interface or module.failed_to_load:
            return
        for key, edge in sorted(self._report.call_graphs(module).get(body, {}).items()):
            place, _, label = key.partition("|")
            line = int(place.partition(":")[0])
            kind = kind_of(label)
            if edge.Call is not None and kind is not None:
                found = self._callees(line, edge.Call)
                if not found.targets and edge.Call.reason == OPEN_ON_SELF:
                    found = Callees(line, self._on_self(function, kind), sure=False)
                if found.targets or found.callbacks:
                    yield found
                if kind == "call" and edge.Call.reason in OPEN:
                    yield Callees(line, (), sure=False, is_open=True)
                leaving = self._targets.leaving(found.targets, edge.Call) if kind == "enter" else ()
                if leaving:
                    yield Callees(line, leaving, found.sure)
            elif edge.AttributeAccess is not None and edge.AttributeAccess.property_getters:
                yield self._callees(line, CallRecord(call_targets=edge.AttributeAccess.property_getters))

    def _on_self(self, function: int, kind: CallKind) -> tuple[int, ...]:
        """Special methods of a method's own object, which the report leaves open: by what is done with it."""
        owner = self._definitions.functions[function].owner
        found: dict[int, None] = {}
        if owner is None:
            return ()
        for name in ON_OWN_CLASS.get(kind, ()):
            line = (owner, *self._definitions.classes[owner].ancestors)
            for one in line:
                if (method := self._definitions.classes[one].methods.get(name)) is not None:
                    found[method] = None
                    break
        return tuple(found)

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
