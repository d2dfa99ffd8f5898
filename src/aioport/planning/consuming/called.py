"""What a call calls, by its public name: `builtins.any`, `itertools.chain`."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis
from aioport.program.names import dotted


def called_as(analysis: Analysis, path: str, call: ast.Call) -> str | None:
    """The name of a builtin that is not hidden where the call stands, or of what is imported; None for anything else."""
    known = analysis.names(path).resolve(call.func)
    if known is not None:
        return known
    name = dotted(call.func)
    if name is None or "." in name:
        return None
    builtin = f"builtins.{name}"
    return builtin if name not in analysis.bound_in(path) or _runs(analysis, path, call, builtin) else None


def _runs(analysis: Analysis, path: str, call: ast.Call, name: str) -> bool:
    """Whether the checker is sure that a call runs a function, or makes an object of a class, of some name."""
    index = analysis.call_at.get((path, *analysis.syntax[path].span(call)))
    if index is None:
        return False
    known = analysis.program.calls[index]
    if known.constructs is not None:
        return known.unknown is None and analysis.program.classes[known.constructs].name == name
    return known.sure and all(analysis.function(target).name == name for target in known.targets)


def is_text(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether an expression is known to be a string."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return True
    known = analysis.program.type_at(path, *analysis.syntax[path].span(node))
    return known is not None and known.exhaustive and known.classes == ("builtins.str",)
