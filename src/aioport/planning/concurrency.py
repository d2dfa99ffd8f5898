"""Where waits may overlap: list comprehensions and append loops that are proven to only read and to share nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.planning.effects import Effects, used_names
from aioport.planning.plan import Suggestion
from aioport.program.model import Function
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, Syntax, own_nodes

SAFE_ITERABLES = {"enumerate", "zip", "sorted", "reversed", "list", "tuple", "set", "dict"}
CONTAINERS = {"builtins.list", "builtins.tuple", "builtins.dict", "builtins.set", "builtins.str", "builtins.range",
              "builtins.frozenset"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overlap:
    """A loop or comprehension whose iterations may wait together.

    function: around it.
    node: the loop or comprehension.
    calls: indices of the waiting calls in one iteration.
    element: the value of one iteration.
    target: the list that a loop appends to; empty: the statement before that makes it.
    body: what an iteration does before its element is known.
    """

    path: str
    function: int
    node: ast.For | ast.ListComp
    calls: tuple[int, ...]
    element: ast.expr
    target: str | None = None
    empty: ast.Assign | None = None
    body: tuple[ast.stmt, ...] = ()


def find_overlaps(analysis: Analysis, effects: Effects) -> Iterator[Overlap | Suggestion]:
    """Every loop of waits: those that are proven, and a suggestion with the failing condition for the others."""
    for function in analysis.program.functions:
        node = analysis.node(function.id) if function.in_project and function.kind == "def" else None
        if node is None or function.path is None:
            continue
        if not any(index in analysis.facts.calls for index in analysis.calls_in.get(function.id, ())):
            continue
        for inner in [one for statement in node.body for one in (statement, *own_nodes(statement))]:
            if isinstance(inner, ast.For | ast.ListComp):
                found = _examine(analysis, effects, function, node, inner)
                if found is not None:
                    yield found


def _examine(
    analysis: Analysis, effects: Effects, function: Function, around: FunctionNode, node: ast.For | ast.ListComp
) -> Overlap | Suggestion | None:
    path = function.path
    assert path is not None
    syntax = analysis.syntax[path]
    parts: list[ast.AST] = list(node.body) if isinstance(node, ast.For) else [node.elt]
    waiting = tuple(_waiting(analysis, path, syntax, parts))
    if not waiting:
        return None
    if isinstance(node, ast.ListComp):
        return _comprehension(analysis, effects, function, node, waiting)
    return _loop(analysis, effects, function, around, node, waiting)


def _waiting(analysis: Analysis, path: str, syntax: Syntax, parts: list[ast.AST]) -> Iterator[int]:
    for part in parts:
        for node in ast.walk(part):
            if isinstance(node, ast.Call):
                index = analysis.call_at.get((path, *syntax.span(node)))
                if index is not None and index in analysis.facts.calls:
                    yield index


def _comprehension(
    analysis: Analysis, effects: Effects, function: Function, node: ast.ListComp, waiting: tuple[int, ...]
) -> Overlap | Suggestion:
    path = function.path
    assert path is not None
    reason = None
    if len(node.generators) != 1 or node.generators[0].is_async:
        reason = "it has more than one clause"
    elif any(_waiting(analysis, path, analysis.syntax[path], list(node.generators[0].ifs))):
        reason = "its condition waits"
    reason = reason or _iterable(analysis, path, node.generators[0].iter)
    bound = {one.id for one in ast.walk(node.generators[0].target) if isinstance(one, ast.Name)}
    reason = reason or effects.of_statements(path, [ast.copy_location(ast.Expr(node.elt), node.elt)], bound)
    if reason is not None:
        return Suggestion(path, node.lineno, f"these waits stay one after another: {reason}")
    return Overlap(path, function.id, node, waiting, node.elt)


def _loop(
    analysis: Analysis,
    effects: Effects,
    function: Function,
    around: FunctionNode,
    node: ast.For,
    waiting: tuple[int, ...],
) -> Overlap | Suggestion:
    path = function.path
    assert path is not None
    syntax = analysis.syntax[path]
    appended = _appended(node.body[-1])
    if appended is None:
        return Suggestion(path, node.lineno, "these waits stay one after another: the loop collects no list")
    target, element = appended
    body = tuple(node.body[:-1])
    reason = _loop_shape(node, body, target, element)
    reason = reason or _iterable(analysis, path, node.iter)
    reason = reason or _carried(around, node, body, target, analysis)
    if reason is None:
        local = {one.id for part in (node.target, *body) for one in ast.walk(part) if isinstance(one, ast.Name)}
        statements = [*body, ast.copy_location(ast.Expr(element), element)]
        reason = effects.of_statements(path, statements, local)
    if reason is not None:
        return Suggestion(path, node.lineno, f"these waits stay one after another: {reason}")
    suite = syntax.suite(node)
    before = suite[suite.index(node) - 1] if suite.index(node) else None
    empty = before if isinstance(before, ast.Assign) and _makes_empty(before, target) else None
    return Overlap(path, function.id, node, waiting, element, target, empty, body)


def _appended(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=target), attr="append"), args=[element], keywords=[])
        ) if not isinstance(element, ast.Starred):
            return target, element
    return None


def _loop_shape(node: ast.For, body: tuple[ast.stmt, ...], target: str, element: ast.expr) -> str | None:
    if node.orelse:
        return "the loop has an `else`"
    for statement in body:
        for inner in (statement, *own_nodes(statement)):
            if isinstance(inner, ast.Break | ast.Continue | ast.Return | ast.FunctionDef | ast.ClassDef | ast.Lambda):
                return f"line {getattr(inner, 'lineno', node.lineno)} may leave an iteration early"
    if target in used_names([*body, element, node.iter]):
        return f"an iteration reads {target}"
    return None


def _carried(
    around: FunctionNode, node: ast.For, body: tuple[ast.stmt, ...], target: str, analysis: Analysis
) -> str | None:
    """Data that goes from one iteration to the next, or out of the loop."""
    inside = set(ast.walk(node))
    bound = {one.id for one in ast.walk(node.target) if isinstance(one, ast.Name)}
    stored = bound | {
        one.id
        for statement in body
        for one in ast.walk(statement)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    if target not in analysis.locals_of(around):
        return f"{target} is no local list"
    outside = {one.id for one in ast.walk(around) if isinstance(one, ast.Name) and one not in inside}
    if leaking := sorted(stored & outside):
        return f"{', '.join(leaking)} is used outside the loop"
    known = set(bound)
    for statement in body:
        if isinstance(statement, ast.Assign):
            early = used_names([statement.value]) & (stored - known)
            known |= {one.id for one in ast.walk(statement) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        else:
            early = (used_names([statement]) & (stored - known)) - _bound_first(statement)
            known |= {one.id for one in ast.walk(statement) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        if early:
            return f"{', '.join(sorted(early))} comes from an earlier iteration"
    return None


def _bound_first(statement: ast.stmt) -> set[str]:
    """Names that a compound statement binds before it reads them, in text order."""
    first: dict[str, bool] = {}
    nodes = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
    for node in sorted(nodes, key=lambda one: (one.lineno, isinstance(one.ctx, ast.Load), one.col_offset)):
        first.setdefault(node.id, isinstance(node.ctx, ast.Store))
    return {name for name, stored in first.items() if stored}


def _makes_empty(statement: ast.Assign, target: str) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=[]) | ast.Call(func=ast.Name(id="list"), args=[])):
            return name == target
    return False


def _iterable(analysis: Analysis, path: str, node: ast.expr) -> str | None:
    """Whether going through it does nothing that the iterations could notice."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Constant):
        return None
    if isinstance(node, ast.Call) and dotted(node.func) == "range":
        return None
    if isinstance(node, ast.Call) and dotted(node.func) in SAFE_ITERABLES:
        return next((reason for one in node.args if (reason := _iterable(analysis, path, one)) is not None), None)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"items", "keys", "values"}:
        return _iterable(analysis, path, node.func.value)
    known = analysis.program.type_at(path, *analysis.syntax[path].span(node))
    if known is not None and known.exhaustive and known.classes and set(known.classes) <= CONTAINERS:
        return None
    if isinstance(node, ast.Name) and _always_a_display(analysis, path, node):
        return None
    return f"it is not known what going through `{ast.unparse(node)}` does"


def _always_a_display(analysis: Analysis, path: str, node: ast.Name) -> bool:
    """Whether a name is bound just once in its file, to a container written out or made by a comprehension."""
    values = [
        one.value
        for one in ast.walk(analysis.syntax[path].tree)
        if isinstance(one, ast.Assign) and any(isinstance(target, ast.Name) and target.id == node.id for target in one.targets)
    ]
    stores = sum(
        isinstance(one, ast.Name) and one.id == node.id and isinstance(one.ctx, ast.Store)
        for one in ast.walk(analysis.syntax[path].tree)
    )
    parameters = any(isinstance(one, ast.arg) and one.arg == node.id for one in ast.walk(analysis.syntax[path].tree))
    containers = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp)
    return len(values) == stores == 1 and not parameters and isinstance(values[0], containers)
