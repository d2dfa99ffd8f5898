"""Objects of the project's own that stand in for a file or a socket where something outside the project uses one:
`json.dump(data, writer)`, `sys.stdout = writer`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.planning.callables.ground import Ground
from aioport.planning.pins.instances import Objects

TELLING = frozenset(
    {
        "read", "read1", "readinto", "readline", "readlines", "write", "writelines",
        "recv", "recv_into", "sendall", "makefile",
    }
)  # fmt: skip
"""Methods of which a file or a socket has at least one."""

METHODS = TELLING | {"close", "detach", "fileno", "flush", "seek", "send", "shutdown", "tell", "truncate"}
"""Methods that whoever is given one may call."""

KEEPING = (
    "asyncio.", "builtins.", "collections.", "contextlib.", "copy.", "dataclasses.", "functools.", "queue.",
    "threading.", "typing.", "weakref.",
)  # fmt: skip
"""What keeps any object, or passes it on, and neither reads nor writes."""


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """Methods that wait, of classes whose objects get to such a place."""
    owners = [
        one
        for one in analysis.program.classes
        if one.in_project
        and not TELLING.isdisjoint(one.methods)
        and any(one.methods.get(name) in analysis.facts.waits for name in METHODS)
    ]
    if owners:
        ground = Ground(analysis.project, analysis.program, analysis.catalog, {}, analysis.test_files)
        for owner in owners:
            slots = [method for name, method in owner.methods.items() if name in METHODS]
            where = _Files(analysis, ground, owner.id, frozenset(slots), "calls").unseen()
            if where is not None:
                yield from ((slot, where) for slot in slots)


@dataclass
class _Files(Objects):
    """The objects of one class, as far as they are followed."""

    def _is_asked(self, path: str, node: ast.expr) -> bool:
        match self._parent(path, node):
            case ast.keyword(arg="file") as given:
                call = self._parent(path, given)
                return (
                    isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"
                )
        return False

    def _matters(self, path: str, node: ast.expr) -> bool:
        parent = self._parent(path, node)
        if isinstance(parent, ast.keyword):
            parent = self._parent(path, parent)
        if not isinstance(parent, ast.Call):
            return isinstance(parent, ast.Assign | ast.AnnAssign)
        known = self.ground.call(path, parent)
        if known is None:
            return False
        function = self.analysis.function
        given = [function(one) for _, functions in known[1].callbacks for one in functions]
        outside = [one for one in map(function, known[1].targets) if not one.in_project]
        # What runs a function of the project's own elsewhere does nothing else with the object.
        return not any(one.in_project for one in given) and any(
            not one.name.startswith(KEEPING) for one in outside
        )
