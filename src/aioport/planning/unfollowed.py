"""Calls of values that are not followed to their end: of the functions that stay sync, those that may run there."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from aioport.blocking.chains import find_all_blocking
from aioport.blocking.facts import Facts
from aioport.catalog.index import Catalog
from aioport.planning.callables.model import Callables
from aioport.program.model import Program
from aioport.project import Project


def add_unfollowed(
    project: Project, program: Program, catalog: Catalog, callables: Callables, facts: Facts
) -> Program:
    """The program in which calls that are not known to wait have the pinned functions as targets that a scan finds there.

    What becomes async is not among these: it is followed to each of its calls, or pinned.
    """
    pinned = {one for one in callables.pinned if one in facts.waits}
    if not pinned:
        return program
    scanned, _ = find_all_blocking(project, program, catalog)
    calls, is_new = list(program.calls), False
    for index, call in enumerate(program.calls):
        if call.kind == "call" and index not in facts.calls and index not in callables.sites:
            found = [one for one in scanned.calls[index].targets if one in pinned and one not in call.targets]
            if found:
                is_new = True
                calls[index] = msgspec.structs.replace(call, targets=(*call.targets, *found), sure=False)
    return replace(program, calls=tuple(calls)) if is_new else program
