"""Unknown calls of which a scan finds what they wait for: of objects that come there through variables and parameters."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from aioport.blocking.chains import follow_only
from aioport.blocking.primitives import blocks_of
from aioport.catalog.index import Catalog
from aioport.planning.testing.code import find_test_files
from aioport.program.model import Program
from aioport.project import Project
from aioport.values.code import Code

SCANNED = "a scan finds what it waits for"
"""Why a call with such a target may run something else as well."""


def with_scanned(project: Project, program: Program, catalog: Catalog) -> Program:
    """The program in which unknown calls of what waits outside of the project have what may run there as targets.

    They stay unknown and unsure: what else comes there is not known, so that they can go to a thread and become nothing
    else. Calls that run the project's own functions only are left to `callables`, which knows what becomes of them; so
    are those that a name has found a function for already, unless it is one of the tests' stand-ins. Where the name says
    nothing (`get`), methods that may run there stay sync for it.
    """
    tests, functions = find_test_files(project, program, catalog), program.functions
    unknown = {
        index
        for index, call in enumerate(program.calls)
        if call.kind == "call"
        and call.unknown is not None
        and all(functions[one].in_project and functions[one].path in tests for one in call.targets)
    }
    if not unknown:
        return program
    known, asked = len(functions), Code(project, program, catalog, list(program.calls)).unknown_methods
    names = asked & catalog.method_names
    alike = {
        one.id for one in functions if one.in_project and one.owner is not None and one.bare_name in names
    }
    scanned = follow_only(project, program, catalog, alike)
    calls = list(program.calls)
    for index in sorted(unknown):
        call = calls[index]
        outside = [one for one in scanned.calls[index].targets if not scanned.functions[one].in_project]
        own = [one for one in scanned.calls[index].targets if one < known and one not in outside]
        if any(blocks_of(scanned.functions[one], catalog) is not None for one in outside):
            targets = tuple(dict.fromkeys((*call.targets, *outside, *own)))
            calls[index] = msgspec.structs.replace(call, targets=targets, sure=False, unknown=SCANNED)
        elif not call.targets:
            methods = tuple(one for one in own if one in alike)
            if methods:
                calls[index] = msgspec.structs.replace(call, targets=methods, sure=False, unknown=SCANNED)
    return replace(program, calls=tuple(calls))
