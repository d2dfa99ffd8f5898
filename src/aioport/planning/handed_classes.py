"""Classes that are handed to something outside the project, which may make objects of them: `map(Store, urls)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from aioport.catalog.index import Catalog
from aioport.program.model import Call, Program
from aioport.project import Project
from aioport.values.code import Code

MAKERS = ("__init__", "__post_init__")


def with_handed_classes(project: Project, program: Program, catalog: Catalog) -> Program:
    """The program with what makes a class's objects among the functions that are handed over in a call.

    The checker's report has functions only. What the project's own functions are given is left out: they may do
    anything with it, and the places where they make objects are calls of their own.
    """
    makers = {
        one.name.rpartition(".")[2]
        for one in program.classes
        if one.in_project and any(name in one.methods for name in MAKERS)
    }
    if not makers:
        return program
    code = Code(project, program, catalog, list(program.calls))
    by_name = {one.name: one.id for one in program.classes if one.in_project}
    own = frozenset(by_name.values())
    calls = []
    for call in program.calls:
        is_foreign = call.kind == "call" and call.targets and call.constructs not in own
        handed = tuple(_handed(code, catalog, by_name, call)) if is_foreign else ()
        calls.append(msgspec.structs.replace(call, callbacks=(*call.callbacks, *handed)) if handed else call)
    return replace(program, calls=tuple(calls))


def _handed(
    code: Code, catalog: Catalog, by_name: dict[str, int], call: Call
) -> Iterator[tuple[int, tuple[int, ...]]]:
    program = code.program
    if any(program.functions[one].in_project for one in call.targets):
        return
    names = [program.functions[one].name for one in call.targets]
    if all(catalog.is_looker(name.removesuffix(".__init__").removesuffix(".__new__")) for name in names):
        return
    node, syntax = code.expression(call), code.syntax(call.path)
    if not isinstance(node, ast.Call) or syntax is None:
        return
    for position, value in enumerate((*node.args, *(one.value for one in node.keywords))):
        if isinstance(value, ast.Name | ast.Attribute):
            known = program.type_at(call.path, *syntax.span(value))
            classes = [by_name[one] for one in known.objects if one in by_name] if known is not None else []
            made = (program.find_method(one, name) for one in classes for name in MAKERS)
            own = tuple(one for one in made if one is not None and program.functions[one].in_project)
            if own:
                yield position, own
