"""Decorators of the project's own that hand what they decorate to a thread: a call of it runs nothing there and then."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from aioport.catalog.index import Catalog
from aioport.positions import Span, span_of
from aioport.program.model import Call, Function, Program
from aioport.project import PARSE_ERRORS, Project


def find_handed_over(
    project: Project, program: Program, catalog: Catalog, spawns: Iterable[Call]
) -> frozenset[int]:
    """The functions that are decorated so.

    spawns: calls that start what they are given elsewhere.
    """
    own = {one.name: one for one in program.functions if one.in_project and one.kind == "def"}
    names = {name for decorators in program.decorators.values() for name in decorators if name in own}
    handing = {
        name
        for name in names
        if any(call.path == own[name].path for call in spawns)
        and _hands_over(project, program, catalog, own[name], spawns)
    }
    return frozenset(
        function for function, names in program.decorators.items() if not handing.isdisjoint(names)
    )


def _hands_over(
    project: Project, program: Program, catalog: Catalog, decorator: Function, spawns: Iterable[Call]
) -> bool:
    """Whether a decorator does nothing with its argument but to look at it, and to hand it to a thread."""
    source = project.sources[decorator.path or ""]
    try:
        node = next(
            one
            for one in ast.walk(source.tree)
            if isinstance(one, ast.FunctionDef)
            and one.name == decorator.bare_name
            and one.lineno == decorator.line
        )
    except (*PARSE_ERRORS, StopIteration):
        return False
    arguments = node.args
    if len(arguments.args) != 1 or arguments.posonlyargs or arguments.vararg or arguments.kwonlyargs:
        return False
    name = arguments.args[0].arg
    if any(
        one.arg == name for one in ast.walk(node) if isinstance(one, ast.arg) and one is not arguments.args[0]
    ):
        return False
    uses = [one for one in ast.walk(node) if isinstance(one, ast.Name) and one.id == name]
    if not all(isinstance(one.ctx, ast.Load) for one in uses):
        return False
    handed = [(call.start, call.end) for call in spawns if call.path == decorator.path]
    looks = list(_looks(program, catalog, decorator))
    spans = [span_of(source, one) for one in uses]
    return any(_is_in(one, handed) for one in spans) and all(_is_in(one, [*handed, *looks]) for one in spans)


def _looks(program: Program, catalog: Catalog, decorator: Function) -> Iterator[Span]:
    for call in program.calls:
        if call.path == decorator.path and any(
            catalog.is_looker(program.functions[target].name) for target in call.targets
        ):
            yield call.start, call.end


def _is_in(span: Span, places: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in places)
