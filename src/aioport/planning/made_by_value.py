"""Objects that are made by calling a class out of a registry, `COMMANDS[name]()`: they may be of any class passed on."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property

from aioport.catalog.index import Catalog
from aioport.planning.origins import Origins
from aioport.program.model import Call, Program
from aioport.program.names import ImportedNames, dotted
from aioport.program.syntax import TYPE_MAKERS, Syntax, is_type_argument, names_a_type
from aioport.project import Project
from aioport.values.code import Code
from aioport.values.types import Types

REGISTERING = ("__init_subclass__",)
"""Methods that are given every class below."""


class MadeByValue:
    """Looks for what calls the classes are whose objects nobody is seen to make."""

    def __init__(self, project: Project, program: Program, catalog: Catalog, origins: Origins) -> None:
        self._project, self._program, self._catalog, self._origins = project, program, catalog, origins
        self._code = Code(project, program, catalog, list(program.calls))

    def methods(self, call: Call) -> Iterator[int]:
        """The project's methods that an unknown call may run; none where its object was made otherwise."""
        node = self._code.expression(call)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return
        values = self._origins.values(call, node.func.value)
        if any(self._is_value_called(call.path, one) for one in values):
            found = (self._program.find_method(one, node.func.attr) for one in sorted(self._passed_on))
            yield from (one for one in found if one is not None and self._program.functions[one].in_project)

    def _is_value_called(self, path: str, node: ast.expr) -> bool:
        """Whether an expression calls something of which nothing is known."""
        if not isinstance(node, ast.Call):
            return False
        index = self._code.call_at(path, node)
        if index is None:
            return False
        made = self._program.calls[index]
        return made.unknown is not None and not made.targets and made.constructs is None

    @cached_property
    def _passed_on(self) -> frozenset[int]:
        """The project's classes that are kept or passed on as values, by their names, decorators or bases."""
        program, types = self._program, Types(self._code)
        own = {one.name: one.id for one in program.classes if one.in_project}
        found = {
            one.id
            for one in program.classes
            if one.in_project
            and any(
                program.classes[base].in_project and name in program.classes[base].methods
                for base in (one.id, *one.ancestors)
                for name in REGISTERING
            )
        }
        found |= {one for one in own.values() if types.metaclasses(one)}
        for path in self._project.sources:
            syntax = self._code.syntax(path)
            if syntax is not None:
                names = ImportedNames(syntax, self._catalog.public_name, self._code.package_of(path))
                found.update(self._decorated(path, syntax, names, types))
                found.update(self._named(path, syntax, own))
        return frozenset(found)

    def _decorated(self, path: str, syntax: Syntax, names: ImportedNames, types: Types) -> Iterator[int]:
        """Classes under decorators that may keep them, which those of the standard library do not."""
        for node in syntax.of_kind.get(ast.ClassDef, ()):
            for decorator in node.decorator_list if isinstance(node, ast.ClassDef) else ():
                maker = decorator.func if isinstance(decorator, ast.Call) else decorator
                top = (names.resolve(maker) or "").partition(".")[0]
                made = types.class_of(path, node) if isinstance(node, ast.ClassDef) else None
                if made is not None and top not in sys.stdlib_module_names:
                    yield made

    def _named(self, path: str, syntax: Syntax, own: Mapping[str, int]) -> Iterator[int]:
        for node in syntax.of_kinds(ast.Name, ast.Attribute):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                known = self._program.type_at(path, *syntax.span(node))
                classes = [own[one] for one in known.objects if one in own] if known is not None else []
                if classes and _is_kept(syntax, node):
                    yield from classes


def _is_kept(syntax: Syntax, node: ast.expr) -> bool:
    """Whether a class is neither called, nor looked into, nor only named as a type."""
    parent = syntax.parents.get(node)
    match parent:
        case ast.Call(func=func) if func is node:
            return False
        case ast.Attribute() | ast.ClassDef() | ast.Compare() | ast.MatchClass() | ast.ExceptHandler():
            return False
        case ast.Call(func=func) if (dotted(func) or "").rpartition(".")[2] in TYPE_MAKERS:
            return False
    return not (names_a_type(syntax, node) or is_type_argument(syntax, node))
