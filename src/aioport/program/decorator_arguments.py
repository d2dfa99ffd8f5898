"""Functions that are named in the arguments of a decorator, which the checker's report leaves out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from aioport.program.model import Program, Reference
from aioport.program.module_names import module_name, package_of
from aioport.program.names import ImportedNames, dotted
from aioport.program.syntax import SyntaxOf
from aioport.project import Project

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def add_decorator_arguments(project: Project, program: Program, public_name: Callable[[str], str]) -> Program:
    """A program with references to the functions that decorators are given."""
    found = list(_references(project, program, public_name))
    if not found:
        return program
    before = program.references

    def references() -> tuple[Reference, ...]:
        known = {(one.path, one.start, one.end) for one in before}
        new = (one for one in found if (one.path, one.start, one.end) not in known)
        return tuple(sorted((*before, *new), key=lambda one: (one.path, one.start)))

    return replace(program, _references=references, _references_in=None)


def _references(project: Project, program: Program, public_name: Callable[[str], str]) -> Iterator[Reference]:
    functions = {one.name: one.id for one in program.functions if one.in_project and one.kind == "def"}
    modules = {one.path: one.id for one in program.functions if one.in_project and one.kind == "module"}
    syntaxes = SyntaxOf(project)
    for path in project.sources:
        syntax = syntaxes[path]
        calls = [
            decorator
            for node in syntax.of_kinds(*DEFINITIONS)
            for decorator in getattr(node, "decorator_list", ())
            if isinstance(decorator, ast.Call) and (decorator.args or decorator.keywords)
        ]
        if not calls or path not in modules:
            continue
        names = ImportedNames(syntax, public_name, package_of(project, path))
        own = module_name(project, path)
        for call in calls:
            for node in _named(call):
                name = names.resolve(node) or f"{own}.{dotted(node)}"
                if name in functions:
                    start, end = syntax.span(node)
                    yield Reference(modules[path], path, start, end, node.lineno, (functions[name],))


def _named(call: ast.Call) -> Iterator[ast.expr]:
    """Names and dotted names in a decorator's arguments that are not called there; what a lambda names it does not hand over."""
    todo: list[ast.AST] = [*call.args, *call.keywords]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name | ast.Attribute) and dotted(node) is not None:
            yield node
        elif isinstance(node, ast.Call):
            todo += [*node.args, *node.keywords]
        elif not isinstance(node, ast.Lambda):
            todo += ast.iter_child_nodes(node)
