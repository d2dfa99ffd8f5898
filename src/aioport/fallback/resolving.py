"""What expressions mean: imports, definitions, what variables and attributes are given, and what annotations say."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Hashable
from functools import partial

from aioport.catalog.index import Catalog
from aioport.fallback.annotations import Annotations
from aioport.fallback.definitions import Definitions
from aioport.fallback.inheritance import Inheritance
from aioport.fallback.modules import Modules
from aioport.fallback.outside import Surroundings
from aioport.fallback.scopes import Binding, Scope
from aioport.fallback.stars import Stars
from aioport.fallback.values import (
    NONE,
    ClassObject,
    Function,
    Instance,
    Known,
    Module,
    Outside,
    Several,
    Super,
    Value,
    incomplete,
    one,
    union,
    unknown,
)

DEEPEST = 40
"""Steps from one expression to what it is made of; more would come near Python's own limit on recursion."""

LITERALS: dict[type[ast.expr], str] = {
    ast.JoinedStr: "str",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Tuple: "tuple",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Compare: "bool",
}

KEEPING = frozenset({"staticmethod", "classmethod", "abstractmethod", "override", "final", "overload"})
"""Decorators, by their last names, that leave a function as it is."""

IMPLICIT_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


class Resolver:
    """Answers are kept: an expression is followed once for each name, attribute and function on the way."""

    def __init__(
        self, definitions: Definitions, modules: Modules, surroundings: Surroundings, catalog: Catalog
    ) -> None:
        self.definitions, self.modules, self.surroundings = definitions, modules, surroundings
        self._public = catalog.public_name
        self._catalog = catalog
        self._kept: dict[Hashable, Known] = {}
        self._busy: set[Hashable] = set()
        self._depth = 0
        self.annotations = Annotations(self)
        self._stars = Stars(definitions, modules, surroundings, self._public, self.bound_in)
        self.inheritance = Inheritance(definitions, surroundings, self._bases)

    # Expressions.

    def evaluate(self, node: ast.AST | None, scope: Scope) -> Known:
        """What an expression may be where it stands."""
        if self._depth > DEEPEST:
            return unknown("it is too far from where it comes from")
        self._depth += 1
        try:
            return self._evaluate(node, scope)
        finally:
            self._depth -= 1

    def _evaluate(self, node: ast.AST | None, scope: Scope) -> Known:
        match node:
            case ast.Name(id=name):
                return self.name(name, scope)
            case ast.Attribute(value=value, attr=attribute):
                return self.attribute(self.evaluate(value, scope), attribute)
            case ast.Call():
                return self.result(node, scope, awaited=False)
            case ast.Await(value=ast.Call() as call):
                return self.result(call, scope, awaited=True)
            case ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.evaluate(value, scope)
            case ast.IfExp(body=body, orelse=otherwise):
                return union([self.evaluate(body, scope), self.evaluate(otherwise, scope)])
            case ast.BoolOp(values=values):
                return union(self.evaluate(value, scope) for value in values)
            case ast.Constant(value=value):
                return NONE if value is None else self._builtin(type(value).__name__)
            case ast.Subscript(value=value):
                return self._subscript(self.evaluate(value, scope))
            case ast.BinOp(left=left, op=ast.Div()):
                return self._operated(self.evaluate(left, scope), "__truediv__")
            case ast.BinOp(left=ast.Constant(value=str()) | ast.JoinedStr(), op=ast.Mod() | ast.Add()):
                return self._builtin("str")
        for kind, name in LITERALS.items():
            if isinstance(node, kind):
                return self._builtin(name)
        return unknown("it is the result of an expression that names do not tell")

    def _builtin(self, name: str) -> Known:
        return one(Instance(self.surroundings.class_(f"builtins.{name}")))

    def _subscript(self, base: Known) -> Known:
        """`Class[int]` is the class; an item of anything else is not known, but for what gives several objects."""
        values: list[Value] = []
        for value in base.values:
            if isinstance(value, ClassObject) or (
                isinstance(value, Outside) and self.surroundings.is_class(value.name)
            ):
                values.append(value)
            elif isinstance(value, Several):
                values.append(Instance(value.id))
        return Known(tuple(values), bool(values) and base.complete, why="it is an item of something")

    def _operated(self, left: Known, dunder: str) -> Known:
        return union(
            self.surroundings.result(f"{self._class_name(value.id)}.{dunder}", value.id, None)
            for value in left.values
            if isinstance(value, Instance) and not self.is_ours(value.id)
        )

    def _class_name(self, class_id: int) -> str:
        return self.definitions.classes[class_id].name

    def is_ours(self, class_id: int) -> bool:
        """Whether a class is the project's."""
        return class_id in self.definitions.class_scopes

    # Names.

    def name(self, name: str, scope: Scope) -> Known:
        """What a name means in a scope."""
        current: Scope | None = scope
        while current is not None:
            if current.kind != "class" or current is scope:
                said = current.elsewhere.get(name)
                if said == "global":
                    current = scope.top
                if said is None or said == "global":
                    if name in current.bindings:
                        return self.bound_in(current, name)
                    if said == "global":
                        break
            current = current.parent
        found = self._stars.find(scope.top, name)
        if found is not None:
            return found
        if hasattr(builtins, name):
            known = one(Outside(f"builtins.{name}"))
            hidden = self._stars.are_foreign(scope.top)
            return incomplete(known, "a star import may have a name like it") if hidden else known
        return unknown("the name is not bound anywhere")

    def bound_in(self, scope: Scope, name: str) -> Known:
        """What a scope binds a name to."""
        bindings = scope.bindings[name]
        return self._once(("name", scope, name), lambda: self._any_of(bindings))

    def _any_of(self, bindings: list[Binding]) -> Known:
        annotated = [binding for binding in bindings if binding.kind == "annotated"]
        chosen = annotated or bindings
        plain = [binding for binding in chosen if not self._is_overload(binding)]
        return union(self.bound(binding) for binding in plain or chosen)

    def _is_overload(self, binding: Binding) -> bool:
        node = binding.node
        return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            _last_name(decorator) == "overload" for decorator in node.decorator_list
        )

    def _once(self, key: Hashable, find: Callable[[], Known]) -> Known:
        """An answer that is kept; what is asked for while it is being found is not known."""
        if key in self._kept:
            return self._kept[key]
        if key in self._busy:
            return unknown("it is made from itself")
        self._busy.add(key)
        try:
            found = self._kept[key] = find()
        finally:
            self._busy.discard(key)
        return found

    def bound(self, binding: Binding) -> Known:
        """What one binding gives its name."""
        node, scope = binding.node, binding.scope
        match binding.kind:
            case "def":
                return self._defined(node, scope)
            case "class":
                assert node is not None
                return one(ClassObject(self.definitions.class_ids[node]))
            case "import":
                return self.module(binding.text)
            case "from":
                assert isinstance(node, ast.ImportFrom)
                return self._imported(scope.path, node.module, node.level, binding.text)
            case "value":
                return self.evaluate(node, scope)
            case "annotated":
                assert isinstance(node, ast.AnnAssign)
                said = self.annotations.read(node.annotation, scope)
                if said.values or node.value is None:
                    return said
                return incomplete(self.evaluate(node.value, scope), said.why)
            case "item":
                return self._item(node, scope, binding.index)
            case "enter":
                return self.entered(node, scope)
            case "parameter":
                return self._parameter(node, scope, receives=bool(binding.text))
            case "caught":
                return self._caught(node, scope)
        return unknown("what it is given is not known")

    def _defined(self, node: ast.AST | None, scope: Scope) -> Known:
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        known = one(Function(self.definitions.ids[node]))
        for decorator in node.decorator_list:
            if _last_name(decorator) not in KEEPING and not self._is_known_decorator(decorator, scope):
                return incomplete(known, "its decorator may put something else in its place")
        return known

    def _is_known_decorator(self, decorator: ast.expr, scope: Scope) -> bool:
        """Whether a call of what is decorated runs the function, as far as the catalog knows."""
        callee = decorator.func if isinstance(decorator, ast.Call) else decorator
        return any(
            isinstance(value, Outside) and self._catalog.decorator(value.name) is not None
            for value in self.evaluate(callee, scope).values
        )

    def module(self, name: str) -> Known:
        """What an import of a dotted name gives."""
        return one(Module(name) if self.modules.is_ours(name) else Outside(self._public(name)))

    def _imported(self, path: str, module: str | None, level: int, name: str) -> Known:
        absolute = self.modules.absolute(path, module, level)
        if absolute is None:
            return unknown("its import leads out of the package")
        if self.modules.is_ours(absolute):
            return self._member(absolute, name)
        return one(Outside(self._public(f"{absolute}.{name}")))

    def _member(self, module: str, name: str) -> Known:
        """What a module of the project has under a name."""
        path = self.modules.path(module)
        if path is not None:
            top = self.definitions.scopes[path].module
            if name in top.bindings:
                return self.bound_in(top, name)
            found = self._stars.find(top, name)
            if found is not None:
                return found
        if self.modules.is_ours(f"{module}.{name}"):
            return one(Module(f"{module}.{name}"))
        return unknown(f"{module} does not define it")

    def _parameter(self, node: ast.AST | None, scope: Scope, *, receives: bool) -> Known:
        assert isinstance(node, ast.arg)
        outer = scope.parent
        assert outer is not None
        if receives and isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {_last_name(decorator) for decorator in scope.node.decorator_list}
            if "staticmethod" not in names:
                on_class = "classmethod" in names or scope.node.name in IMPLICIT_CLASS_METHODS
                return one(ClassObject(outer.class_id) if on_class else Instance(outer.class_id))
        if node.annotation is not None:
            return self.annotations.read(node.annotation, outer)
        return unknown("it is a parameter")

    def _caught(self, node: ast.AST | None, scope: Scope) -> Known:
        classes = node.elts if isinstance(node, ast.Tuple) else [node]
        return union(self.annotations.instances(self.evaluate(each, scope)) for each in classes)

    # Attributes.

    def attribute(self, base: Known, name: str) -> Known:
        """What an attribute of something may be."""
        values = [value for value in base.values if not isinstance(value, Several)]
        found = [self._once(("attribute", value, name), partial(self._of, value, name)) for value in values]
        if not base.complete or not found:
            found.append(
                unknown(base.why if not base.complete else "it is an attribute of something unknown")
            )
        return union(found)

    def _of(self, value: Value, name: str) -> Known:
        if name == "__class__" and isinstance(value, Instance):
            return one(ClassObject(value.id))
        match value:
            case Module(name=module):
                return self._member(module, name)
            case Outside(name=outside, owner=owner):
                return self._of_outside(outside, owner, name)
            case Super(id=class_id):
                return self._of_class(class_id, name, receiver=class_id, past=True)
            case ClassObject(id=class_id):
                return self._of_class(class_id, name, receiver=None)
            case Instance(id=class_id) if self.is_ours(class_id):
                return self._of_class(class_id, name, receiver=class_id)
            case Instance(id=class_id):
                return self._of_foreign(class_id, name)
        return unknown("it is an attribute of a function")

    def _of_outside(self, outside: str, owner: int | None, name: str) -> Known:
        if self.modules.is_ours(f"{outside}.{name}"):
            return one(Module(f"{outside}.{name}"))
        spelled = self._public(f"{outside}.{name}")
        held = self.surroundings.attribute(spelled, None)
        if held is not None:
            return held
        if owner is not None:
            return unknown(f"what {outside} holds is not known")
        return one(Outside(spelled))

    def _of_foreign(self, class_id: int, name: str) -> Known:
        spelled = f"{self._class_name(class_id)}.{name}"
        held = self.surroundings.attribute(spelled, class_id)
        return held if held is not None else one(Outside(spelled, class_id))

    def _of_class(self, class_id: int, name: str, *, receiver: int | None, past: bool = False) -> Known:
        """What a class of the project, or its objects, have under a name."""
        outside: Known | None = None
        for candidate in self.inheritance.order(class_id)[1 if past else 0 :]:
            scope = self.definitions.class_scopes.get(candidate)
            if scope is None:
                if self.surroundings.has_method(candidate, name):
                    return self._of_foreign(candidate, name)
                if outside is None:
                    outside = self.surroundings.attribute(f"{self._class_name(candidate)}.{name}", candidate)
                    outside = outside or one(Outside(f"{self._class_name(candidate)}.{name}", candidate))
                continue
            method = self.definitions.classes[candidate].methods.get(name)
            assigned = [*scope.attributes.get(name, ())]
            if method is not None:
                return self._method(method, candidate, receiver, assigned, through_super=past)
            assigned = [*scope.bindings.get(name, ()), *assigned]
            if assigned:
                return self._any_of(assigned)
        if outside is not None:
            return outside
        if self.inheritance.is_open(class_id):
            return unknown("it may come from a base class that is not known")
        return unknown(f"{self._class_name(class_id)} does not define it")

    def _method(
        self, method: int, owner: int, receiver: int | None, assigned: list[Binding], *, through_super: bool
    ) -> Known:
        function = self.definitions.functions[method]
        node = self.definitions.nodes[method]
        if function.is_property:
            return self.function_result(method, awaited=False)
        if function.is_static or (receiver is None and not function.is_classmethod):
            bound = Function(method, None, through_super)
        else:
            bound = Function(method, receiver if receiver is not None else owner, through_super)
        scope = self.definitions.class_scopes[owner]
        known = Known(
            (bound,),
            self._defined(node, scope).complete,
            why="its decorator may put something else in its place",
        )
        if assigned:
            known = union([known, *(self.bound(binding) for binding in assigned)])
        return known

    # Calls.

    def result(self, call: ast.Call, scope: Scope, *, awaited: bool) -> Known:
        """What a call gives."""
        callee = self.evaluate(call.func, scope)
        found = [self._given(value, call, scope, awaited=awaited) for value in callee.values]
        if not callee.complete or not found:
            found.append(unknown(callee.why if not callee.complete else "it is not known what is called"))
        return union(found)

    def _given(self, value: Value, call: ast.Call, scope: Scope, *, awaited: bool) -> Known:
        match value:
            case ClassObject(id=class_id):
                return one(Instance(class_id))
            case Function(id=function):
                return self.function_result(function, awaited=awaited)
            case Outside(name="builtins.super"):
                return self._super(call, scope)
            case Outside(name="builtins.type") if len(call.args) == 1:
                return self._class_of(self.evaluate(call.args[0], scope))
            case Outside(name=name, owner=owner):
                given = self.surroundings.result(name, owner, call)
                if not given.values and owner is None and self.surroundings.is_class(name):
                    return one(Instance(self.surroundings.class_(name)))
                return given
            case Instance(id=class_id) if self.is_ours(class_id):
                return union(
                    self.function_result(found.id, awaited=awaited)
                    for found in self._of_class(class_id, "__call__", receiver=class_id).values
                    if isinstance(found, Function)
                )
        return unknown("what it gives is not known")

    def _super(self, call: ast.Call, scope: Scope) -> Known:
        if call.args:
            return Known(
                tuple(
                    Super(value.id)
                    for value in self.evaluate(call.args[0], scope).values
                    if isinstance(value, ClassObject)
                ),
                complete=True,
            )
        current: Scope | None = scope
        while current is not None:
            if current.kind == "class":
                return one(Super(current.class_id))
            current = current.parent
        return unknown("super() outside of a class")

    def _class_of(self, known: Known) -> Known:
        values = tuple(ClassObject(value.id) for value in known.values if isinstance(value, Instance))
        return Known(values, known.complete and bool(values), why=known.why)

    def function_result(self, function: int, *, awaited: bool) -> Known:
        """What a call of one of the project's functions gives, awaited or not."""
        return self._once(("result", function, awaited), lambda: self._find_result(function, awaited=awaited))

    def _find_result(self, function: int, *, awaited: bool) -> Known:
        node = self.definitions.nodes.get(function)
        if node is None:
            return unknown("it is the body of a class or a module")
        if isinstance(node, ast.AsyncFunctionDef) != awaited:
            return unknown("it is a coroutine" if not awaited else "it is awaited, and not a coroutine")
        path = self.definitions.functions[function].path
        assert path is not None
        scope = self.definitions.scopes[path].defined[node]
        if node.returns is not None and scope.parent is not None:
            return self.annotations.read(node.returns, scope.parent)
        if scope.is_generator:
            return unknown("it is a generator")
        return union(self.evaluate(value, scope) for value in scope.returns) if scope.returns else NONE

    def entered(self, node: ast.AST | None, scope: Scope) -> Known:
        """What `with node as ...` gives."""
        found: list[Known] = []
        known = self.evaluate(node, scope)
        for value in known.values:
            if isinstance(value, Instance) and self.is_ours(value.id):
                methods = self._of_class(value.id, "__enter__", receiver=value.id).values
                found += [
                    self.function_result(one_.id, awaited=False)
                    for one_ in methods
                    if isinstance(one_, Function)
                ]
            elif isinstance(value, Instance):
                found.append(one(value))
        if isinstance(node, ast.Call):
            found += [self._yielded(value) for value in self.evaluate(node.func, scope).values]
        return union(found) if found else unknown("what a `with` statement gives here is not known")

    def _yielded(self, value: Value) -> Known:
        """What a function of the project yields, for those that are context managers."""
        if not isinstance(value, Function) or value.id not in self.definitions.nodes:
            return Known()
        node = self.definitions.nodes[value.id]
        path = self.definitions.functions[value.id].path
        assert path is not None
        scope = self.definitions.scopes[path].defined[node]
        return union(self.evaluate(each, scope) for each in scope.yields)

    def _item(self, node: ast.AST | None, scope: Scope, index: int | None) -> Known:
        """What a loop, or an unpacking, takes out of something."""
        if isinstance(node, ast.List | ast.Tuple | ast.Set) and index is None and node.elts:
            return union(self.evaluate(each, scope) for each in node.elts)
        known = self.evaluate(node, scope)
        values: list[Value] = []
        for value in known.values:
            if isinstance(value, Several):
                values.append(Instance(value.id))
            elif isinstance(value, Instance) and not self.is_ours(value.id):
                name = f"{self._class_name(value.id)}.__next__"
                values += self.surroundings.result(name, value.id, None).values
        return Known(tuple(values), bool(values) and known.complete, why="it is an item of something")

    def _bases(self, class_id: int) -> list[Known]:
        """What the bases of one of the project's classes are."""
        scope = self.definitions.class_scopes[class_id]
        assert isinstance(scope.node, ast.ClassDef)
        assert scope.parent is not None
        return [self.evaluate(base, scope.parent) for base in scope.node.bases]


def _last_name(decorator: ast.expr) -> str:
    callee = decorator.func if isinstance(decorator, ast.Call) else decorator
    match callee:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
