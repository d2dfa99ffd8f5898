"""Which functions return a coroutine when they are called."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Collection

from aioport.mistakes.excerpt import nodes_run_by
from aioport.mistakes.view import View
from aioport.program.model import Call, Function

COROUTINE = "typing.Coroutine["
"""How the checker's text for the result of a coroutine function begins."""

PLAIN_DECORATORS = frozenset({"@abstractmethod", "@classmethod", "@override", "@property", "@staticmethod"})
"""What may stand above an installed `async def` that is what it looks like."""


def returns_coroutine(function: Function) -> bool:
    """Whether a function, decorators aside, returns a coroutine and never anything else."""
    text = function.annotation
    if not text.startswith(COROUTINE):
        return False
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if character == "]" and depth == 0:
            return position == len(text) - 1
    return False


def makes_coroutine(view: View, call: Call) -> bool:
    """Whether a call returns a coroutine whatever it runs."""
    return (
        call.unknown is None
        and call.constructs is None
        and are_coroutine_functions(view, call.targets)
        and view.program.is_receiver_known(call)
    )


def are_coroutine_functions(view: View, functions: Collection[int]) -> bool:
    """Whether there are some functions, and each returns a coroutine, under its decorators too."""
    found = [view.program.functions[one] for one in functions]
    return bool(found) and all(returns_coroutine(one) and _is_what_it_says(view, one) for one in found)


def _is_what_it_says(view: View, function: Function) -> bool:
    """Whether neither decorators nor overloads make a call of a function return anything else."""
    if function.path is None:
        return True
    if not function.in_project:
        return _stands_alone(function)
    node = view.definition(function.id)
    if node is None:
        return False
    names = view.program.decorators.get(function.id, ())
    # Decorators that are not resolved have no name.
    if len(names) < len(node.decorator_list) or not all(is_transparent(view, name) for name in names):
        return False
    return (
        isinstance(node, ast.AsyncFunctionDef) or b"overload" not in view.project.sources[function.path].data
    )


def _stands_alone(function: Function) -> bool:
    """Whether an installed function is an `async def` without decorators, by its source."""
    line = linecache.getline(function.path or "", function.line).strip()
    above = linecache.getline(function.path or "", function.line - 1).strip()
    if not line.startswith("async def "):
        return False
    return not above or above.endswith(":") or above.startswith("#") or above in PLAIN_DECORATORS


def is_transparent(view: View, name: str) -> bool:
    """Whether a coroutine function is still one under a decorator."""
    if "transparent" in view.known.roles(name):
        return True
    own = view.own_functions.get(name)
    node = view.definition(own) if own is not None else None
    return isinstance(node, ast.FunctionDef) and _returns_async_def(node)


def _returns_async_def(decorator: ast.FunctionDef) -> bool:
    """Whether a function returns an `async def` of its own, or a function that does, and nothing else."""
    own = list(nodes_run_by(decorator))
    functions = {one.name: one for one in own if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    returned = [functions.get(_returned_name(one)) for one in own if isinstance(one, ast.Return)]
    return bool(returned) and all(
        isinstance(one, ast.AsyncFunctionDef) or (one is not None and _returns_async_def(one))
        for one in returned
    )


def _returned_name(statement: ast.Return) -> str:
    match statement.value:
        case ast.Name(id=name) | ast.Call(func=ast.Name(id="cast"), args=[_, ast.Name(id=name)]):
            return name
    return ""
