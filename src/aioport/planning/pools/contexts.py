"""Where a pool, a future, or a collection of futures may stand so that its counterpart does as well there."""

from __future__ import annotations

import ast

from aioport.planning.pools.shape import Shape
from aioport.planning.pools.shapes import ADDING, COPYING, DICTS, EXTENDING, Shapes
from aioport.program.syntax import Syntax

COLLECTION_METHODS = frozenset(
    {
        *(
            *ADDING,
            *EXTENDING,
            "clear",
            "copy",
            "count",
            "discard",
            "get",
            "index",
            "insert",
            "items",
            "keys",
        ),
        *("pop", "popitem", "popleft", "remove", "reverse", "setdefault", "values"),
    }
)

ASKING = frozenset({"len", "bool", "enumerate", "zip", "next", "any", "all"})
"""Builtins that may be given a collection of futures, besides those that copy one."""

SETTING: frozenset[str | None] = frozenset({"start", "strict", "reverse", "maxlen"})
"""Keyword arguments of these, and of what copies, that say how and call nothing."""


def why_not(syntax: Syntax, shapes: Shapes, node: ast.expr, shape: Shape) -> str | None:
    """What is done with an expression that its counterpart may not bear, as the end of a sentence; None where nothing is."""
    parent = syntax.parents[node]
    lost = f"does something else with `{ast.unparse(node)[:40]}`"
    if isinstance(parent, ast.Call) and parent.func is node:
        return lost
    if shape.kind == "mixed":
        return f"has in `{ast.unparse(node)[:40]}` something else as well"
    match parent:
        case ast.Assign() | ast.AnnAssign() | ast.NamedExpr() | ast.AugAssign() | ast.Expr():
            return None
        case ast.withitem():
            return None if shape.kind == "pool" else lost
        case ast.Attribute(attr=name):
            return None if _has(syntax, parent, shape, name) else f"uses `{ast.unparse(parent)[:40]}`"
        case ast.Starred():
            around = syntax.parents[parent]
            is_kept = isinstance(around, ast.List | ast.Tuple | ast.Set)
            return None if shape.kind == "lazy" or (is_kept and shape.kind != "pool") else lost
        case ast.YieldFrom():
            return None if shape.kind == "lazy" else lost
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return None if shape.kind != "pool" else lost
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return None if shape.kind != "pool" else lost
        case ast.For(iter=through) | ast.comprehension(iter=through):
            is_many = shape.kind in ("each", "pairs", "lazy", "tuple", "sets")
            return None if through is not node or is_many else lost
        case ast.Subscript() | ast.Compare():
            return None if shape.kind not in ("pool", "lazy") else lost
        case ast.IfExp() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.If() | ast.While():
            return None if shape.kind != "lazy" or isinstance(parent, ast.IfExp) else lost
        case ast.BinOp():
            return None if shape.kind == "each" else lost
        case ast.Call():
            return None if _takes(shapes, parent, node, shape) else lost
        case ast.keyword():
            call = syntax.parents[parent]
            is_asked = isinstance(call, ast.Call) and shapes.called(call) in shapes.catalog.pool_functions
            return lost if is_asked or shape.kind != "lazy" else None
    return lost


def _has(syntax: Syntax, attribute: ast.Attribute, shape: Shape, name: str) -> bool:
    """Whether a member of it is used that there is of the counterpart, too."""
    call = syntax.parents[attribute]
    is_called = isinstance(call, ast.Call) and call.func is attribute
    if shape.kind == "sets":
        return name in ("done", "not_done")
    if shape.kind in ("pool", "future") and shape.pool is not None:
        methods = shape.pool.method if shape.kind == "pool" else shape.pool.future_method
        return is_called and any(one.name == name for one in methods)
    return is_called and shape.kind in ("each", "pairs") and name in COLLECTION_METHODS


def _takes(shapes: Shapes, call: ast.Call, node: ast.expr, shape: Shape) -> bool:
    """Whether what is called may be given it. What is `lazy` goes only where it can be gone through, as is seen later."""
    if shape.kind == "lazy":
        return True
    name = shapes.called(call)
    if name in shapes.catalog.pool_functions:
        return node is call.args[0] and shapes.of(call).holds
    if isinstance(call.func, ast.Attribute) and name is None:
        kept = shapes.of(call.func.value)
        is_collection = kept.kind in ("each", "pairs") and call.func.attr in COLLECTION_METHODS
        return is_collection and shape.kind != "pool"
    if name is not None and shapes.catalog.iterates(name) is not None:
        return shape.kind == "each" and len(call.args) == 1 and shapes.of(call).kind == "each"
    if not SETTING.issuperset(one.arg for one in call.keywords):
        return False  # `sorted(futures, key=...)` calls something with them
    bare = call.func.id if isinstance(call.func, ast.Name) else (name or "").rpartition(".")[2]
    return shape.kind in ("each", "pairs", "tuple", "sets") and bare in COPYING | DICTS | ASKING
