"""What an entry of a call graph runs: its targets as functions, with the overrides that may run instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from aioport.program.definitions import Definitions
from aioport.program.model import CallKind
from aioport.program.records import CallRecord, TargetRecord

ARTIFICIAL: dict[str, CallKind] = {
    "with-enter": "enter",
    "for-iter": "iter",
    "generator-iter": "iter",
    "for-next": "next",
    "generator-next": "next",
    "subscript-get-item": "item",
    "subscript-set-item": "item",
    "binary": "operator",
    "augmented-assign-dunder-call": "operator",
    "str-call-to-dunder-method": "protocol",
    "repr-call": "protocol",
    "iter-call": "protocol",
    "next-call": "protocol",
}
"""Keys of the report that stand for implicit calls; `comparison` looks at the wrong operand and is left out."""

NO_CONSTRUCTOR = frozenset({"builtins.object.__init__", "builtins.object.__new__"})


@cache
def kind_of(label: str) -> CallKind | None:
    """What sort of call the part of a key behind the first `|` stands for, None for what is left out."""
    if not label:
        return "call"
    return ARTIFICIAL.get(label.removeprefix("artificial-call|").rpartition(">")[2])


class Found(NamedTuple):
    """targets: functions that may run; sure: there is exactly one, and the report knows no other."""

    targets: tuple[int, ...]
    sure: bool


class Targets:
    """Resolves the report's targets."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def find(self, records: Iterable[TargetRecord], *, overrides: bool = True) -> Found:
        """The functions that targets name.

        overrides: also those of subclasses, where a method is called on an instance. The report marks as final what
        is called on a union, so its own distinction does not help.
        """
        definitions = self._definitions
        found: dict[int, None] = {}
        sure = True
        for record in records:
            target = record.target
            ref = None if isinstance(target, str) else target.Function or target.Overrides
            function = definitions.function(ref) if ref is not None else None
            if function is None:
                sure = False
                continue
            on = record.receiver_class
            if on is not None:
                function = definitions.on_receiver(function, on)
            found[function] = None
            if overrides and record.implicit_receiver and not record.implicit_dunder_call:
                method = definitions.functions[function]
                receiver = definitions.class_(on) if on is not None else method.owner
                if receiver is not None and method.owner is not None:
                    for override in definitions.overriding(receiver, method.bare_name):
                        found[override] = None
        return Found(tuple(found), sure and len(found) == 1)

    def constructors(self, record: CallRecord) -> tuple[int, ...]:
        """The `__init__` and `__new__` that a class defines itself or inherits from anything but `object`."""
        found = self.find((*record.init_targets, *record.new_targets), overrides=False).targets
        functions = self._definitions.functions
        return tuple(one for one in found if functions[one].name not in NO_CONSTRUCTOR)

    def constructed(self, record: CallRecord) -> int | None:
        """The class that a call makes an instance of, if it is one."""
        made = {
            one.receiver_class for one in (*record.init_targets, *record.new_targets) if one.receiver_class
        }
        return self._definitions.class_(made.pop()) if len(made) == 1 else None

    def callbacks(self, record: CallRecord) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Functions that are handed over, by the index of the argument."""
        for callback in sorted(record.higher_order_parameters.values(), key=lambda one: one.index):
            targets = self.find(callback.call_targets).targets
            if targets:
                yield callback.index, targets

    def leaving(self, entering: Iterable[int], record: CallRecord) -> tuple[int, ...]:
        """The `__exit__` of each `__enter__`; the report has no entry for it."""
        found: dict[int, None] = {}
        for function in entering:
            method = self._definitions.functions[function]
            name = "__aexit__" if method.bare_name == "__aenter__" else "__exit__"
            for ref in dict.fromkeys(one.receiver_class for one in record.call_targets):
                class_id = self._definitions.class_(ref) if ref is not None else method.owner
                leaving = self._method(class_id, name) if class_id is not None else None
                if leaving is not None:
                    found[self._definitions.on_receiver(leaving, ref) if ref is not None else leaving] = None
        return tuple(found)

    def _method(self, class_id: int, name: str) -> int | None:
        classes = self._definitions.classes
        for candidate in (class_id, *classes[class_id].ancestors):
            if name in classes[candidate].methods:
                return classes[candidate].methods[name]
        return None
