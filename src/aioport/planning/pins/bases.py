"""Methods that override one of a class outside the project, whose code calls them synchronously."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from aioport.planning.analysis import Analysis
from aioport.planning.looked_up.installed import Packages
from aioport.planning.pins.slots import ASYNC_SLOTS
from aioport.planning.protocol_bases import HARMLESS, has_counterpart

SLOT_BASES = ("typing.", "collections.abc.", "contextlib.Abstract")
"""Abstract bases that only name a protocol, and look for nothing by its name."""
PLAIN = ("builtins.", "collections.")
"""Where classes come from that look for no methods but those that they have themselves."""


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    program, packages = analysis.program, analysis.once(Packages)
    for one in program.classes:
        if not one.in_project:
            continue
        outside = [program.classes[base] for base in one.ancestors if not program.classes[base].in_project]
        mixed_in = [
            program.classes[base] for base in one.ancestors if program.classes[base].in_project and outside
        ]
        for name, method in chain(*(found.methods.items() for found in (one, *mixed_in))):
            for base in outside:
                if name not in base.methods or base.name in HARMLESS:
                    continue
                if name in ASYNC_SLOTS and has_counterpart(analysis, method, base.id):
                    continue
                yield method, f"{base.name} calls {name} itself"
                break
            else:
                if _is_called(analysis, method):
                    continue
                finders = (
                    base.name
                    for base in outside
                    if not _is_harmless(base.name) and packages.may_find(base, name)
                )
                if (finder := next(finders, None)) is not None:
                    yield method, f"{finder}, which its class is derived from, may find it by its name"


def _is_harmless(base: str) -> bool:
    return base in HARMLESS or base.startswith((*SLOT_BASES, *PLAIN))


def _is_called(analysis: Analysis, method: int) -> bool:
    """Whether anything in the project calls a method, or one of its relatives."""
    return any(analysis.calls_of.get(member) for member in analysis.family(method))
