"""Calls of values that are not followed to their end: of the functions that stay sync, those that may run there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import msgspec

from aioport.blocking.chains import follow_only
from aioport.blocking.facts import Facts
from aioport.catalog.index import Catalog
from aioport.planning.callables.model import Callables
from aioport.program.model import Program
from aioport.project import Project


def add_unfollowed(
    project: Project, program: Program, catalog: Catalog, callables: Callables, facts: Facts
) -> Program:
    """The program in which calls that are not known to wait have as targets what may run there all the same.

    That are the functions that a scan finds there and that stay sync because of where they get or what decorates them,
    and what stands in for a decorated function. What becomes async is not among the first: it is followed to each of
    its calls, or pinned.
    """
    staying = callables.pinned.keys() | callables.decorated.keys()
    pinned = {one for one in staying if one in facts.waits and one not in callables.elsewhere}
    stand_ins: defaultdict[int, list[int]] = defaultdict(list)
    waiting: defaultdict[int, set[int]] = defaultdict(set)
    for index in facts.calls:
        waiting[program.calls[index].caller].add(index)
    for one, wrapper in callables.wrappers.items():
        # One that waits only in what it wraps is sync around what does not wait.
        for decorated in wrapper.decorated if waiting[one] - wrapper.calls else ():
            stand_ins[decorated].append(one)
    if not pinned and not stand_ins:
        return program
    scanned = follow_only(project, program, catalog, pinned).calls if pinned else program.calls
    calls, is_new = list(program.calls), False
    for index, call in enumerate(program.calls):
        if call.kind == "call" and index not in facts.calls and index not in callables.sites:
            found = [one for one in scanned[index].targets if one in pinned and one not in call.targets]
            found += [one for target in call.targets for one in stand_ins.get(target, ())]
            if found:
                is_new = True
                calls[index] = msgspec.structs.replace(call, targets=(*call.targets, *found), sure=False)
    return replace(program, calls=tuple(calls)) if is_new else program
