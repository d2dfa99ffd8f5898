"""Clients with a connection pool that are made anew for every call: each opens its connections, and often TLS, again."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Collection, Iterator

from aioport.mistakes.endpoints import endpoints_of
from aioport.mistakes.excerpt import Excerpt
from aioport.mistakes.mistake import Mistake
from aioport.mistakes.view import View
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, bound_names, is_generator

LOOPS = (ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""What runs something for each of many items; `while` is left out, for it mostly waits or tries again."""

COUNTS = frozenset({"count", "itertools.count", "range"})
"""What loops that try something again mostly iterate over."""


def find_clients(view: View) -> Iterator[Mistake]:
    """Every client that an `async def` makes for itself, where it does so for each request or each item of a loop."""
    endpoints = endpoints_of(view) if view.calls_to("pool") else {}
    for index in view.calls_to("pool"):
        call = view.program.calls[index]
        function = view.program.functions[call.caller]
        node = view.definition(function.id) if function.is_async else None
        found = view.expression(call) if node is not None else None
        if node is None or found is None or is_generator(node):
            continue
        excerpt, made = found
        if isinstance(made, ast.Call) and _is_own(excerpt, made, node) and not _depends_on_call(made, node):
            reason = _why_often(view, endpoints, excerpt, made, node, function.id)
            if reason is not None:
                message = (
                    f"`{view.text(call).partition('(')[0]}` is made anew {reason}, and its connections with it: "
                    "make one when the program starts, and share it"
                )
                yield view.mistake(call, "client-per-call", message)


def _is_own(excerpt: Excerpt, made: ast.Call, function: FunctionNode) -> bool:
    """Whether a client is used only where it is made: by its methods, or in a `with`."""
    if isinstance(excerpt.parents.get(made), ast.Attribute | ast.withitem):
        return True
    name = _variable(excerpt, made)
    stores = [use for use in _names(function, name) if isinstance(use.ctx, ast.Store)]
    return name is not None and len(stores) == 1 and _is_used_by_methods(excerpt, function, name)


def _variable(excerpt: Excerpt, made: ast.Call) -> str | None:
    """The variable that a client is bound to."""
    match excerpt.parents.get(made):
        case ast.withitem(optional_vars=ast.Name(id=name)):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def _names(function: FunctionNode, name: str | None) -> Iterator[ast.Name]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == name)


def _is_used_by_methods(excerpt: Excerpt, function: FunctionNode, name: str) -> bool:
    """Whether a variable is not handed on."""
    return all(
        isinstance(excerpt.parents.get(use), ast.Attribute | ast.withitem)
        for use in _names(function, name)
        if isinstance(use.ctx, ast.Load)
    )


def _depends_on_call(made: ast.Call, function: FunctionNode) -> bool:
    """Whether a client is made from variables of the function, which may differ from call to call."""
    local = {name for name in bound_names(function) if name not in ("self", "cls")}
    arguments = [*made.args, *(keyword.value for keyword in made.keywords)]
    return any(isinstance(node, ast.Name) and node.id in local for one in arguments for node in ast.walk(one))


def _why_often(
    view: View,
    endpoints: Collection[int],
    excerpt: Excerpt,
    made: ast.Call,
    node: FunctionNode,
    function: int,
) -> str | None:
    """For each of what a client is made: an item of a loop or a request; None where that is not known."""
    serves_many = _serves_many(excerpt, made, node)
    if not serves_many and _stands_in_loop(excerpt, made):
        return "for each item of a loop"
    queue, seen = deque([function]), {function}
    while queue:
        current = queue.popleft()
        if current in endpoints:
            return f"for each call of the endpoint `{view.program.functions[current].bare_name}`"
        for index in view.calls_of.get(current, ()):
            call = view.program.calls[index]
            if not call.sure or call.kind != "call":
                continue
            is_async = view.program.functions[call.caller].is_async
            found = view.expression(call) if is_async and not serves_many else None
            if found is not None and _stands_in_loop(*found):
                return f"for each item of the loop on line {call.line} of {call.path}"
            if call.caller not in seen:
                seen.add(call.caller)
                queue.append(call.caller)
    return None


def _serves_many(excerpt: Excerpt, made: ast.Call, function: FunctionNode) -> bool:
    """Whether one client does more than one thing: it is used in a loop, or handed on."""
    name = _variable(excerpt, made)
    if name is None:
        return False
    return not _is_used_by_methods(excerpt, function, name) or any(
        isinstance(parent, (*LOOPS, ast.While)) and made not in set(ast.walk(parent))
        for use in _names(function, name)
        for parent in excerpt.ancestors(use)
    )


def _stands_in_loop(excerpt: Excerpt, node: ast.expr) -> bool:
    """Whether an expression is evaluated for each item of a loop that does more than to try again."""
    child: ast.AST = node
    tries = False
    for parent in excerpt.ancestors(node):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            return False
        tries = tries or isinstance(parent, ast.Try)
        if isinstance(parent, LOOPS):
            first = parent if isinstance(parent, ast.For | ast.AsyncFor) else parent.generators[0]
            counts = isinstance(first.iter, ast.Call) and dotted(first.iter.func) in COUNTS
            is_first = child is first.iter or child is first
            if not is_first and not (tries and counts):
                return True
        child = parent
    return False
