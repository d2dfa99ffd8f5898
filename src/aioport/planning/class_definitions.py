"""Where the project's classes are defined."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis
from aioport.positions import line_of


def definition_of(analysis: Analysis, class_id: int) -> ast.ClassDef | None:
    """The statement that defines one of the project's classes."""
    one = analysis.program.classes[class_id]
    if not one.in_project or one.path is None:
        return None
    syntax = analysis.syntax[one.path]
    bare = one.name.rpartition(".")[2]
    for node in syntax.of_kind.get(ast.ClassDef, ()):
        if isinstance(node, ast.ClassDef) and node.name == bare:
            if line_of(syntax.source, syntax.name_offset(node)) == one.line:
                return node
    return None
