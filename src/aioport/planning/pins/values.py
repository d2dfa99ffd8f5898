"""Functions that are passed, stored or returned by name: whoever gets them calls them as they are today."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.higher_order import handed_to


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    for reference in analysis.program.references:
        syntax = analysis.syntax[reference.path]
        node = syntax.at((reference.start, reference.end), ast.expr)
        if node is None or _is_harmless(node, syntax.parents.get(node)):
            continue
        if handed_to(analysis, reference.path, node) is not None:
            continue
        for target in reference.targets:
            if analysis.function(target).in_project:
                yield target, f"{reference.path}:{reference.line} passes it on by name"


def _is_harmless(node: ast.expr, parent: ast.AST | None) -> bool:
    """A callee is no reference, neither is the base of an attribute."""
    if isinstance(parent, ast.Call):
        return parent.func is node
    return isinstance(parent, ast.Attribute)
