"""Functions that are handed to `map`, `filter` or `iter`, where what these make is used up at once."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.planning.bindings import read_later
from aioport.planning.consuming.called import called_as
from aioport.planning.consuming.given import Follow, Given
from aioport.planning.consuming.outcome import Consumed, Refusal, Taken
from aioport.planning.plan import Mapped, Until
from aioport.program.syntax import Syntax

MAPPING = {"builtins.map", "builtins.filter"}


@dataclass(frozen=True, slots=True)
class Use:
    """A function named where a builtin calls it, or a pool of threads.

    caller: the function in whose body that is.
    line: of the name.
    call: the index of the builtin's call; None where it is not known.
    consumed: what it takes for the function to become async, or why it cannot.
    how: what is done with the function there.
    calls: further calls that change, by their indices.
    together: functions that become async with it, or none does.
    """

    caller: int
    path: str
    line: int
    call: int | None
    consumed: Consumed
    how: str = "passes it on by name"
    calls: frozenset[int] = frozenset()
    together: tuple[int, ...] = ()


def find_uses(analysis: Analysis, follow: Follow) -> Mapping[int, tuple[Use, ...]]:
    """Where each function of the project is handed to a builtin that is understood."""
    found: dict[int, list[Use]] = defaultdict(list)
    for reference in analysis.program.references:
        node = analysis.syntax[reference.path].at((reference.start, reference.end), ast.expr)
        call = handed_to(analysis, reference.path, node) if node is not None else None
        if call is not None:
            consumed = _called(analysis, reference.path, call, follow, awaits=True)
            index = analysis.call_at.get((reference.path, *analysis.syntax[reference.path].span(call)))
            use = Use(reference.caller, reference.path, reference.line, index, consumed)
            for target in reference.targets:
                found[target].append(use)
    return {target: tuple(uses) for target, uses in found.items()}


def handed_to(analysis: Analysis, path: str, node: ast.expr) -> ast.Call | None:
    """The call of `map(node, xs)`, `filter(node, xs)` or `iter(node, end)` that is handed a function; None where
    something else is done with it."""
    call = analysis.syntax[path].parents.get(node)
    if not isinstance(call, ast.Call) or len(call.args) != 2 or call.keywords or call.args[0] is not node:
        return None
    if isinstance(call.args[1], ast.Starred) or not isinstance(node, ast.Name | ast.Attribute | ast.Lambda):
        return None
    name = called_as(analysis, path, call)
    return call if name in MAPPING or name == "builtins.iter" else None


def in_lambda(analysis: Analysis, path: str, node: ast.Lambda, follow: Follow) -> Consumed:
    """What it takes to await in the body of a lambda: that it is one of these, and goes where it is called."""
    call = handed_to(analysis, path, node)
    taken = [one.arg for one in node.args.args]
    plain = len(taken) == len([one for one in ast.walk(node.args) if isinstance(one, ast.arg)])
    wanted = 0 if call is not None and called_as(analysis, path, call) == "builtins.iter" else 1
    if call is None or not plain or node.args.defaults or len(taken) != wanted:
        return Refusal("a lambda cannot await")
    return _called(analysis, path, call, follow, awaits=False)


def _called(analysis: Analysis, path: str, call: ast.Call, follow: Follow, *, awaits: bool) -> Consumed:
    if called_as(analysis, path, call) == "builtins.iter":
        return _until(analysis, path, call, awaits=awaits)
    return follow(Given(analysis, path, mapped=Mapped(call, awaits=awaits)), call)


def _until(analysis: Analysis, path: str, call: ast.Call, *, awaits: bool) -> Consumed:
    """`for x in iter(f, end)` as a `while`: its condition is evaluated as often, and binds the name once more at the end."""
    syntax = analysis.syntax[path]
    loop = syntax.parents[call]
    if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
        return Refusal("`iter` calls it again and again, and is no plain `for` loop's")
    place = syntax.place(loop)
    if place.sealed is not None:
        return Refusal(place.sealed)
    called, end = call.args
    if not isinstance(called, ast.Lambda) and not _is_same_in(loop, called):
        return Refusal(f"`{ast.unparse(called)}` would be evaluated for every item")
    if not isinstance(end, ast.Constant | ast.Name):
        return Refusal(f"`{ast.unparse(end)}` would be evaluated for every item")
    function = place.scope
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    stored = {
        one.id for one in ast.walk(loop) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    is_own = isinstance(end, ast.Name) and end.id in analysis.locals_of(function)
    if isinstance(end, ast.Name) and (end.id in stored or not (is_own or _is_bound_once(syntax, end.id))):
        return Refusal(f"`{end.id}` may be another one for the next item")
    name = loop.target.id
    in_else = any(
        isinstance(one, ast.Name) and one.id == name for part in loop.orelse for one in ast.walk(part)
    )
    if in_else or name in read_later(syntax, function, [loop]):
        return Refusal(f"{name} is used after the loop, and would be what ends it")
    return Taken(((path, Until(loop, awaits)),))


def _is_same_in(loop: ast.For, function: ast.expr) -> bool:
    """Whether a name, or an attribute of one, is not assigned to in a loop."""
    while isinstance(function, ast.Attribute):
        attribute = function.attr
        for one in ast.walk(loop):
            if isinstance(one, ast.Attribute) and one.attr == attribute and not isinstance(one.ctx, ast.Load):
                return False
        function = function.value
    if not isinstance(function, ast.Name):
        return False
    name = function.id
    return not any(
        isinstance(one, ast.Name) and one.id == name and not isinstance(one.ctx, ast.Load)
        for one in ast.walk(loop)
    )


def _is_bound_once(syntax: Syntax, name: str) -> bool:
    """Whether a name of the module is the same all the time."""
    stores = [
        node
        for node in ast.walk(syntax.tree)
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
    return len(stores) <= 1
