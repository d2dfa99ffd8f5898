"""Caches over coroutine functions: they keep the coroutine, which can be awaited only once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.mistakes.coroutines import are_coroutine_functions, is_transparent, returns_coroutine
from aioport.mistakes.mistake import Mistake
from aioport.mistakes.view import View
from aioport.program.model import Call, Function


def find_cached(view: View) -> Iterator[Mistake]:
    """Every cache over a function that returns a coroutine: as its decorator, or by a call."""
    for number, names in view.program.decorators.items():
        caches = [name for name in names if _is_cache(view, name)]
        function = view.program.functions[number]
        if caches and returns_coroutine(function) and _is_kept_as_it_is(view, function, names):
            message = _message(caches[0].removesuffix(".__init__"), function)
            yield view.mistake_in(function, "cached-coroutine", message)
    for index in view.calls_to("cache"):
        call = view.program.calls[index]
        target = _cached_by_call(view, call)
        if target is not None:
            name = view.text(call).partition("(")[0]
            yield view.mistake(call, "cached-coroutine", _message(name, view.program.functions[target]))


def _message(cache: str, function: Function) -> str:
    return (
        f"`{cache.rpartition('.')[2]}` keeps the coroutine of `{function.bare_name}`, which raises RuntimeError when "
        "it is awaited a second time: keep what it returns, with a cache that is made for coroutine functions"
    )


def _is_cache(view: View, name: str) -> bool:
    return "cache" in view.known.roles(name)


def _is_kept_as_it_is(view: View, function: Function, names: tuple[str, ...]) -> bool:
    """Whether no other decorator makes something else of the coroutine before it is kept."""
    node = view.definition(function.id)
    if node is None or len(node.decorator_list) == 1:
        return node is not None
    # Decorators that are not resolved have no name.
    return len(names) >= len(node.decorator_list) and all(
        _is_cache(view, name) or is_transparent(view, name) for name in names
    )


def _cached_by_call(view: View, call: Call) -> int | None:
    """The coroutine function in `lru_cache(fetch)` or `lru_cache(maxsize=8)(fetch)`."""
    for position, functions in call.callbacks:
        if position == 0 and are_coroutine_functions(view, functions):
            return functions[0]
    if not view.is_called(call):
        return None
    found = view.expression(call)
    outer = found[0].parents.get(found[1]) if found is not None else None
    record = view.call_at(found[0], outer) if found is not None and isinstance(outer, ast.Call) else None
    for position, functions in record.callbacks if record is not None else ():
        if position == 0 and are_coroutine_functions(view, functions):
            return functions[0]
    return None
