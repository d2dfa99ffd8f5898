"""Calls of special methods that stand in no call expression and in no report, as calls of the program: `len(x)`, `list(x)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aioport.blocking.chains import find_waiting
from aioport.blocking.facts import Wait
from aioport.catalog.index import Catalog
from aioport.planning.iterated import Iterations
from aioport.planning.pins.slots import ASYNC_SLOTS
from aioport.program.model import Program
from aioport.project import Project
from aioport.values.code import Code
from aioport.values.implicit import Implicit
from aioport.values.types import Types

MOST_ROUNDS = 8
"""What is found to wait in one round, the next one follows; as in `values.following`."""

LEFT_OUT = frozenset({"__del__", *ASYNC_SLOTS})
"""`__del__` runs when an object goes, which no place in the program says; the rest is reported, or found by `iterated`."""


def add_implicit_calls(project: Project, program: Program, catalog: Catalog) -> Program:
    """The program with the implicit calls of special methods that wait, in source order."""
    waits = find_waiting(project, program, catalog)
    calls = list(program.calls)
    code = Code(project, program, catalog, calls)
    types = Types(code)
    implicit, iterations = Implicit(code, types), Iterations(code, types)
    for _ in range(MOST_ROUNDS):
        found = [*implicit.find(_special(program, waits)), *iterations.find(waits)]
        if not found:
            break
        calls += found
        ordered = sorted(calls, key=lambda one: (one.path, one.start))
        program = replace(program, calls=tuple(ordered))
        waits = find_waiting(project, program, catalog)
    return program


def _special(program: Program, waits: Mapping[int, Wait]) -> dict[int, Wait]:
    """What waits among the project's special methods and the bodies of functions that objects of it run."""
    return {
        function: wait
        for function, wait in waits.items()
        if program.functions[function].in_project
        and program.functions[function].owner is not None
        and program.functions[function].bare_name not in LEFT_OUT
    }
