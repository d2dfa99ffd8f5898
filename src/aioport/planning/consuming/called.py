"""What a call calls, by its public name: `builtins.any`, `itertools.chain`."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis
from aioport.program.names import dotted


def called_as(analysis: Analysis, path: str, call: ast.Call) -> str | None:
    """The name of a builtin that the file does not hide, or of what is imported; None for anything else."""
    known = analysis.names(path).resolve(call.func)
    if known is not None:
        return known
    name = dotted(call.func)
    if name is None or "." in name or name in analysis.bound_in(path):
        return None
    return f"builtins.{name}"


def is_text(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether an expression is known to be a string."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return True
    known = analysis.program.type_at(path, *analysis.syntax[path].span(node))
    return known is not None and known.exhaustive and known.classes == ("builtins.str",)
