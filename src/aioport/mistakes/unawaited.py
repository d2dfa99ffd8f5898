"""Coroutines that nothing awaits, and tasks that nothing keeps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aioport.mistakes.coroutines import are_coroutine_functions, makes_coroutine, returns_coroutine
from aioport.mistakes.mistake import Mistake
from aioport.mistakes.misuse import find_misuse, find_unused
from aioport.mistakes.view import View

BEFORE = re.compile(rb"\bawait\s+\Z")
AFTER = re.compile(rb"\s*[.\[(]")
WIDEST = 40
"""How many bytes before a call are looked at for an `await`."""


def find_unawaited(view: View) -> Iterator[Mistake]:
    """Every coroutine that is never awaited, and every task that may be collected before it is done."""
    yield from _coroutines(view)
    yield from _handed_over(view)
    yield from _tasks(view)


def _coroutines(view: View) -> Iterator[Mistake]:
    functions = view.program.functions
    candidates = {
        index
        for target, indices in view.calls_of.items()
        if returns_coroutine(functions[target])
        for index in indices
    }
    for index in sorted(candidates):
        call = view.program.calls[index]
        data = view.project.sources[call.path].data
        if call.kind not in ("call", "property") or not all(
            returns_coroutine(functions[target]) for target in call.targets
        ):
            continue
        # An `await` takes in what follows the call: `await f().x` awaits the attribute.
        if BEFORE.search(data, max(0, call.start - WIDEST), call.start) and not AFTER.match(data, call.end):
            continue
        found = view.expression(call)
        misuse = find_misuse(view, *found) if found is not None else None
        if misuse is not None and makes_coroutine(view, call):
            message = f"the coroutine of `{view.text(call)}` {misuse}: await it"
            yield view.mistake(call, "never-awaited", message)


def _handed_over(view: View) -> Iterator[Mistake]:
    """Coroutine functions in the place of functions whose results nothing awaits: `sorted(key=...)`, `map`."""
    for index in sorted({*view.calls_to("drops"), *view.calls_to("maps")}):
        call = view.program.calls[index]
        handed = [callback for _, callback in call.callbacks if are_coroutine_functions(view, callback)]
        found = view.expression(call) if handed else None
        if found is None:
            continue
        excerpt, node = found
        assert isinstance(node, ast.Call)
        name = view.program.functions[handed[0][0]].bare_name
        if view.has_role(call, "drops"):
            message = f"`{excerpt.text(node.func)}` calls the coroutine function `{name}` and awaits nothing"
        elif (misuse := find_misuse(view, excerpt, node, collected=True)) is not None:
            message = f"`{view.text(call)}` holds coroutines of `{name}` and {misuse}: await each of them"
        else:
            continue
        yield view.mistake(call, "never-awaited", message)


def _tasks(view: View) -> Iterator[Mistake]:
    for index in view.calls_to("task"):
        call = view.program.calls[index]
        found = view.expression(call)
        unused = find_unused(*found) if found is not None else None
        if unused is not None:
            yield view.mistake(
                call,
                "never-awaited",
                f"the task of `{view.text(call)}` {unused}: it may be garbage-collected before it is done; "
                "keep a reference to it, or start it in a task group",
            )
