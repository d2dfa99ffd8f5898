"""What the calls of a file run, explicit and implicit, and the functions that it names without calling them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aioport.fallback.definitions import Definitions
from aioport.fallback.outside import CONSTRUCTORS, Surroundings
from aioport.fallback.resolving import Resolver
from aioport.fallback.scopes import Entered, Looped, Scope, Spot
from aioport.fallback.values import ClassObject, Function, Instance, Known, Outside, Value
from aioport.positions import span_of
from aioport.program.model import Call, CallKind, Reference
from aioport.project import Project

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.MatMult: "matmul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.BitAnd: "and",
}

PROTOCOLS = {
    "builtins.str": "__str__",
    "builtins.repr": "__repr__",
    "builtins.iter": "__iter__",
    "builtins.next": "__next__",
}
"""Builtin functions that run a method of their argument."""

NOT_CALLABLE = "what is called is no function that names tell"


@dataclass
class _Found:
    """What a call runs, as it is gathered."""

    targets: dict[int, None] = field(default_factory=dict)
    unknown: str | None = None
    constructs: list[int] = field(default_factory=list)
    overridden: bool = False
    through_super: bool = False

    def doubt(self, why: str) -> None:
        self.unknown = self.unknown or why


class CallReader:
    """Reads the calls of files. `asked`: of each call expression, the node and the scope, by path and range."""

    def __init__(
        self, project: Project, definitions: Definitions, resolver: Resolver, surroundings: Surroundings
    ) -> None:
        self._project, self._definitions = project, definitions
        self._resolver, self._surroundings = resolver, surroundings
        self._properties = {
            one.bare_name for one in definitions.functions if one.is_property and one.owner is not None
        }
        self.asked: dict[tuple[str, int, int], tuple[ast.Call, Scope]] = {}

    def calls(self, path: str) -> list[Call]:
        """A file's calls, explicit and implicit, in source order."""
        found = [call for spot in self._definitions.scopes[path].spots for call in self._read(path, spot)]
        return sorted(found, key=lambda call: (call.start, call.end, call.kind))

    def references(self, path: str) -> list[Reference]:
        """Where a file names functions without calling them, in source order."""
        scopes = self._definitions.scopes[path]
        called = {node.func for node, _ in scopes.spots if isinstance(node, ast.Call)}
        found = []
        for node, scope in scopes.spots:
            if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
                continue
            if node in called or node in scopes.decorating:
                continue
            targets = self._functions(self._resolver.evaluate(node, scope).values)
            if targets:
                start, end = span_of(self._project.sources[path], node)
                found.append(Reference(scope.around.body, path, start, end, node.lineno, targets))
        return sorted(found, key=lambda one: (one.start, one.end))

    def decorators(self) -> dict[int, tuple[str, ...]]:
        """The public names of what runs over the functions that are decorated."""
        found = {}
        for identity, node in self._definitions.nodes.items():
            path = self._definitions.functions[identity].path
            assert path is not None
            scope = self._definitions.scopes[path].defined[node].parent
            assert scope is not None
            names = [name for one in node.decorator_list for name in self._decorator(one, scope)]
            if names:
                found[identity] = tuple(names)
        return found

    def _decorator(self, node: ast.expr, scope: Scope) -> Iterator[str]:
        callee = node.func if isinstance(node, ast.Call) else node
        for value in self._resolver.evaluate(callee, scope).values:
            match value:
                case Function(id=function):
                    yield self._definitions.functions[function].name
                case ClassObject(id=class_id):
                    yield f"{self._definitions.classes[class_id].name}.__init__"
                case Outside(name=name):
                    yield name

    def _read(self, path: str, spot: Spot) -> Iterator[Call]:
        node, scope = spot
        match node:
            case ast.Call():
                yield self._explicit(path, node, scope)
                yield from self._protocol(path, node, scope)
            case ast.Attribute(value=value, attr=name, ctx=context) if name in self._properties:
                is_read = isinstance(context, ast.Load)
                known = self._resolver.evaluate(value, scope)
                targets = self._accessors(known, name, is_read=is_read)
                if targets:
                    yield self._implicit(
                        path, "property" if is_read else "setter", node, scope, targets, known
                    )
            case ast.Subscript(value=value, ctx=context):
                dunder = "__getitem__" if isinstance(context, ast.Load) else "__setitem__"
                yield from self._dunder(
                    path, "item", node, scope, self._resolver.evaluate(value, scope), dunder
                )
            case ast.BinOp(left=left, op=operator):
                name = f"__{OPERATORS[type(operator)]}__"
                yield from self._dunder(
                    path, "operator", node, scope, self._resolver.evaluate(left, scope), name
                )
            case ast.AugAssign(target=target, op=operator):
                known = self._resolver.evaluate(target, scope)
                for name in (f"__i{OPERATORS[type(operator)]}__", f"__{OPERATORS[type(operator)]}__"):
                    made = list(self._dunder(path, "operator", node, scope, known, name))
                    yield from made
                    if made:
                        break
            case Entered(node=entered, is_async=is_async):
                known = self._resolver.evaluate(entered, scope)
                mark = "a" if is_async else ""
                yield from self._dunder(path, "enter", entered, scope, known, f"__{mark}enter__")
                yield from self._dunder(path, "exit", entered, scope, known, f"__{mark}exit__")
            case Looped(node=looped, is_async=is_async):
                known = self._resolver.evaluate(looped, scope)
                mark = "a" if is_async else ""
                yield from self._dunder(path, "iter", looped, scope, known, f"__{mark}iter__")
                yield from self._dunder(path, "next", looped, scope, known, f"__{mark}next__")

    def _explicit(self, path: str, node: ast.Call, scope: Scope) -> Call:
        source = self._project.sources[path]
        start, end = span_of(source, node)
        self.asked[path, start, end] = node, scope
        callee = self._resolver.evaluate(node.func, scope)
        found = _Found()
        for value in callee.values:
            self._target(value, found)
        if not callee.complete:
            found.doubt(callee.why)
        elif not callee.values:
            found.doubt(NOT_CALLABLE)
        constructs = found.constructs[0] if len(found.constructs) == 1 and len(callee.values) == 1 else None
        return Call(
            caller=scope.around.body,
            path=path,
            kind="call",
            start=start,
            end=end,
            line=node.lineno,
            column=node.col_offset,
            targets=tuple(found.targets),
            sure=found.unknown is None and len(callee.values) == 1 and not found.overridden,
            unknown=found.unknown,
            constructs=constructs,
            callbacks=tuple(self._callbacks(node, scope)),
            through_super=found.through_super,
        )

    def _target(self, value: Value, found: _Found) -> None:
        match value:
            case Function():
                self._add(value, found)
            case ClassObject(id=class_id):
                found.constructs.append(class_id)
                self._construct(class_id, found)
            case Instance(id=class_id):
                self._call_object(class_id, found)
            case Outside(name=name, owner=None) if self._surroundings.is_class(name):
                class_id = self._surroundings.class_(name)
                found.constructs.append(class_id)
                self._construct(class_id, found)
            case Outside(name=name, owner=None):
                found.targets[self._surroundings.function(name)] = None
                if not self._surroundings.is_known(name):
                    found.doubt(f"the catalog does not know {name}")
            case Outside(name=name, owner=int(owner)):
                self._add_foreign(owner, name.rpartition(".")[2], found)
            case _:
                found.doubt(NOT_CALLABLE)

    def _add(self, function: Function, found: _Found) -> None:
        found.targets[function.id] = None
        found.through_super = found.through_super or function.through_super
        if function.receiver is not None and not function.through_super:
            name = self._definitions.functions[function.id].bare_name
            overrides = self._resolver.inheritance.overriding(function.receiver, name)
            found.overridden = found.overridden or any(one != function.id for one in overrides)
            found.targets.update(dict.fromkeys(overrides))

    def _add_foreign(self, class_id: int, name: str, found: _Found) -> None:
        method, is_known = self._surroundings.method(class_id, name)
        found.targets[method] = None
        if not is_known:
            found.doubt(f"the catalog does not know {self._definitions.functions[method].name}")

    def _construct(self, class_id: int, found: _Found) -> None:
        """What runs when a class is called: its own constructors, or the nearest that it inherits."""
        inheritance = self._resolver.inheritance
        for candidate in inheritance.order(class_id):
            if not self._resolver.is_ours(candidate):
                targets, is_known = self._surroundings.constructors(candidate)
                found.targets.update(dict.fromkeys(targets))
                if not is_known:
                    found.doubt(f"the catalog does not know {self._definitions.classes[candidate].name}")
                return
            methods = self._definitions.classes[candidate].methods
            own = [methods[name] for name in CONSTRUCTORS if name in methods]
            if own:
                found.targets.update(dict.fromkeys(own))
                return
        if inheritance.is_open(class_id):
            found.doubt("it may be made by a base class that is not known")

    def _call_object(self, class_id: int, found: _Found) -> None:
        if not self._resolver.is_ours(class_id):
            self._add_foreign(class_id, "__call__", found)
            return
        known = self._resolver.attribute(Known((Instance(class_id),), complete=True), "__call__")
        functions = [value for value in known.values if isinstance(value, Function)]
        for function in functions:
            self._add(function, found)
        if not functions or not known.complete:
            found.doubt(NOT_CALLABLE)

    def _callbacks(self, node: ast.Call, scope: Scope) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Functions that are handed over, by the index of the argument."""
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        for index, argument in enumerate(arguments):
            if isinstance(argument, ast.Name | ast.Attribute):
                targets = self._functions(self._resolver.evaluate(argument, scope).values)
                if targets:
                    yield index, targets

    def _functions(self, values: Iterable[Value]) -> tuple[int, ...]:
        """The functions among values; of what is not the project's, those that the catalog says something of."""
        found = _Found()
        for value in values:
            if isinstance(value, Function):
                self._add(value, found)
            elif isinstance(value, Outside) and value.owner is not None:
                name = value.name.rpartition(".")[2]
                if self._surroundings.has_method(value.owner, name):
                    self._add_foreign(value.owner, name, found)
            elif isinstance(value, Outside) and not self._surroundings.is_class(value.name):
                if self._surroundings.says(value.name):
                    found.targets[self._surroundings.function(value.name)] = None
        return tuple(found.targets)

    def _accessors(self, known: Known, name: str, *, is_read: bool) -> tuple[int, ...]:
        """The property methods that reading or setting an attribute runs."""
        found: dict[int, None] = {}
        for value in known.values:
            if not isinstance(value, Instance) or not self._resolver.is_ours(value.id):
                continue
            for candidate in self._resolver.inheritance.order(value.id):
                if self._resolver.is_ours(candidate) and name in self._definitions.classes[candidate].methods:
                    method = self._definitions.classes[candidate].methods[name]
                    if not is_read:
                        found.update(dict.fromkeys(self._setters(candidate, name)))
                    elif self._definitions.functions[method].is_property:
                        found[method] = None
                        overrides = self._resolver.inheritance.overriding(value.id, name)
                        found.update(dict.fromkeys(overrides))
                    break
        return tuple(found)

    def _setters(self, class_id: int, name: str) -> Iterator[int]:
        for binding in self._definitions.class_scopes[class_id].bindings.get(name, ()):
            node = binding.node
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(one, ast.Attribute) and one.attr == "setter" for one in node.decorator_list
            ):
                yield self._definitions.ids[node]

    def _protocol(self, path: str, node: ast.Call, scope: Scope) -> Iterator[Call]:
        """`str(x)` and its like run a method of `x`."""
        if len(node.args) != 1 or not isinstance(node.func, ast.Name):
            return
        for value in self._resolver.evaluate(node.func, scope).values:
            if isinstance(value, Outside) and value.name in PROTOCOLS:
                known = self._resolver.evaluate(node.args[0], scope)
                yield from self._dunder(path, "protocol", node, scope, known, PROTOCOLS[value.name])

    def _dunder(
        self,
        path: str,
        kind: CallKind,
        node: ast.expr | ast.stmt,
        scope: Scope,
        known: Known,
        name: str,
    ) -> Iterator[Call]:
        """The implicit call of a method by the objects that something may be."""
        found = _Found()
        for value in known.values:
            if not isinstance(value, Instance):
                continue
            if not self._resolver.is_ours(value.id):
                if self._surroundings.has_method(value.id, name):
                    self._add_foreign(value.id, name, found)
                continue
            for method in self._resolver.attribute(Known((value,), complete=True), name).values:
                if isinstance(method, Function):
                    self._add(method, found)
                elif isinstance(method, Outside) and method.owner is not None:
                    if self._surroundings.has_method(method.owner, name):
                        self._add_foreign(method.owner, name, found)
        if found.targets:
            yield self._implicit(path, kind, node, scope, tuple(found.targets), known)

    def _implicit(
        self,
        path: str,
        kind: CallKind,
        node: ast.expr | ast.stmt,
        scope: Scope,
        targets: tuple[int, ...],
        known: Known,
    ) -> Call:
        start, end = span_of(self._project.sources[path], node)
        return Call(
            caller=scope.around.body,
            path=path,
            kind=kind,
            start=start,
            end=end,
            line=node.lineno,
            column=node.col_offset,
            targets=targets,
            sure=known.complete and len(targets) == 1,
        )
