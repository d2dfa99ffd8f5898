"""Objects of unknown class that something installed has made, as far as the names in their own file tell."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from aioport.program.model import Call, Program
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, Syntax, walk
from aioport.project import Project, Source
from aioport.values.scopes import imported_names

DEEPEST = 6
"""So many names are followed from one to the next."""

_Target: TypeAlias = tuple[type[ast.expr], str]
"""A name or an attribute that something is bound to."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an expression stands. function, owner: the innermost ones around it."""

    path: str
    function: FunctionNode | None
    owner: ast.ClassDef | None


class Origins:
    """Looks for what names are bound to, in files that are read when asked for."""

    def __init__(self, project: Project, program: Program) -> None:
        self._project = project
        modules = {one.name: one.path for one in program.functions if one.kind == "module" and one.in_project}
        self._own = {name.partition(".")[0] for name in modules}
        self._modules = {path: name for name, path in modules.items()}
        self._bound_in: dict[ast.AST, Mapping[_Target, list[ast.expr]]] = {}
        self._imports: dict[str, Mapping[str, str]] = {}

    def maker(self, call: Call, receiver: ast.expr) -> str | None:
        """What made the object that a method is called on, by its dotted name, where that is neither of the project nor
        of the standard library, whose containers give back what they were given."""
        return self._maker(self._place(call), receiver, DEEPEST)

    def values(self, call: Call, receiver: ast.expr) -> tuple[ast.expr, ...]:
        """What the object that a method is called on may be: the expression, or all that its name is bound to."""
        place = self._place(call)
        match receiver:
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if place.owner is not None:
                return tuple(self._bound(place.owner, ast.Attribute, name))
            case ast.Name(id=name) if place.function is not None:
                return tuple(self._bound(place.function, ast.Name, name))
        return (receiver,)

    def _place(self, call: Call) -> _Place:
        around = [
            one
            for one in self._definitions(call.path)
            if one.lineno <= call.line <= (one.end_lineno or one.lineno)
        ]
        functions = [one for one in around if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
        owners = [one for one in around if isinstance(one, ast.ClassDef)]
        return _Place(call.path, functions[-1] if functions else None, owners[-1] if owners else None)

    def _maker(self, place: _Place, node: ast.expr, depth: int) -> str | None:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name)):
                return self._first(place, self._returned(place, name), depth)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if place.owner is not None:
                return self._first(place, self._bound(place.owner, ast.Attribute, name), depth)
            case ast.Name(id=name) if place.function is not None:
                return self._first(place, self._bound(place.function, ast.Name, name), depth)
            case ast.Await(value=inner):
                return self._maker(place, inner, depth)
            case ast.Call(func=called) if (written := dotted(called)) is not None:
                first, dot, rest = written.partition(".")
                imported = self._imported(place.path).get(first)
                top = imported.partition(".")[0] if imported is not None else ""
                if top and top not in self._own and top not in sys.stdlib_module_names:
                    return f"{imported}{dot}{rest}"
        return None

    def _first(self, place: _Place, values: Iterable[ast.expr], depth: int) -> str | None:
        makers = (self._maker(place, one, depth - 1) for one in values) if depth else ()
        return next((one for one in makers if one is not None), None)

    def _returned(self, place: _Place, name: str) -> Iterator[ast.expr]:
        for method in place.owner.body if place.owner is not None else ():
            if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and method.name == name:
                for node in walk(method):
                    if isinstance(node, ast.Return) and node.value is not None:
                        yield node.value

    def _definitions(self, path: str) -> list[FunctionNode | ast.ClassDef]:
        """Functions and classes, outer ones before what is in them."""
        return self._project.sources[path].once(_definitions_in)

    def _bound(self, around: ast.AST, kind: type[ast.Name | ast.Attribute], name: str) -> Iterable[ast.expr]:
        """What a function binds to a name, or a class to an attribute of its objects."""
        if around not in self._bound_in:
            self._bound_in[around] = _bound(around)
        return self._bound_in[around].get((kind, name), ())

    def _imported(self, path: str) -> Mapping[str, str]:
        if path not in self._imports:
            module = self._modules.get(path, "")
            package = module if path.endswith("__init__.py") else module.rpartition(".")[0]
            statements = imported_names(Syntax(self._project.sources[path]).nodes, package).values()
            self._imports[path] = {here: dotted for names in statements for here, dotted in names}
        return self._imports[path]


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Targets of a node and what they are bound to."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value
        case ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.withitem(optional_vars=ast.expr() as target, context_expr=value):
            yield target, value


def _bound(around: ast.AST) -> Mapping[_Target, list[ast.expr]]:
    """What a function or a class binds to names and attributes."""
    found: dict[_Target, list[ast.expr]] = defaultdict(list)
    for node in walk(around):
        for target, value in _bindings(node):
            match target:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    found[type(target), name].append(value)
    return found


def _definitions_in(source: Source) -> list[FunctionNode | ast.ClassDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [one for one in Syntax(source).of_kinds(*kinds) if isinstance(one, kinds)]
    return sorted(found, key=lambda one: (one.lineno, one.col_offset))
