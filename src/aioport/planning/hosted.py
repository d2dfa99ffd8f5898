"""Functions of the project that a framework calls: commands, endpoints, tasks, handlers; and in which color it takes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aioport.blocking.primitives import called_names
from aioport.catalog.schema import Asynchronous, FrameworkEntry
from aioport.positions import Span
from aioport.program.model import Function

if TYPE_CHECKING:
    from aioport.planning.analysis import Analysis


Kind = Literal["decorated", "registered", "named"]
"""How a framework gets to know a function."""


@dataclass(frozen=True, slots=True)
class Hosted:
    """A function that a framework calls.

    way: how it may be `async def`; None where it may not, so that something sync has to run it.
    form: what does: a function of its name around it (`shim`), a decorator below the framework's (`decorator`).
    by_name: it is found by its own name, and not registered as an object.
    obstacle: why it stays as it is; None where it need not.
    """

    function: int
    entry: FrameworkEntry
    way: Asynchronous | None
    form: Literal["shim", "decorator"]
    by_name: bool
    obstacle: str | None


def find_hosted(analysis: Analysis) -> dict[int, Hosted]:
    """Every function that a framework calls, but for those of tests."""
    found: dict[int, Hosted] = {}
    for function, entry, kind in _recognised(analysis):
        one = analysis.function(function)
        if function not in found and not analysis.in_tests(function):
            way = next((way for way in entry.async_ if _is_at_hand(analysis, way)), None)
            form: Literal["shim", "decorator"] = "decorator" if kind == "decorated" else "shim"
            obstacle = entry.keeps or _obstacle(analysis, one, way, form)
            if obstacle is not None:
                obstacle = f"it is {entry.what}, which {obstacle}"
            found[function] = Hosted(function, entry, way, form, kind == "named", obstacle)
    return found


def _recognised(analysis: Analysis) -> Iterator[tuple[int, FrameworkEntry, Kind]]:
    entries = [one for one in analysis.catalog.entries if not one.tests]
    program = analysis.program
    by_decorator = analysis.catalog.registering
    for function, names in program.decorators.items():
        entry = next((by_decorator[name] for name in names if name in by_decorator), None)
        if entry is not None and analysis.node(function) is not None:
            yield function, entry, "decorated"
    for function, entry in _registered(analysis):
        yield function, entry, "registered"
    for entry in entries:
        for made in program.classes if entry.bases else ():
            if made.in_project and not {program.classes[one].name for one in made.ancestors}.isdisjoint(
                entry.bases
            ):
                for name, method in made.methods.items():
                    if any(fnmatchcase(name, pattern) for pattern in entry.methods):
                        yield method, entry, "named"
        for one in program.functions if entry.functions else ():
            if one.in_project and one.owner is None and _is_named(analysis, one, entry):
                yield one.id, entry, "named"


def _registered(analysis: Analysis) -> Iterator[tuple[int, FrameworkEntry]]:
    """Functions that are given to a callable which registers them."""
    for reference in analysis.program.references if analysis.catalog.registrars else ():
        entry = registered_by(analysis, reference.path, (reference.start, reference.end))
        if entry is not None:
            yield from ((target, entry) for target in reference.targets)


def registered_by(analysis: Analysis, path: str, span: Span) -> FrameworkEntry | None:
    """The entry whose callable is given what stands at a place."""
    syntax, registrars = analysis.syntax[path], analysis.catalog.registrars
    node = syntax.at(span, ast.expr)
    parent = syntax.parents.get(node) if node is not None else None
    if isinstance(parent, ast.keyword):
        parent = syntax.parents.get(parent)
    if not isinstance(parent, ast.Call) or parent.func is node:
        return None
    index = analysis.call_at.get((path, *syntax.span(parent)))
    names = called_names(analysis.program.calls[index], analysis.program) if index is not None else ()
    written = analysis.names(path).resolve(parent.func) or ""
    return next((registrars[name] for name in (*names, written) if name in registrars), None)


def _is_named(analysis: Analysis, one: Function, entry: FrameworkEntry) -> bool:
    node, path = analysis.node(one.id), one.path or ""
    if node is None or not any(fnmatchcase(one.bare_name, pattern) for pattern in entry.functions):
        return False
    file = path.rpartition("/")[2]
    if entry.files and not any(fnmatchcase(file, pattern) for pattern in entry.files):
        return False
    given = tuple(arg.arg for arg in (*node.args.posonlyargs, *node.args.args))
    return not entry.parameters or given == entry.parameters


def _is_at_hand(analysis: Analysis, way: Asynchronous) -> bool:
    """Whether what a way needs is installed."""
    sites = [Path(site) for site in analysis.project.site_packages]
    return way.needs is None or any(
        (site / way.needs).exists() or (site / f"{way.needs}.py").exists() for site in sites
    )


def _obstacle(
    analysis: Analysis, one: Function, way: Asynchronous | None, form: Literal["shim", "decorator"]
) -> str | None:
    """Why a function cannot be async, or have an async form beside it."""
    node = analysis.node(one.id)
    if one.is_async:
        return None
    if not isinstance(node, ast.FunctionDef):
        return "cannot be written twice"
    if one.id in analysis.generators:
        return "the framework goes through as a generator"
    is_below = form == "decorator" and one.id in analysis.callables.entries
    if one.id in analysis.callables.under and not is_below:
        return "a decorator of the project wraps"
    if way is not None:
        return None
    if form == "decorator":
        known = one.id in analysis.callables.entries
        return None if known else "stands under a decorator that may call it synchronously"
    if one.is_static or one.is_classmethod or one.is_property:
        return "is called without an object"
    return None
