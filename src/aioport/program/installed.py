"""What the bodies of installed functions run, read from the report when a chain gets there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from aioport.program.definitions import Definitions
from aioport.program.model import Callees, CallKind
from aioport.program.pyrefly import Report
from aioport.program.records import CallRecord, EdgeRecord
from aioport.program.targets import Targets, kind_of
from aioport.project import LINE_END

OPEN_ON_SELF = "UnexpectedDefiningClass"
"""The report's word for special methods of a method's own object."""

ON_OWN_CLASS: Mapping[CallKind, tuple[str, ...]] = {
    "enter": ("__enter__", "__exit__"),
    "item": ("__getitem__", "__setitem__"),
    "iter": ("__iter__",),
    "next": ("__next__",),
}

OPEN = frozenset(
    {"Mixed", "UnexpectedCalleeExpression", "UnexpectedPyreflyTarget", "UnresolvedMagicDunderAttr"}
)
"""The report's reasons that leave anything possible; the others are about dead code and what only looks like a call."""


METHOD_BEHIND = re.compile(rb"\s*\)*\s*\.\s*(\w+)\s*\(")
"""What follows an operator in brackets of which a method is called."""


class InstalledBodies:
    """Each body is read once."""

    def __init__(self, report: Report, definitions: Definitions) -> None:
        self._report, self._definitions = report, definitions
        self._targets = Targets(definitions)
        self._read: dict[int, tuple[Callees, ...]] = {}
        self._lines: dict[str, list[bytes]] = {}

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
        entries = self._report.call_graphs(module).get(body, {})
        for key, edge in sorted(entries.items()):
            place, _, label = key.partition("|")
            line = int(place.partition(":")[0])
            kind = kind_of(label)
            if edge.Call is not None and kind is not None:
                through_super = kind == "call" and self._is_on_super(function, module.file, key, edge.Call)
                found = self._callees(line, edge.Call, overrides=not through_super)
                if not found.targets and edge.Call.reason == OPEN_ON_SELF:
                    found = Callees(line, self._on_self(function, kind), sure=False)
                if found.targets or found.callbacks:
                    yield found
                if kind == "call" and edge.Call.reason in OPEN:
                    known = self._on_operator(module.file, key, entries)
                    yield Callees(line, known, sure=False, is_open=not known)
                leaving = self._targets.leaving(found.targets, edge.Call) if kind == "enter" else ()
                if leaving:
                    yield Callees(line, leaving, found.sure)
            elif edge.AttributeAccess is not None and edge.AttributeAccess.property_getters:
                yield self._callees(line, CallRecord(call_targets=edge.AttributeAccess.property_getters))

    def _is_on_super(self, function: int, file: str, key: str, record: CallRecord) -> bool:
        """Whether a call is one of `super().method()` in a method of that name: no subclass's method runs there."""
        functions = self._definitions.functions
        name = functions[function].bare_name
        if not any(
            functions[one].bare_name == name for one in self._targets.find(record.call_targets).targets
        ):
            return False
        first, begin, _, _ = _place(key)
        return self._line(file, first).startswith(b"super(", begin - 1)

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

    def _on_operator(self, file: str, key: str, entries: Mapping[str, EdgeRecord]) -> tuple[int, ...]:
        """A method of what an operator returns: `(folder / name).read_text()`, where the operand is of an unknown type."""
        first, begin, last, end = _place(key)
        found: dict[int, None] = {}
        for other, edge in entries.items():
            if edge.Call is None or not other.endswith("|binary"):
                continue
            start = _place(other)
            if first == last == start[0] == start[2] and begin <= start[1] and start[3] < end:
                method = METHOD_BEHIND.match(self._line(file, first), start[3] - 1)
                if method is not None and method.end() < end:
                    found.update(dict.fromkeys(self._of_result(edge.Call, method[1].decode())))
        return tuple(found)

    def _of_result(self, record: CallRecord, name: str) -> Iterator[int]:
        """The method of a class whose operator returns an object of the class itself."""
        definitions = self._definitions
        for one in record.call_targets:
            ref = one.target.Function or one.target.Overrides if not isinstance(one.target, str) else None
            function = definitions.function(ref) if ref is not None else None
            receiver = definitions.class_(one.receiver_class) if one.receiver_class is not None else None
            owner = definitions.functions[function].owner if function is not None else None
            if function is None or receiver is None or owner is None or one.receiver_class is None:
                continue
            if definitions.functions[function].annotation.split("[")[0] != definitions.classes[owner].name:
                continue
            for base in (receiver, *definitions.classes[receiver].ancestors):
                if (method := definitions.classes[base].methods.get(name)) is not None:
                    yield definitions.on_receiver(method, one.receiver_class)
                    break

    def _line(self, file: str, number: int) -> bytes:
        """A line of an installed file, from 1; nothing where it cannot be read."""
        if file not in self._lines:
            try:
                self._lines[file] = LINE_END.split(Path(file).read_bytes())
            except OSError:
                self._lines[file] = []
        lines = self._lines[file]
        return lines[number - 1] if number <= len(lines) else b""

    def _callees(self, line: int, record: CallRecord, *, overrides: bool = True) -> Callees:
        targets, sure = self._targets.find(record.call_targets, overrides=overrides)
        if record.init_targets or record.new_targets:
            makers = self._targets.constructors(record)
            sure = not record.call_targets and (
                len(makers) == 1 or self._targets.constructed(record) is not None
            )
            targets += makers
        handed = self._targets.callbacks(record) if record.higher_order_parameters else ()
        callbacks = tuple(dict.fromkeys(one for _, functions in handed for one in functions))
        return Callees(line, targets, sure and record.reason is None, callbacks)


def _place(key: str) -> tuple[int, int, int, int]:
    """Line, column, end line and end column of a key, from 1."""
    first, begin, last, end = key.partition("|")[0].replace("-", ":").split(":")
    return int(first), int(begin), int(last), int(end)
