"""Methods of objects of unknown class that are handed to a thread: `pool.submit(source.load)`, judged by their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.candidates import find_methods, methods_meant


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    methods = find_methods(analysis.program)
    for call in analysis.program.calls:
        if call.kind != "call" or not any(
            analysis.catalog.is_spawn(analysis.function(one).name) for one in call.targets
        ):
            continue
        node = analysis.expression(call)
        if not isinstance(node, ast.Call):
            continue
        for given in (*node.args, *(one.value for one in node.keywords)):
            if isinstance(given, ast.Attribute) and not _is_known(analysis, call.path, given.value):
                where = analysis.where(call.path, given)
                for method in methods_meant(analysis.program, analysis.catalog, methods, given):
                    yield method.id, f"{where} may hand it to a thread, as `{ast.unparse(given)}`"


def _is_known(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether it is known what an object or a module is, so that the checker knows what its attribute is."""
    if isinstance(node, ast.Name) and node.id in ("self", "cls"):
        return True
    known = analysis.program.type_at(path, *analysis.syntax[path].span(node))
    is_typed = known is not None and known.exhaustive and bool(known.classes or known.objects)
    return is_typed or analysis.names(path).resolve(node) is not None
