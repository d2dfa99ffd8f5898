"""What attributes and globals hold that begin as None: all that the project assigns to them later."""

from __future__ import annotations

import ast
from collections import defaultdict

from aioport.program.beginnings import find_beginnings
from aioport.program.holders import Given, Holder
from aioport.values.code import Code
from aioport.values.types import Types


def find_later(code: Code, types: Types) -> dict[Holder, Given]:
    """By what begins as None, what is assigned to it anywhere."""
    paths = tuple(code.files_with("None"))
    begun = {
        path: syntax.source.once(find_beginnings)
        for path in paths
        if (syntax := code.syntax(path)) is not None
    }
    names = {one.name for found in begun.values() for one in found}
    if not names:
        return {}
    later = _Later(code, types, names)
    found: dict[Holder, Given] = {}
    for path, beginnings in begun.items():
        for one in beginnings:
            if one.owner is None:
                given = later.of_global(path, one.name)
            elif (class_id := later.types.class_of(path, one.owner)) is not None:
                given = later.of_attribute(class_id, one.name)
            else:
                continue
            if given.classes:
                given.optional = True
                found[Holder(path, one.end)] = given
    return found


class _Later:
    def __init__(self, code: Code, types: Types, names: set[str]) -> None:
        self._code, self.types = code, types
        self._attributes: dict[str, list[tuple[str, ast.Attribute]]] = defaultdict(list)
        for path in code.project.sources:
            syntax = code.syntax(path)
            for node in syntax.of_kind.get(ast.Attribute, ()) if syntax is not None else ():
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in names:
                    self._attributes[node.attr].append((path, node))

    def of_attribute(self, class_id: int, name: str) -> Given:
        """What the objects of a class, and of those that are derived from it, have under a name."""
        program, given = self._code.program, Given()
        for path, node in self._attributes.get(name, ()):
            holders = self.types.holders(path, node.value)
            related = [
                one
                for one in holders
                if one == class_id
                or class_id in program.classes[one].ancestors
                or one in program.classes[class_id].ancestors
            ]
            if related or not holders:
                given.add(self._assigned(path, node) if related else Given(open=True))
        for one in program.subclasses.get(class_id, ()):
            self._in_body(one, name, given)
        return given

    def of_global(self, path: str, name: str) -> Given:
        """What a global of a file is set to, there and in functions that declare it."""
        given, syntax, scopes = Given(), self._code.syntax(path), self._code.scopes(path)
        assert syntax is not None
        assert scopes is not None
        for node in syntax.of_kind.get(ast.Name, ()):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
                if isinstance(scopes.binding(node).scope, ast.Module):
                    given.add(self._assigned(path, node))
        if any(not self.types.holders(other, node.value) for other, node in self._attributes.get(name, ())):
            given.open = True
        return given

    def _in_body(self, class_id: int, name: str, given: Given) -> None:
        definition, path = self.types.definition(class_id), self._code.program.classes[class_id].path
        for statement in definition.body if definition is not None and path is not None else ():
            match statement:
                case ast.Assign(targets=[ast.Name(id=same)], value=value) if (
                    same == name and path is not None
                ):
                    given.add(self._value(path, value, name))

    def _assigned(self, path: str, target: ast.Attribute | ast.Name) -> Given:
        """What a statement gives to one of its targets."""
        syntax = self._code.syntax(path)
        name = target.attr if isinstance(target, ast.Attribute) else target.id
        match syntax.parents.get(target) if syntax is not None else None:
            case (
                ast.Assign(value=value)
                | ast.AnnAssign(value=ast.expr() as value)
                | ast.NamedExpr(value=value)
            ):
                return self._value(path, value, name)
        return Given(open=True)

    def _value(self, path: str, value: ast.expr, name: str) -> Given:
        """name: what the value is assigned to, and says nothing of itself: `self.file = self.file or open(path)`."""
        given = Given()
        match value:
            case ast.Constant(value=None):
                given.optional = True
            case ast.Attribute(attr=same) | ast.Name(id=same) if same == name:
                pass
            case ast.BoolOp(values=parts):
                for part in parts:
                    given.add(self._value(path, part, name))
            case ast.IfExp(body=first, orelse=second):
                given.add(self._value(path, first, name))
                given.add(self._value(path, second, name))
            case _:
                given.add(self._object(path, value))
        return given

    def _object(self, path: str, value: ast.expr) -> Given:
        syntax = self._code.syntax(path)
        known = self._code.program.type_at(path, *syntax.span(value)) if syntax is not None else None
        if known is not None:
            return Given(set(known.ids), known.optional, not known.exhaustive or bool(known.objects))
        classes = set(self.types.classes(path, value))
        return Given(classes, open=not classes)
