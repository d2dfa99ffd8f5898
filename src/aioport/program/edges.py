"""What the entries of call graphs say, worked out once for all that are spelled alike.

Of the 78,000 entries for Django a sixth are different: most calls are of a few functions.
"""

from __future__ import annotations

from typing import NamedTuple

from aioport.program.model import CallKind
from aioport.program.pyrefly import decode_edge
from aioport.program.records import CallRecord, EdgeRecord
from aioport.program.targets import Targets


class Resolution(NamedTuple):
    """What an entry runs; the fields are those of `Call`.

    is_made: it makes an instance of a class, whose `__init__` may be `object`'s.
    """

    targets: tuple[int, ...]
    sure: bool
    unknown: str | None
    constructs: int | None
    callbacks: tuple[tuple[int, tuple[int, ...]], ...]
    is_made: bool


class Edge:
    """One way to spell an entry, and what it runs, as far as that was asked for.

    call, access: what it is an entry for: one of them, or neither.
    """

    __slots__ = ("_found", "_targets", "access", "call")

    def __init__(self, record: EdgeRecord, targets: Targets) -> None:
        self.call, self.access = record.Call, record.AttributeAccess or record.Identifier
        self._targets = targets
        self._found: dict[tuple[CallKind, bool], Resolution] = {}

    def resolved(self, kind: CallKind, through_super: bool) -> Resolution:
        """What runs: the property for `property` and `setter`, else the call. Through `super()`, overrides do not count."""
        key = kind, through_super
        found = self._found.get(key)
        if found is None:
            record = self._called(kind)
            found = self._found[key] = _resolve(record, self._targets, overrides=not through_super)
        return found

    def _called(self, kind: CallKind) -> CallRecord:
        access = self.access
        if access is not None:
            return CallRecord(
                call_targets=access.property_setters if kind == "setter" else access.property_getters
            )
        assert self.call is not None
        return self.call


class Edges:
    """All entries of a report, by their spelling."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._known: dict[bytes, Edge] = {}

    def read(self, raw: bytes) -> Edge:
        """The entry that is spelled so."""
        edge = self._known.get(raw)
        if edge is None:
            edge = self._known[raw] = Edge(decode_edge(raw), self._targets)
        return edge


def _resolve(record: CallRecord, finder: Targets, *, overrides: bool) -> Resolution:
    targets, sure = finder.find(record.call_targets, overrides=overrides)
    constructs = None
    if record.init_targets or record.new_targets:
        constructs = finder.constructed(record)
        makers = finder.constructors(record)
        # One class has one way to be made, whether or not it defines both halves of it.
        sure = (sure or not record.call_targets) and (constructs is not None or len(makers) == 1)
        targets += makers
    callbacks = tuple(finder.callbacks(record)) if record.higher_order_parameters else ()
    return Resolution(targets, sure, record.reason, constructs, callbacks, bool(record.init_targets))
