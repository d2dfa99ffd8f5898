"""What the project's own decorators do with a function: wrap it, keep it, or hand it back."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from aioport.planning.callables.dispatching import Dispatching
from aioport.planning.callables.ground import Ground
from aioport.planning.callables.model import Local, Occurrence
from aioport.planning.callables.registered import entry_under, makes_sync
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, own_nodes
from aioport.values.scopes import Binding

TRANSPARENT = frozenset({"staticmethod", "classmethod", "property", "overload", "typing.overload"})
"""Decorators of the language that leave the function as it is, or that other pins are about."""

COLOR_TESTS = frozenset({"inspect.iscoroutinefunction", "asyncio.iscoroutinefunction"})
"""A decorator that asks one of these has a form for each color."""

DEEPEST = 4
"""Decorators that are made by functions that are made by functions; real ones are two deep."""


@dataclass
class Decorations:
    """All decorators of the project's functions.

    given: the functions that each parameter of a decorator is given.
    wrapped: of each wrapper, the functions that it stands in for.
    parameters: of each wrapper, the parameter that holds them; makers: the decorator that makes it.
    refused: functions under a decorator that is not understood, and why.
    under: functions under decorators of the project.
    used: decorators, which are called when what is under them is defined, with the place.
    second: sync wrappers of decorators that tell the colors apart and have an async one as well.
    entries: functions that a framework is told to call synchronously, each with the lowest decorator that does.
    """

    given: dict[Local, list[Occurrence]] = field(default_factory=lambda: defaultdict(list))
    wrapped: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    parameters: dict[int, Local] = field(default_factory=dict)
    makers: dict[int, FunctionNode] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    under: set[int] = field(default_factory=set)
    used: dict[int, str] = field(default_factory=dict)
    second: set[int] = field(default_factory=set)
    entries: dict[int, ast.expr] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Maker:
    """A function that is called with the function under it, and the index of that parameter."""

    path: str
    node: FunctionNode
    function: int
    position: int = 0


class _NotUnderstoodError(Exception):
    """Says what a decorator does that is not understood."""


def find_decorations(ground: Ground, dispatching: Dispatching) -> Decorations:
    """What becomes of the project's functions under decorators; `dispatching` says which are called by another's name."""
    found = Decorations()
    registered = {one for others in dispatching.registered.values() for one in others}
    for function in ground.program.functions:
        if not function.in_project or function.kind != "def" or "<lambda>" in function.name:
            continue
        definition = ground.definition(function.id)
        if definition is None:
            continue
        path, node = definition
        if isinstance(node, ast.Lambda):
            continue
        if (obstacle := dispatching.obstacles.get(function.id)) is not None:
            found.refused[function.id] = _refusal(node.decorator_list[-1], obstacle)
            continue
        for decorator in reversed(node.decorator_list):
            if function.id in registered and _is_registered(ground, dispatching, path, decorator):
                continue
            try:
                _decorate(ground, found, function.id, path, decorator)
            except _NotUnderstoodError as error:
                found.refused.setdefault(function.id, _refusal(decorator, str(error)))
    for function_id in found.refused.keys() & found.entries.keys():
        del found.entries[function_id]
    return found


def _refusal(decorator: ast.expr, why: str) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return f"the decorator @{ast.unparse(called)} may call it synchronously{': ' if why else ''}{why}"


def _is_registered(ground: Ground, dispatching: Dispatching, path: str, decorator: ast.expr) -> bool:
    """Whether a decorator registers a function with one that dispatches."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and not dispatching.registered.keys().isdisjoint(
        ground.named(path, called.value)
    )


def _decorate(ground: Ground, found: Decorations, function: int, path: str, decorator: ast.expr) -> None:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = ground.names(path).resolve(called) or dotted(called)
    if makes_sync(ground, path, decorator):
        found.entries.setdefault(function, decorator)
        return
    if name is not None and (name in TRANSPARENT or ground.catalog.decorator(name) is not None):
        return
    if isinstance(called, ast.Attribute) and called.attr in ("setter", "deleter", "getter", "register"):
        owner = ground.names(path).resolve(called.value)
        if owner is None and called.attr != "register":
            return
    entry = entry_under(ground, path, decorator, function)
    if entry is not None:
        if not entry.async_:
            found.entries.setdefault(function, decorator)
        return
    makers = list(_makers(ground, path, decorator)) or list(_methods_over(ground, function, decorator))
    if not makers:
        raise _NotUnderstoodError
    if function in found.entries:
        raise _NotUnderstoodError("it stands above one that makes an entry of it")
    own = ground.program.functions[function]
    found.under.add(function)
    for maker in makers:
        found.used.setdefault(
            maker.function, f"{ground.where(path, decorator)} decorates with it, where nothing can be awaited"
        )
        _apply(ground, found, function, Occurrence(path, None, function, own.name), maker)


def _makers(ground: Ground, path: str, decorator: ast.expr) -> Iterator[_Maker]:
    """The functions that a decorator expression may be."""
    if isinstance(decorator, ast.Call):
        named = [one for one in _makers(ground, path, decorator.func) if one.position == 0]
        for outer in named or _called(ground, path, decorator):
            yield from _returned_makers(ground, outer)
        class_id = ground.class_named(path, decorator.func)
        if class_id is not None:
            yield from _method_maker(ground, class_id, "__call__")
        return
    class_id = ground.class_named(path, decorator)
    if class_id is not None:
        yield from _method_maker(ground, class_id, "__init__")
        return
    for function in ground.named(path, decorator):
        definition = ground.definition(function)
        if definition is not None and not isinstance(definition[1], ast.Lambda):
            yield _Maker(definition[0], definition[1], function)


def _called(ground: Ground, path: str, decorator: ast.Call) -> Iterator[_Maker]:
    """What `@object.method(...)` calls, as the checker knows it."""
    found = ground.call(path, decorator)
    for function in found[1].targets if found is not None and found[1].constructs is None else ():
        definition = ground.definition(function)
        if definition is None or isinstance(definition[1], ast.Lambda):
            raise _NotUnderstoodError
        yield _Maker(definition[0], definition[1], function)


def _methods_over(ground: Ground, function: int, decorator: ast.expr) -> Iterator[_Maker]:
    """The methods that `@object.method` may be."""
    if not isinstance(decorator, ast.Attribute):
        return
    for name in ground.program.decorators.get(function, ()):
        method = ground.by_name.get(name) if name.endswith(f".{decorator.attr}") else None
        definition = ground.definition(method) if method is not None else None
        if method is not None and definition is not None and not isinstance(definition[1], ast.Lambda):
            known = ground.program.functions[method]
            yield _Maker(
                definition[0], definition[1], method, int(known.owner is not None and not known.is_static)
            )


def _method_maker(ground: Ground, class_id: int, name: str) -> Iterator[_Maker]:
    method = ground.program.find_method(class_id, name)
    definition = ground.definition(method) if method is not None else None
    if method is not None and definition is not None and not isinstance(definition[1], ast.Lambda):
        yield _Maker(definition[0], definition[1], method, 1)


def _returned_makers(ground: Ground, outer: _Maker) -> Iterator[_Maker]:
    """The nested functions that a maker of decorators returns."""
    for value in _returned(outer.node):
        for nested in _nested(ground, outer.path, value):
            function = ground.code.function_at(outer.path, nested)
            if function is not None:
                yield _Maker(outer.path, nested, function)


def _returned(node: FunctionNode) -> Iterator[ast.expr]:
    for inner in own_nodes(node):
        if isinstance(inner, ast.Return) and inner.value is not None:
            value = inner.value
            yield from (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)


def _nested(ground: Ground, path: str, value: ast.expr) -> list[FunctionNode]:
    """The functions that a name means."""
    if not isinstance(value, ast.Name):
        return []
    definitions = ground.bindings(path, ground.scopes(path).binding(value))
    return [one for one in definitions if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]


def _apply(
    ground: Ground, found: Decorations, function: int, occurrence: Occurrence, maker: _Maker, depth: int = 0
) -> None:
    """A maker is called with a function."""
    node = maker.node
    parameters = [*node.args.posonlyargs, *node.args.args]
    if len(parameters) <= maker.position or depth > DEEPEST:
        raise _NotUnderstoodError("what it is given is not named")
    name = parameters[maker.position].arg
    parameter = Local(maker.path, Binding(node, name))
    if node.name == "__init__":
        found.given[parameter].append(occurrence)
        return
    if _tells_colors(ground, maker.path, node):
        found.second |= {
            wrapper
            for value in _returned(node)
            for nested in _nested(ground, maker.path, value)
            if isinstance(nested, ast.FunctionDef)
            and (wrapper := ground.code.function_at(maker.path, nested)) is not None
        }
        return
    made = _made(ground, maker, name)
    for inner in made.applied:
        _apply(ground, found, function, occurrence, inner, depth + 1)
    if made.applied:
        return
    found.given[parameter].append(occurrence)
    for wrapper in made.wrappers:
        found.wrapped[wrapper].add(function)
        found.parameters[wrapper] = parameter
        found.makers[wrapper] = node


@dataclass
class _Made:
    """What a decorator returns: wrappers, or what decorators that it applies itself return."""

    wrappers: list[int] = field(default_factory=list)
    applied: list[_Maker] = field(default_factory=list)


def _made(ground: Ground, maker: _Maker, name: str) -> _Made:
    """name: of the parameter that is the function. Raises _NotUnderstoodError."""
    made, path, values = _Made(), maker.path, list(_returned(maker.node))
    is_known = False
    for value in values:
        match value:
            case ast.Name(id=same) if same == name:
                is_known = True
                continue
            case ast.Call(func=ast.Name() as inner, args=[ast.Name(id=same)]) if same == name:
                makers = _nested(ground, path, inner)
                for one in makers:
                    function = ground.code.function_at(path, one)
                    if function is not None:
                        made.applied.append(_Maker(path, one, function))
                if makers:
                    continue
        if isinstance(value, ast.Call) and (
            ground.class_named(path, value.func) is not None or _is_partial(ground, path, value)
        ):
            is_known = True
            continue
        wrappers = [
            wrapper
            for part in _wrapped_names(ground, path, value)
            for one in _nested(ground, path, part)
            if (wrapper := ground.code.function_at(path, one)) is not None
        ]
        if not wrappers:
            raise _NotUnderstoodError(f"line {value.lineno} of {path} returns something else")
        made.wrappers += wrappers
    if not made.wrappers and not made.applied and not is_known:
        raise _NotUnderstoodError("it returns nothing that is called instead")
    return made


def _wrapped_names(ground: Ground, path: str, value: ast.expr) -> Iterator[ast.expr]:
    """`wrapper`, also in `wraps(f)(wrapper)`, `update_wrapper(wrapper, f)` and `cast(T, wrapper)`."""
    match value:
        case ast.Name():
            yield value
        case ast.Call(func=ast.Call(func=maker), args=[ast.Name() as only]) if _is_decorator(
            ground, path, maker
        ):
            yield only
        case ast.Call(func=function, args=[*_] as arguments) if _is_decorator(ground, path, function):
            yield from (one for one in arguments if isinstance(one, ast.Name))


def _is_decorator(ground: Ground, path: str, node: ast.expr) -> bool:
    name = ground.names(path).resolve(node)
    return name is not None and (ground.catalog.decorator(name) is not None or ground.catalog.is_looker(name))


def _is_partial(ground: Ground, path: str, value: ast.expr) -> bool:
    """`return partial(decorator, option=option)`: the decorator itself, with its options."""
    name = ground.names(path).resolve(value.func) if isinstance(value, ast.Call) else None
    return name is not None and ground.catalog.passes(name)


def _tells_colors(ground: Ground, path: str, node: FunctionNode) -> bool:
    return any(
        isinstance(inner, ast.Call) and ground.names(path).resolve(inner.func) in COLOR_TESTS
        for inner in ast.walk(node)
    )
