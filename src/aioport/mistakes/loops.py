"""Event loops that are started on an event loop, which refuses: RuntimeError."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.mistakes.mistake import Mistake
from aioport.mistakes.view import View
from aioport.program.model import Call


def find_inner_loops(view: View) -> Iterator[Mistake]:
    """Every call that runs a loop where an `async def` reaches it without a thread between."""
    bridges = (index for index in view.calls_to("bridge") if view.is_called(view.program.calls[index]))
    candidates = [*view.calls_to("runner"), *bridges]
    if not candidates or view.calls_to("patch"):
        return
    asking = {view.program.calls[index].caller for index in view.calls_to("check")}
    for index in sorted(candidates):
        call = view.program.calls[index]
        if index in view.facts.spawned or not view.is_on_loop(call.caller):
            continue
        # Whoever asks whether a loop runs has an answer for it.
        if any(function.id in asking for function in view.run_by(call.caller) if not function.is_async):
            continue
        if _is_in_lambda(view, call):
            continue
        begin, function = view.begin(call.caller), view.program.functions[call.caller]
        by = "" if begin is function else f", by way of `{function.bare_name}`"
        message = (
            f"`{view.text(call)}` starts an event loop where one runs already, for `async def {begin.bare_name}` "
            f"gets here{by}: await the coroutine instead"
        )
        yield view.mistake(call, "run-inside-loop", message)


def _is_in_lambda(view: View, call: Call) -> bool:
    """Whether a call waits in a lambda, which may be called anywhere."""
    found = view.expression(call)
    if found is None:
        return True
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    scope = next((one for one in found[0].ancestors(found[1]) if isinstance(one, scopes)), None)
    return isinstance(scope, ast.Lambda)
