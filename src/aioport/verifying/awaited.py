"""Every call of an `async def` is awaited or handed to something that awaits it.

Type checkers alone miss a coroutine in an f-string, a list, a truth test or an `==`.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.program.syntax import Syntax
from aioport.verifying.verdict import Violation

DRIVERS = frozenset({"__await__", "send", "throw", "close"})
"""Methods of a coroutine, which whoever drives one by hand calls."""


def check_awaited(before: Analysis, after: Analysis) -> Iterator[Violation]:
    """Calls of coroutine functions that nothing takes, less those that the author wrote."""
    known = Counter((one.path, one.function, one.message) for one in _untaken(before))
    for one in _untaken(after):
        key = (one.path, one.function, one.message)
        if known[key] > 0:
            known[key] -= 1
        else:
            yield one


def _untaken(analysis: Analysis) -> Iterator[Violation]:
    for call in analysis.program.calls:
        if call.kind != "call" or analysis.callables.entries.keys() >= set(call.targets):
            continue
        if not any(_is_coroutine(analysis, target) for target in call.targets):
            continue
        node = analysis.expression(call)
        if node is None or _is_taken(analysis.syntax[call.path], node):
            continue
        caller = analysis.function(call.caller)
        text = " ".join(analysis.syntax[call.path].text(node).split())[:60]
        yield Violation("awaited", call.path, call.line, caller.name, f"`{text}` is never awaited")


def _is_coroutine(analysis: Analysis, function: int) -> bool:
    one = analysis.function(function)
    if one.in_project:
        node = analysis.node(function)
        return isinstance(node, ast.AsyncFunctionDef) and function not in analysis.generators
    return one.annotation.startswith("typing.Coroutine[")


def _is_taken(syntax: Syntax, node: ast.expr) -> bool:
    parent = syntax.parents.get(node)
    match parent:
        case ast.Await() | ast.Return() | ast.Lambda() | ast.NamedExpr() | ast.Yield():
            return True
        case ast.IfExp():
            return node is not parent.test and _is_taken(syntax, parent)
        case ast.Attribute(attr=name):
            return name in DRIVERS
        case ast.withitem():
            return isinstance(syntax.parents[parent], ast.AsyncWith)
        case ast.Assign() | ast.AnnAssign():
            return _is_awaited_later(syntax, parent)
        case ast.Call() | ast.keyword() | ast.Starred():
            return True
        case ast.GeneratorExp() | ast.List() | ast.ListComp() | ast.Tuple() | ast.Set() | ast.SetComp():
            outer = syntax.parents.get(parent)
            return isinstance(outer, ast.Call | ast.Starred | ast.Assign | ast.AnnAssign)
    return False


def _is_awaited_later(syntax: Syntax, statement: ast.Assign | ast.AnnAssign) -> bool:
    """Whether anything in the same function takes the variable."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    if not names:
        return True
    functions = (
        one for one in syntax.ancestors(statement) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return any(
        isinstance(node, ast.Await | ast.Call | ast.Return | ast.Starred | ast.Yield)
        and any(isinstance(inner, ast.Name) and inner.id in names for inner in ast.walk(node))
        for node in ast.walk(next(functions, syntax.tree))
    )
