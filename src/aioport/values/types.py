"""The classes that an expression may be an instance of: as the checker recorded it, or worked out from its parts."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cached_property

from aioport.positions import line_of
from aioport.program.syntax import Syntax
from aioport.project import Source
from aioport.values.code import Code

SAYS_NOTHING = frozenset({"Unknown", "typing.Any"})
"""The checker's texts for types that it does not know, or that are declared to be anything."""


def _assigned_to_self(source: Source) -> dict[ast.AST, list[tuple[str, ast.expr]]]:
    """By function, the attributes that it or what is in it sets on `self`, and to what."""
    found: dict[ast.AST, list[tuple[str, ast.expr]]] = {}
    syntax = Syntax(source)
    for node in syntax.of_kind.get(ast.Assign, ()):
        match node:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
                for around in syntax.ancestors(node):
                    if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                        found.setdefault(around, []).append((name, value))
    return found


class Types:
    """Class ids of expressions. The checker records names, bases of attributes and arguments only."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._definitions: dict[str, dict[int, ast.ClassDef]] = {}
        self._metaclasses: dict[int, tuple[int, ...]] = {}
        self._fields: dict[tuple[int, str], tuple[int, ...]] = {}
        self._of_assigned: dict[tuple[int, str], tuple[int, ...]] = {}
        self._assigned_in: dict[int, Mapping[str, list[tuple[str, ast.expr]]]] = {}

    def classes(self, path: str, node: ast.expr) -> tuple[int, ...]:
        """What an expression may be an instance of; nothing where that is unknown."""
        syntax = self._code.syntax(path)
        if syntax is None:
            return ()
        known = self._code.program.type_at(path, *syntax.span(node))
        if known is not None and known.ids:
            return known.ids
        match node:
            case ast.Name(id="self" | "cls"):
                return self._own_class(path, node)
            case ast.Attribute(value=value, attr=attribute):
                return self._of_field(self.classes(path, value), attribute)
            case ast.Call():
                return self._of_result(path, node)
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return self.classes(path, value)
            case ast.BinOp():
                return self._of_operator(path, node)
            case ast.IfExp(body=first, orelse=second):
                return (*self.classes(path, first), *self.classes(path, second))
        return ()

    def holders(self, path: str, node: ast.expr) -> tuple[int, ...]:
        """The classes whose attributes an expression has, as an instance or as the class itself."""
        return self.classes(path, node) or tuple(
            self._by_name[name] for name in self._objects(path, node) if name in self._by_name
        )

    def is_class(self, path: str, node: ast.expr) -> bool:
        """Whether an expression is a class itself, not an instance."""
        return bool(self._objects(path, node))

    def _objects(self, path: str, node: ast.expr) -> tuple[str, ...]:
        syntax = self._code.syntax(path)
        known = self._code.program.type_at(path, *syntax.span(node)) if syntax is not None else None
        return known.objects if known is not None else ()

    def field(self, class_id: int, name: str) -> tuple[int, ...]:
        """The classes of what is kept on a class, or on its instances, under a name."""
        return self._of_field((class_id,), name)

    def items(self, path: str, node: ast.expr) -> tuple[int, ...]:
        """The classes of the items of a collection."""
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return tuple(one for item in node.elts for one in self.classes(path, item))
        syntax = self._code.syntax(path)
        known = self._code.program.type_at(path, *syntax.span(node)) if syntax is not None else None
        inner = known.text.partition("[")[2].removesuffix("]") if known is not None else ""
        return tuple(one for part in inner.split(", ") for one in self.named(part))

    def metaclasses(self, class_id: int) -> tuple[int, ...]:
        """What makes the instances of a class, if that is not `type`."""
        if class_id not in self._metaclasses:
            self._metaclasses[class_id] = self._find_metaclasses(class_id)
        return self._metaclasses[class_id]

    def _find_metaclasses(self, class_id: int) -> tuple[int, ...]:
        program = self._code.program
        found: dict[int, None] = {}
        for one in (class_id, *program.classes[class_id].ancestors):
            definition = self.definition(one)
            for keyword in definition.keywords if definition is not None else ():
                if keyword.arg == "metaclass":
                    found.update(dict.fromkeys(self.holders(str(program.classes[one].path), keyword.value)))
        return tuple(found)

    def class_of(self, path: str, node: ast.ClassDef) -> int | None:
        """The class that a statement defines."""
        syntax = self._code.syntax(path)
        if syntax is None:
            return None
        line = line_of(syntax.source, syntax.name_offset(node))
        return self._by_place.get((path, line, node.name))

    def definition(self, class_id: int) -> ast.ClassDef | None:
        """The statement that defines one of the project's classes."""
        one = self._code.program.classes[class_id]
        return (
            self._definitions_in(one.path).get(class_id) if one.in_project and one.path is not None else None
        )

    def _definitions_in(self, path: str) -> Mapping[int, ast.ClassDef]:
        """The statements that define a file's classes, by their ids."""
        if path not in self._definitions:
            found = self._definitions[path] = {}
            syntax = self._code.syntax(path)
            for node in syntax.of_kind.get(ast.ClassDef, ()) if syntax is not None else ():
                if isinstance(node, ast.ClassDef) and (made := self.class_of(path, node)) is not None:
                    found.setdefault(made, node)
        return self._definitions[path]

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, int, str], int]:
        return {
            (one.path, one.line, one.name.rpartition(".")[2]): one.id
            for one in self._code.program.classes
            if one.in_project and one.path is not None
        }

    def _own_class(self, path: str, node: ast.Name) -> tuple[int, ...]:
        function = self._code.around(path, node)
        while function is not None:
            one = self._code.program.functions[function]
            if one.owner is not None:
                return (one.owner,)
            function = one.parent
        return ()

    def _of_field(self, bases: Iterable[int], attribute: str) -> tuple[int, ...]:
        found: dict[int, None] = {}
        for base in bases:
            key = (base, attribute)
            if key not in self._fields:
                self._fields[key] = self._find_field(base, attribute)
            found.update(dict.fromkeys(self._fields[key]))
        return tuple(found)

    def _find_field(self, base: int, attribute: str) -> tuple[int, ...]:
        program = self._code.program
        found: dict[int, None] = {}
        method = program.find_method(base, attribute)
        if method is not None and program.functions[method].is_property:
            found.update(dict.fromkeys(self.named(program.functions[method].annotation)))
        elif method is not None:
            # A class that decorates a method keeps it, and is what the attribute is.
            makers = (name.rpartition(".__init__") for name in program.decorators.get(method, ()))
            found.update(dict.fromkeys(one for name in makers if name[1] for one in self.named(name[0])))
        for one in (base, *program.classes[base].ancestors):
            text = program.field_type(one, attribute)
            if text and text not in SAYS_NOTHING:
                found.update(dict.fromkeys(self.named(text)))
                break
        else:
            found.update(dict.fromkeys(self._assigned(base, attribute)))
        return tuple(found)

    def _assigned(self, class_id: int, attribute: str) -> tuple[int, ...]:
        """What the methods of a class, or of one above, give an attribute of which the checker does not know the type."""
        key = (class_id, attribute)
        if key not in self._of_assigned:
            self._of_assigned[key] = ()
            program = self._code.program
            for one in (class_id, *program.classes[class_id].ancestors):
                values = self._assignments(one).get(attribute, ())
                if values:
                    found = (each for path, value in values for each in self.classes(path, value))
                    self._of_assigned[key] = tuple(dict.fromkeys(found))
                    break
        return self._of_assigned[key]

    def _assignments(self, class_id: int) -> Mapping[str, list[tuple[str, ast.expr]]]:
        """The attributes that the methods of one of the project's classes set on their own object, and to what."""
        if class_id not in self._assigned_in:
            found: dict[str, list[tuple[str, ast.expr]]] = {}
            one = self._code.program.classes[class_id]
            for method in one.methods.values() if one.in_project else ():
                place = self._code.node(method)
                syntax = self._code.syntax(place[0]) if place is not None else None
                if place is not None and syntax is not None:
                    for name, value in syntax.source.once(_assigned_to_self).get(place[1], ()):
                        found.setdefault(name, []).append((place[0], value))
            self._assigned_in[class_id] = found
        return self._assigned_in[class_id]

    def _of_result(self, path: str, node: ast.Call) -> tuple[int, ...]:
        index = self._code.call_at(path, node)
        if index is None:
            return ()
        call = self._code.calls[index]
        if call.constructs is not None:
            return (call.constructs,)
        functions = self._code.program.functions
        return tuple(
            one
            for target in call.targets
            for one in self.named(functions[target].annotation) or self._declared(target)
        )

    def _declared(self, function: int) -> tuple[int, ...]:
        """What a function says that it returns, where the checker chose the overload that returns something else."""
        place = self._code.node(function)
        if place is None or isinstance(place[1], ast.Lambda) or place[1].returns is None:
            return ()
        path, todo, found = place[0], [place[1].returns], dict[int, None]()
        while todo:
            match todo.pop():
                case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                    todo += [left, right]
                case ast.Name(id=name):
                    found.update(dict.fromkeys(self._meant(path, name)))
        return tuple(found)

    def _meant(self, path: str, name: str) -> tuple[int, ...]:
        """The class that a name of a module means, through modules that only hand it on."""
        seen: set[tuple[str, str]] = set()
        while (path, name) not in seen:
            seen.add((path, name))
            if found := self.named(f"{self._code.module_of(path)}.{name}"):
                return found
            bound = {local: meant for names in self._code.imports(path).values() for local, meant in names}
            module, _, name = bound.get(name, "").rpartition(".")
            path = self._code.modules.get(module, path)
        return ()

    def _of_operator(self, path: str, node: ast.BinOp) -> tuple[int, ...]:
        """What an operator returns: the checker knows the method, and gives up on the result for an unknown operand."""
        found: dict[int, None] = {}
        for target in self._code.operators(path, node):
            function = self._code.program.functions[target]
            results, receivers = (
                self.named(function.annotation),
                self.named(function.name.rpartition(".")[0]),
            )
            # `Self` is printed as the class that defines the method.
            is_self = any(
                one in self._line(receiver) and function.owner == one
                for one in results
                for receiver in receivers
            )
            found.update(dict.fromkeys(receivers if is_self else results))
        return tuple(found)

    def _line(self, class_id: int) -> set[int]:
        return {class_id, *self._code.program.classes[class_id].ancestors}

    def named(self, text: str) -> tuple[int, ...]:
        """Classes of a type as the checker prints it: `app.Store | None`, `typing.Coroutine[typing.Any, typing.Any, app.Store]`."""
        if text.startswith("typing.Coroutine["):
            text = text.removesuffix("]").rpartition(", ")[2]
        parts = [part.strip().partition("[")[0] for part in text.split(" | ")]
        for part in parts:
            if part not in self._by_name and self._code.program.load(part.rpartition(".")[0]):
                del self._by_name
        return tuple(self._by_name[part] for part in parts if part in self._by_name)

    @cached_property
    def _by_name(self) -> Mapping[str, int]:
        return {one.name: one.id for one in self._code.program.classes if one.name not in SAYS_NOTHING}
