"""Where a value is kept, and found again: in variables, attributes, globals of other modules, and collections."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from aioport.program.model import Call
from aioport.program.names import dotted
from aioport.values.arguments import Argument
from aioport.values.code import Code
from aioport.values.scopes import Binding
from aioport.values.types import Types
from aioport.values.value import Holds, Value, held
from aioport.values.worklist import Worklist


class Keeping:
    """Puts what is kept under a name into the worklist, at every expression that reads the name."""

    def __init__(self, code: Code, types: Types, work: Worklist) -> None:
        self._code, self._types, self._work = code, types, work
        self._bound: set[tuple[int, str, Value]] = set()
        self._stored: set[tuple[str, tuple[int, ...], Value]] = set()
        self._readers: dict[tuple[str, tuple[int, ...], bool], list[tuple[str, ast.Attribute]]] = {}
        self._holders: dict[ast.expr, tuple[int, ...]] = {}

    def begin_round(self) -> None:
        """Calls have other targets than in the last round, and what they return may be of other classes."""
        self._readers.clear()
        self._holders.clear()

    def store(self, path: str, target: ast.expr, value: Value) -> None:
        """A value is assigned to a target of any kind."""
        scopes = self._code.scopes(path)
        match target:
            case ast.Name() if scopes is not None:
                self.bind(path, scopes.binding(target), value)
            case ast.Attribute(value=base, attr=name):
                module = self._module(path, base)
                if module is not None:
                    self._bind_global(module, name, value)
                else:
                    self._store_attribute(name, self._types.holders(path, base), value)
            case ast.Subscript(value=base, slice=key):
                constant = key.value if isinstance(key, ast.Constant) else None
                whole = held(value, constant)
                if whole is not None:
                    self.insert(path, base, None, whole)
            case ast.Starred(value=inner):
                self.store(path, inner, value)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                if isinstance(value, Holds):
                    for position, item in enumerate(items):
                        if isinstance(item, ast.Starred):
                            self.store(path, item, Holds(value.value))
                        elif not isinstance(value.key, int) or value.key == position:
                            self.store(path, item, value.value)

    def set_attribute(self, path: str, base: ast.expr, name: ast.expr, value: Value) -> None:
        """`setattr(base, name, value)`: under a name that is put together, it may be what the class does not define."""
        owners = self._types.holders(path, base)
        if isinstance(name, ast.Constant):
            self._store_attribute(str(name.value), owners, value)
            return
        for attribute in sorted(self._code.unknown_methods) if owners else ():
            self._store_attribute(attribute, owners, value, undefined=True)

    def insert(self, path: str, base: ast.expr, single: Value | None, value: Value) -> None:
        """Something is put into a collection: every use of the collection may have it.

        single: the value itself is one item; None where the value is a collection of items.
        """
        whole = held(single) if single is not None else value
        if whole is None:
            return
        match base:
            case ast.Name() | ast.Attribute():
                self.store(path, base, whole)
                if isinstance(base, ast.Name):
                    self._store_origin(path, base, whole)
            case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
                self.insert(path, inner, whole, whole)

    def bind(self, path: str, binding: Binding, value: Value) -> None:
        """A variable may have a value: a module's has it for importers too, and that of a class body is an attribute."""
        key = (id(binding.scope), binding.name, value)
        scopes = self._code.scopes(path)
        if key in self._bound or scopes is None:
            return
        self._bound.add(key)
        for load in scopes.loads(binding):
            self._work.put(path, load, value)
        if isinstance(binding.scope, ast.Module):
            self._export(path, binding.name, value)
        elif isinstance(binding.scope, ast.ClassDef):
            owner = self._types.class_of(path, binding.scope)
            if owner is not None:
                self._store_attribute(binding.name, (owner,), value)

    def fill_field(self, node: ast.Call, argument: Argument, class_id: int, value: Value) -> None:
        """An argument of a class that does not say how it is made: a dataclass keeps it as an attribute."""
        line = (class_id, *self._code.program.classes[class_id].ancestors)
        definitions = [found for one in reversed(line) if (found := self._types.definition(one)) is not None]
        names = list(
            dict.fromkeys(
                one.target.id
                for definition in definitions
                for one in definition.body
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
            )
        )
        if isinstance(argument, ast.keyword):
            name = argument.arg
        else:
            position = node.args.index(argument)
            name = names[position] if position < len(names) else None
        if name in names and name is not None:
            self._store_attribute(name, (class_id,), value)

    def describe(self, getter: int, value: Value) -> None:
        """A `__get__` returns a value: reading the attributes that are descriptors of its class gives that."""
        program = self._code.program
        descriptor = program.functions[getter].owner
        for call in self._code.calls:
            if call.constructs is None or program.functions[call.caller].kind != "class":
                continue
            if descriptor in (call.constructs, *program.classes[call.constructs].ancestors):
                for name, owner in self._attribute_made(call):
                    self._store_attribute(name, (owner,), value)

    def _attribute_made(self, call: Call) -> Iterator[tuple[str, int]]:
        """The attribute, with its class, that a call in the body of the class makes."""
        node, syntax = self._code.expression(call), self._code.syntax(call.path)
        if node is None or syntax is None:
            return
        statement = syntax.parents[node]
        around = syntax.parents.get(statement)
        owner = self._types.class_of(call.path, around) if isinstance(around, ast.ClassDef) else None
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                if owner is not None:
                    yield name, owner

    def _bind_global(self, path: str, name: str, value: Value) -> None:
        """A module's global, in the module itself too."""
        syntax = self._code.syntax(path)
        if syntax is not None:
            self.bind(path, Binding(syntax.tree, name), value)

    def _store_origin(self, path: str, node: ast.Name, value: Value) -> None:
        """What is put into a collection that is imported is in the collection of the module that it comes from."""
        scopes = self._code.scopes(path)
        binding = scopes.binding(node) if scopes is not None else None
        for statement, names in self._code.imports(path).items() if binding is not None else ():
            for local, meant in names:
                if local == node.id and scopes is not None and scopes.bound_by(statement, local) == binding:
                    module, _, name = meant.rpartition(".")
                    if (origin := self._code.modules.get(module)) is not None:
                        self._bind_global(origin, name, value)

    def _export(self, path: str, name: str, value: Value) -> None:
        """A module's global, wherever it is imported."""
        module = self._code.module_of(path)
        last = module.rpartition(".")[2].encode()
        for other in self._code.files_with(name, "import"):
            data = self._code.project.sources[other].data
            if last not in data and b"from ." not in data:
                continue
            scopes = self._code.scopes(other)
            if scopes is None:
                continue
            for statement, names in self._code.imports(other).items():
                for local, meant in names:
                    if meant == f"{module}.{name}":
                        self.bind(other, scopes.bound_by(statement, local), value)
                    elif meant == f"{module}.*":
                        self.bind(other, scopes.bound_by(statement, name), value)
            for attribute in self._code.attributes(other, name):
                if self._module(other, attribute.value) == path:
                    self._work.put(other, attribute, value)

    def _module(self, path: str, node: ast.expr) -> str | None:
        """The file of the project's module that an expression names."""
        text = dotted(node)
        if text is None:
            return None
        first, dot, rest = text.partition(".")
        for names in self._code.imports(path).values():
            for local, meant in names:
                if local == first and (found := self._code.modules.get(f"{meant}{dot}{rest}")) is not None:
                    return found
        return None

    def _store_attribute(
        self, name: str, owners: tuple[int, ...], value: Value, *, undefined: bool = False
    ) -> None:
        """undefined: only where it is known to be read from these classes, and they do not define it."""
        key = (name, owners, value)
        if key in self._stored:
            return
        self._stored.add(key)
        for path, node in self._read(name, owners, undefined=undefined):
            self._work.put(path, node, value)

    def _read(
        self, name: str, owners: tuple[int, ...], *, undefined: bool
    ) -> list[tuple[str, ast.Attribute]]:
        """The expressions, with their files, that may read an attribute of some classes."""
        key = (name, owners, undefined)
        if key not in self._readers:
            found = self._readers[key] = []
            for path in self._code.files_with(name):
                for node in self._code.attributes(path, name):
                    if node not in self._holders:
                        self._holders[node] = self._types.holders(path, node.value)
                    holders = self._holders[node]
                    if self._may_be(owners, holders, name) and not (
                        undefined and self._defines(holders, name)
                    ):
                        found.append((path, node))
        return self._readers[key]

    def _may_be(self, owners: Iterable[int], holders: Iterable[int], name: str) -> bool:
        """Whether an attribute stored on some classes may be read from others; either may be unknown."""
        stored, read = set(owners), set(holders)
        if not stored or not read:
            return name not in self._code.catalog.method_names
        return any(not self._line(one).isdisjoint(read) for one in stored) or any(
            not self._line(one).isdisjoint(stored) for one in read
        )

    def _defines(self, holders: Iterable[int], name: str) -> bool:
        """Whether any of some classes has an attribute of its own; an unknown class may."""
        program, known = self._code.program, tuple(holders)
        return not known or any(
            program.find_method(one, name) is not None or bool(program.field_type(one, name)) for one in known
        )

    def _line(self, class_id: int) -> set[int]:
        return {class_id, *self._code.program.classes[class_id].ancestors}
