"""Whether going through an iterable does nothing that the iterations could notice, and gives what it gave before."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis
from aioport.program.names import dotted

PASSES_ON = {"enumerate", "zip", "sorted", "reversed", "list", "tuple", "set", "dict"}
"""Builtins that give what their arguments do."""

VIEWS = {"items", "keys", "values"}

CONTAINERS = {"builtins.list", "builtins.tuple", "builtins.dict", "builtins.set", "builtins.str", "builtins.range",
              "builtins.frozenset", "builtins.bytes"}  # fmt: skip

DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)


def why_not_plain(analysis: Analysis, path: str, node: ast.expr) -> str | None:
    """Why an iterable is not known to be a plain container; None where it is."""
    if _is_plain(analysis, path, node):
        return None
    return f"it is not known what going through `{ast.unparse(node)}` does"


def _is_plain(analysis: Analysis, path: str, node: ast.expr) -> bool:
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Constant):
        return all(not isinstance(inner, ast.Call | ast.Await | ast.NamedExpr) for inner in ast.walk(node))
    if isinstance(node, ast.Call):
        name = dotted(node.func)
        if name == "range" and _is_builtin(analysis, path, name):
            return not any(
                isinstance(inner, ast.Call) and dotted(inner.func) != "len"
                for one in node.args
                for inner in ast.walk(one)
            )
        if name in PASSES_ON and _is_builtin(analysis, path, name):
            return not node.keywords and all(_is_plain(analysis, path, one) for one in node.args)
        if isinstance(node.func, ast.Attribute) and node.func.attr in VIEWS and not node.args:
            return _is_plain(analysis, path, node.func.value)
        return False
    if isinstance(node, ast.Name | ast.Attribute):
        if isinstance(node, ast.Attribute) and not _is_left_alone(analysis, path, node):
            return False
        known = analysis.program.type_at(path, *analysis.syntax[path].span(node))
        if known is not None and known.exhaustive and known.classes and set(known.classes) <= CONTAINERS:
            return True
        return isinstance(node, ast.Name) and _is_a_display(analysis, path, node)
    return False


def _is_left_alone(analysis: Analysis, path: str, node: ast.Attribute) -> bool:
    """Whether an attribute is read from something that no rule changes."""
    base = node.value
    while isinstance(base, ast.Attribute):
        base = base.value
    known = analysis.program.type_at(path, *analysis.syntax[path].span(node.value))
    changes = known is not None and any(analysis.catalog.type(name) is not None for name in known.classes)
    return isinstance(base, ast.Name) and not changes


def _is_builtin(analysis: Analysis, path: str, name: str) -> bool:
    return name not in analysis.names(path).bound and not any(
        isinstance(one, ast.FunctionDef | ast.ClassDef) and one.name == name
        for one in ast.walk(analysis.syntax[path].tree)
    )


def _is_a_display(analysis: Analysis, path: str, node: ast.Name) -> bool:
    """Whether a name is bound just once in its file, to a container written out or made by a comprehension."""
    tree = analysis.syntax[path].tree
    values: list[ast.expr | None] = []
    for one in ast.walk(tree):
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == node.id:
                values.append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if name == node.id:
                values.append(value)
    stores = sum(
        isinstance(one, ast.Name) and one.id == node.id and isinstance(one.ctx, ast.Store)
        for one in ast.walk(tree)
    )
    parameter = any(isinstance(one, ast.arg) and one.arg == node.id for one in ast.walk(tree))
    return len(values) == stores == 1 and not parameter and isinstance(values[0], DISPLAYS)
