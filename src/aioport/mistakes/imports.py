"""Imports that load a module while the event loop runs: once only, but everything waits for it."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from aioport.mistakes.loaded import find_unloaded, loaded_at_top
from aioport.mistakes.mistake import Mistake
from aioport.mistakes.view import View
from aioport.program.imported import absolute, imported_inside, package_of, packages_of
from aioport.program.syntax import own_nodes

Candidate: TypeAlias = tuple[int, ast.Import | ast.ImportFrom, tuple[str, ...]]
"""A function on the loop, an import in it, and the modules that this loads, packages first."""


def find_imports(view: View) -> Iterator[Mistake]:
    """Every import in a function that an event loop runs, of a module that is not known to be loaded by then."""
    names = {
        one.path: one.name
        for one in view.program.functions
        if one.in_project and one.kind == "module" and one.path
    }
    by_path: dict[str, list[int]] = defaultdict(list)
    for number in view.from_loop:
        if (path := view.program.functions[number].path) in names:
            by_path[path].append(number)
    packages = {path: package_of(path, names[path]) for path in by_path}
    inner = {path: imported_inside(view.project.sources[path].data, packages[path]) for path in by_path}
    if not any(inner.values()):
        return
    loaded = loaded_at_top(view.project, names) | view.known.started
    for path in by_path:
        loaded.update((names[path], *packages_of(names[path])))
    candidates = [
        candidate
        for path, numbers in by_path.items()
        if not inner[path] <= loaded
        for candidate in _imports(view, numbers, packages[path], frozenset(names.values()))
    ]
    modules = {module for _, _, needed in candidates for module in needed} - loaded
    unloaded = find_unloaded(modules, loaded, view.project.site_packages) if modules else set()
    told: set[tuple[int, str]] = set()
    for number, node, needed in candidates:
        module = next((one for one in needed if one in unloaded), None)
        package = number, (module or "").partition(".")[0]
        if module is None or package in told or not view.is_on_loop(number):
            continue
        told.add(package)
        if module not in _imported_when_made(view, number, packages):
            yield _mistake(view, number, node, module)


def _imported_when_made(view: View, number: int, packages: Mapping[str, str]) -> set[str]:
    """What the constructor of a method's class imports, which has run before the method does."""
    function = view.program.functions[number]
    made = view.program.find_method(function.owner, "__init__") if function.owner is not None else None
    path = view.program.functions[made].path if made is not None else None
    if made is None or path is None or path not in packages:
        return set()
    return {module for _, _, needed in _imports(view, (made,), packages[path], ()) for module in needed}


def _imports(view: View, numbers: Iterable[int], package: str, own: Collection[str]) -> Iterator[Candidate]:
    for number in numbers:
        node = view.definition(number)
        for inner in own_nodes(node) if node is not None else ():
            if isinstance(inner, ast.Import):
                yield number, inner, tuple(alias.name for alias in inner.names)
            elif isinstance(inner, ast.ImportFrom):
                module = absolute("." * inner.level + (inner.module or ""), package)
                parts = (f"{module}.{alias.name}" for alias in inner.names)
                yield number, inner, (module, *(part for part in parts if part in own))


def _mistake(view: View, number: int, node: ast.Import | ast.ImportFrom, module: str) -> Mistake:
    function, begin = view.program.functions[number], view.begin(number)
    by = "" if begin.id == number else f" of `async def {begin.bare_name}`"
    message = (
        f"the first import of `{module}` reads files and runs the module on the event loop{by}, once: "
        "import it at the top of the file"
    )
    return view.mistake_at(function.path or "", node, number, "import-on-loop", message)
