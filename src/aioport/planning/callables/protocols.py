"""Callback Protocols: classes whose `__call__` says how a function is called that is passed on."""

from __future__ import annotations

from collections.abc import Collection

from aioport.program.model import Program


def find_callback_protocols(program: Program) -> frozenset[int]:
    """The `__call__` of every Protocol of the project that has one: what is called by it is any function that is given."""
    return frozenset(
        one.methods["__call__"]
        for one in program.classes
        if one.in_project and one.is_protocol and "__call__" in one.methods
    )


def find_declared(program: Program, index: int, protocols: Collection[int]) -> tuple[int, ...]:
    """Of what a call may run, what only declares it."""
    return tuple(one for one in program.calls[index].targets if one in protocols)
