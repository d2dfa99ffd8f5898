"""Abstract bases that only name a protocol: a class whose protocol becomes asynchronous is derived from another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.class_definitions import definition_of
from aioport.planning.consuming.annotations import ASYNC_ANNOTATIONS

_ITERABLE = ("typing.Iterable", "collections.abc.Iterable")
_ITERATOR = ("typing.Iterator", "collections.abc.Iterator")
_ENTERED = ("contextlib.AbstractContextManager", "typing.ContextManager")

PROTOCOLS: Mapping[str, tuple[str, ...]] = {
    "__iter__": (*_ITERABLE, *_ITERATOR),
    "__next__": _ITERATOR,
    "__enter__": _ENTERED,
    "__exit__": _ENTERED,
}
"""The bases that ask for a special method and have a counterpart, by either name of each."""

COUNTERPARTS: Mapping[str, str] = {
    **{name: ASYNC_ANNOTATIONS[name] for name in (*_ITERABLE, *_ITERATOR)},
    "contextlib.AbstractContextManager": "contextlib.AbstractAsyncContextManager",
    "typing.ContextManager": "typing.AsyncContextManager",
}
"""What a class is derived from instead."""

HARMLESS = frozenset(
    {"typing.Protocol", "typing.Generic", "abc.ABC", "builtins.object", "typing_extensions.Protocol"}
)
"""Bases that ask for no method."""


def find_protocol_bases(analysis: Analysis, class_id: int, slot: str) -> Iterator[tuple[ast.expr, str]]:
    """Those that a class names itself for the sake of a special method, each with its counterpart."""
    one = analysis.program.classes[class_id]
    node = definition_of(analysis, class_id)
    for base in node.bases if node is not None and one.path is not None else ():
        head = base.value if isinstance(base, ast.Subscript) else base
        name = analysis.names(str(one.path)).resolve(head)
        if name in PROTOCOLS.get(slot, ()):
            yield head, COUNTERPARTS[name]


def has_counterpart(analysis: Analysis, method: int, base: int) -> bool:
    """Whether the class of a special method, or one above that has it too, can be derived from another base instead.

    base: the class outside of the project that asks for the method.
    """
    program = analysis.program
    one, known = analysis.function(method), program.classes[base]
    if one.owner is None or known.name not in PROTOCOLS.get(one.bare_name, ()):
        return False
    line = (one.owner, *program.classes[one.owner].ancestors)
    for above in map(program.classes.__getitem__, line):
        if not above.in_project:
            is_known = above.name in COUNTERPARTS or above.name in HARMLESS
            if not is_known and base in above.ancestors:
                return False
    return any(
        one.bare_name in program.classes[above].methods
        and any(True for _ in find_protocol_bases(analysis, above, one.bare_name))
        for above in line
        if program.classes[above].in_project
    )
