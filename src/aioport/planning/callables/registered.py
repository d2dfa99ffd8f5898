"""Decorators by which a framework is told what to call, as the catalog knows them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.blocking.primitives import called_names
from aioport.catalog.schema import FrameworkEntry
from aioport.planning.callables.ground import Ground
from aioport.values.scopes import Binding

MADE_SYNC = ("_aio.synced", "aioport.runtime.synced")
"""The vendored file's decorator, whatever package that is in."""


def entry_under(
    ground: Ground, path: str, decorator: ast.expr, function: int | None = None
) -> FrameworkEntry | None:
    """What the catalog says of the functions under a decorator; None where it is no framework's.

    function: one that is under it, for what the checker says of its decorators.
    """
    known = ground.catalog.registering
    if not known:
        return None
    found = next((known[name] for name in _names(ground, path, decorator, function) if name in known), None)
    maker = decorator.func if isinstance(decorator, ast.Call) else decorator
    if found is not None or not isinstance(maker, ast.Attribute):
        return found
    made = _made_by(ground, path, maker.value)
    return (
        made if made is not None and any(one.endswith(f".{maker.attr}") for one in made.decorators) else None
    )


def makes_sync(ground: Ground, path: str, decorator: ast.expr) -> bool:
    """Whether a decorator is the vendored file's that makes a sync function of an `async def`."""
    name = ground.names(path).resolve(decorator)
    return name is not None and name.endswith(MADE_SYNC)


def _names(ground: Ground, path: str, decorator: ast.expr, function: int | None) -> Iterator[str]:
    """What a decorator may be called: by its name, and by the method that it is of an object."""
    maker = decorator.func if isinstance(decorator, ast.Call) else decorator
    bare = maker.attr if isinstance(maker, ast.Attribute) else maker.id if isinstance(maker, ast.Name) else ""
    known = ground.program.decorators.get(function, ()) if function is not None else ()
    yield from (name for name in known if bare in name.removesuffix(".__init__").rpartition(".")[2:])
    name = ground.names(path).resolve(maker)
    if name is not None:
        yield name
    if isinstance(decorator, ast.Call) and (found := ground.call(path, decorator)) is not None:
        yield from called_names(found[1], ground.program)
    yield from (ground.program.functions[one].name for one in ground.named(path, maker))
    if isinstance(decorator, ast.Name):
        yield from _made_elsewhere(ground, path, decorator)
    if isinstance(maker, ast.Attribute) and isinstance(maker.value, ast.Name):
        for binding in ground.bindings(path, ground.scopes(path).binding(maker.value)):
            match ground.syntax(path).parents.get(binding):
                case ast.Assign(value=ast.Call(func=made)) | ast.AnnAssign(value=ast.Call(func=made)):
                    yield f"{ground.names(path).resolve(made)}.{maker.attr}"


def _made_elsewhere(ground: Ground, path: str, decorator: ast.Name) -> Iterator[str]:
    """What has made a decorator that has a name of its own, here or in the module that it is imported from.

    `verbose = click.option("--verbose")` above a function is what that call would be there.
    """
    places = [(path, ground.scopes(path).binding(decorator))]
    module, _, name = (ground.names(path).resolve(decorator) or "").rpartition(".")
    if (home := ground.code.modules.get(module)) is not None:
        places.append((home, Binding(ground.syntax(home).tree, name)))
    for where, binding in places:
        for one in ground.bindings(where, binding):
            match ground.syntax(where).parents.get(one):
                case ast.Assign(value=ast.Call(func=made)) | ast.AnnAssign(value=ast.Call(func=made)):
                    yield ground.names(where).resolve(made) or ""


def _made_by(ground: Ground, path: str, node: ast.expr) -> FrameworkEntry | None:
    """What has made an object of a function, where the name is that of one under such a decorator itself."""
    for function in ground.named(path, node):
        definition = ground.definition(function)
        if definition is not None and not isinstance(definition[1], ast.Lambda):
            for decorator in definition[1].decorator_list:
                if (entry := entry_under(ground, definition[0], decorator)) is not None:
                    return entry
    return None
