"""Methods that something outside the project calls on the object that it is given: `contextlib.closing` calls `close`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.blocking.primitives import called_names
from aioport.planning.analysis import Analysis


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for index, name, function in find_called_methods(analysis):
        call = analysis.program.calls[index]
        yield function, f"{call.path}:{call.line}: {name} calls it"


def find_called_methods(analysis: Analysis) -> Iterator[tuple[int, str, int]]:
    """Calls that are given an object whose methods they call, by index, with what is called, and each such function."""
    known = analysis.catalog.called_methods
    classes = {one.name: one.id for one in analysis.program.classes}
    for index, call in enumerate(analysis.program.calls):
        if call.kind != "call":
            continue
        for name in called_names(call, analysis.program):
            node = analysis.expression(call) if name in known else None
            if not isinstance(node, ast.Call) or not node.args:
                continue
            given = analysis.program.type_at(call.path, *analysis.syntax[call.path].span(node.args[0]))
            for class_name in given.classes if given is not None else ():
                for method in known[name]:
                    one = classes.get(class_name)
                    found = analysis.program.find_method(one, method) if one is not None else None
                    if found is not None and analysis.function(found).in_project:
                        yield index, name, found
