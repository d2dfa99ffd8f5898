"""Where a call really waits: a generator, and what stands in a comprehension or lambda, waits where it is used up."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.calls import EXHAUSTING
from aioport.program.model import Call
from aioport.program.names import dotted
from aioport.program.syntax import Syntax

USES_UP = {*(name.removeprefix("builtins.") for name in EXHAUSTING), "any", "all", "next"}
"""Builtins that read an iterable, or as much as they want of it, before they return."""

METHODS_USE_UP = {"join", "extend", "update", "writelines", "writerows", "executemany"}
"""Methods that read an iterable before they return."""

PASSES_ON = {"enumerate", "zip", "map", "filter", "reversed", "iter"}
"""Builtins that read an iterable, or call a function, only when they are read themselves."""

CALLS_AT_ONCE = {"sorted", "min", "max", "functools.reduce"}
"""Functions that call the function they are given before they return; so does `list.sort`."""

LAZY = re.compile(r"[\w.]*(Generator|Iterator)\b|(map|filter|zip|enumerate)\[")
"""Return annotations of what does its work when it is read."""


def consumer_of(
    analysis: Analysis, syntax: Syntax, index: int, node: ast.expr, stays: Callable[[ast.expr], bool]
) -> ast.expr | None:
    """The smallest expression that has waited when it has been evaluated; None where that is no expression.

    node: of the call.
    stays: whether something in an expression has to stay on the event loop, so that it does not move as a whole.
    """
    call = analysis.program.calls[index]
    named = _Named(analysis, call.path)
    current, lazy = node, _is_lazy(analysis, call)
    if call.kind in ("iter", "next"):
        lazy = True
    elif call.kind in ("enter", "exit"):
        return None
    while True:
        found = _read_by(named, syntax, current) if lazy else _scope_of(named, syntax, current, stays)
        if found is None:
            return None
        if found[0] is current:
            return current
        current, lazy = found


def _is_lazy(analysis: Analysis, call: Call) -> bool:
    """Whether a call only makes something that waits when it is read."""
    if any(target in analysis.lazy for target in call.targets):
        return True
    outside = [
        analysis.function(target) for target in call.targets if not analysis.function(target).in_project
    ]
    return call.kind == "call" and any(LAZY.match(one.annotation) for one in outside)


@dataclass(frozen=True, slots=True)
class _Named:
    """What functions are called, in one file."""

    analysis: Analysis
    path: str

    def __call__(self, node: ast.expr) -> str | None:
        return self.analysis.names(self.path).resolve(node) or dotted(node)

    def uses_up(self, node: ast.expr) -> bool:
        """Whether a function reads the iterable that it is given before it returns."""
        if isinstance(node, ast.Attribute) and node.attr in METHODS_USE_UP:
            return True
        name = self(node)
        return name in USES_UP or (name is not None and self.analysis.catalog.exhausts(name))


def _read_by(named: _Named, syntax: Syntax, node: ast.expr) -> tuple[ast.expr, bool] | None:
    """What reads something lazy, and whether that is lazy itself."""
    parent = syntax.parents[node]
    match parent:
        case ast.Starred():
            around = syntax.parents[parent]
            return (around, False) if isinstance(around, ast.expr) else None
        case ast.Call(func=func, args=args) if node in args:
            if named.uses_up(func):
                return parent, False
            return (parent, True) if named(func) in PASSES_ON else None
        case ast.comprehension(iter=iterable) if iterable is node:
            around = syntax.parents[parent]
            assert isinstance(around, ast.expr)
            return around, isinstance(around, ast.GeneratorExp)
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return parent, False
    return None


def _scope_of(
    named: _Named, syntax: Syntax, node: ast.expr, stays: Callable[[ast.expr], bool]
) -> tuple[ast.expr, bool] | None:
    """The comprehension or lambda that evaluates an expression, or its caller; the expression where there is none."""
    child: ast.AST = node
    for parent in syntax.ancestors(node):
        if isinstance(parent, ast.stmt):
            break
        if isinstance(parent, ast.Lambda):
            return _called_by(named, syntax, parent)
        if isinstance(parent, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
            first = parent.generators[0]
            outside = child is first and (node is first.iter or first.iter in set(syntax.ancestors(node)))
            if not outside and (isinstance(parent, ast.GeneratorExp) or not stays(parent)):
                return parent, isinstance(parent, ast.GeneratorExp)
        child = parent
    return node, False


def _called_by(named: _Named, syntax: Syntax, function: ast.Lambda) -> tuple[ast.expr, bool] | None:
    """The call that calls a lambda before it returns, or that does so when it is read."""
    parent = syntax.parents[function]
    call = syntax.parents[parent] if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call) or call.func is function:
        return None
    name = named(call.func)
    if name in CALLS_AT_ONCE or (isinstance(call.func, ast.Attribute) and call.func.attr == "sort"):
        return call, False
    return (call, True) if name in PASSES_ON else None
