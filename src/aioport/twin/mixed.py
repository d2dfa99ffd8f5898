"""Calls of values that may be functions of either color: what they give is awaited if it is awaitable.

Such are values of which some become async and others do not, and what a user of the package hands in to be called:
by an implementation of one of its hooks, by a wrapper, or as a callback that may be left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from aioport.planning.analysis import Analysis
from aioport.planning.colors import VALUE
from aioport.planning.plan import Await, AwaitIf, Intent, Plan
from aioport.program.model import Function
from aioport.program.names import dotted
from aioport.program.syntax import has_no_body, own_nodes

CALLABLE = re.compile(r"\bCallable\b(?!.*\bAwaitable\b)")
"""What is annotated as a function, and not as one of either color already."""


def guard_mixed(
    analysis: Analysis, plan: Plan, hooks: AbstractSet[int], others: Mapping[int, AbstractSet[int]]
) -> Mapping[str, tuple[Intent, ...]]:
    """The intents of a plan, in which an `await` of what only may be a coroutine asks first.

    hooks: methods that are async for what others implement in them.
    others: functions that lead to no leaf and that calls may run as well, by the call's index.
    """
    open_to_users = {member for hook in hooks for member in (hook, *analysis.family(hook))}
    found = {
        path: [_guarded(analysis, plan, path, one, open_to_users, others) for one in intents]
        for path, intents in plan.intents.items()
    }
    awaited = {
        id(one.node) for intents in found.values() for one in intents if isinstance(one, Await | AwaitIf)
    }
    for path, node in _handed_in(analysis, plan, open_to_users):
        if id(node) not in awaited:
            found.setdefault(path, []).append(AwaitIf(node))
    return {path: tuple(intents) for path, intents in found.items()}


def _guarded(
    analysis: Analysis,
    plan: Plan,
    path: str,
    intent: Intent,
    open_to_users: AbstractSet[int],
    others: Mapping[int, AbstractSet[int]],
) -> Intent:
    if not isinstance(intent, Await) or not isinstance(intent.node, ast.Call):
        return intent
    index = analysis.call_at.get((path, *analysis.syntax[path].span(intent.node)))
    call = analysis.program.calls[index] if index is not None else None
    if index is None or call is None or call.unknown != VALUE:
        return intent
    targets = {*call.targets, *others.get(index, ())}
    if call.caller not in open_to_users and all(_is_async(analysis, plan, one) for one in targets):
        return intent
    return AwaitIf(intent.node)


def _handed_in(
    analysis: Analysis, plan: Plan, open_to_users: AbstractSet[int]
) -> Iterator[tuple[str, ast.Call]]:
    """Calls of what users hand in, in functions that become async, where an `await` may stand."""
    for function, decision in plan.functions.items():
        one, node = analysis.function(function), analysis.node(function)
        if not decision.changed or one.path is None or not isinstance(node, ast.FunctionDef):
            continue
        wrapped = frozenset(_wrapped(node))
        given = frozenset(_given(analysis, one, optional=function not in open_to_users))
        if not wrapped and not given:
            continue
        for child in own_nodes(node):
            if isinstance(child, ast.Call) and _is_open(analysis, one.path, child, node):
                text = dotted(child.func) or ""
                own, _, name = text.partition(".")
                is_given = name in given and bool(node.args.args) and own == node.args.args[0].arg
                if text in wrapped or is_given:
                    yield one.path, child


def _wrapped(node: ast.FunctionDef) -> Iterator[str]:
    """What a wrapper stands for: `function` under `@functools.wraps(function)`."""
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(func=made, args=[ast.Name(id=name), *_]):
                if (dotted(made) or "").rpartition(".")[2] == "wraps":
                    yield name


def _given(analysis: Analysis, method: Function, *, optional: bool) -> Iterator[str]:
    """The attributes of a method's object that are what the constructor was given, and are called for.

    optional: only those that may be left out, and are declared as functions: callbacks of the user's.
    """
    program = analysis.program
    start = program.find_method(method.owner, "__init__") if method.owner is not None else None
    node = analysis.node(start) if start is not None else None
    if node is None:
        return
    parameters = {one.arg for one in (*node.args.posonlyargs, *node.args.args[1:], *node.args.kwonlyargs)}
    if optional:
        parameters = set(_callbacks(node.args))
    for child in own_nodes(node):
        match child:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id=own), attr=name)], value=ast.Name(id=value)
            ):
                if value in parameters and node.args.args and own == node.args.args[0].arg:
                    yield name


def _callbacks(arguments: ast.arguments) -> Iterator[str]:
    """Parameters of type `Callable` that are None by default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    every = zip([*positional, *arguments.kwonlyargs], [*defaults, *arguments.kw_defaults], strict=True)
    for one, default in every:
        if isinstance(default, ast.Constant) and default.value is None and one.annotation is not None:
            if CALLABLE.search(ast.unparse(one.annotation)):
                yield one.arg


def _is_open(analysis: Analysis, path: str, node: ast.Call, function: ast.FunctionDef) -> bool:
    place = analysis.syntax[path].place(node)
    return place.scope is function and place.sealed is None and place.generator is None


def _is_async(analysis: Analysis, plan: Plan, function: int) -> bool:
    """Whether a call of a function gives something awaitable, as far as that is decided by its own text."""
    decision = plan.functions.get(function)
    if analysis.function(function).is_async or (decision is not None and decision.changed):
        return True
    node = analysis.node(function)
    return node is not None and has_no_body(node)
