"""Where a function goes that is used as a value: into variables, collections, parameters, and to whoever calls it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.callables.ground import FunctionLike, Ground
from aioport.planning.callables.model import (
    Called,
    Destination,
    Escape,
    Handed,
    Local,
    Member,
    Place,
    Result,
)
from aioport.values.arguments import defaulted
from aioport.values.implicit import REFLECTED
from aioport.values.scopes import COMPREHENSIONS, Binding

GIVING = {"get", "pop", "popleft", "popitem", "values", "items", "copy", "setdefault", "__getitem__"}
"""Methods of collections that return what is in them."""

TAKING = {"append", "appendleft", "add", "insert", "extend", "update", "setdefault", "__setitem__"}
"""Methods of collections that keep what they are given."""

GATHERING = {
    "list",
    "tuple",
    "set",
    "frozenset",
    "dict",
    "iter",
    "reversed",
    "enumerate",
    "zip",
    "next",
    "cast",
}
"""Builtins that return what they are given, or a collection of it."""

GOING_THROUGH = {
    *("all", "any", "enumerate", "frozenset", "iter", "join", "len", "list", "max", "min", "reversed"),
    *("set", "sorted", "sum", "tuple", "zip"),
}
"""Builtins that go through an iterable, and of a dict see the keys only."""

DICTS = tuple(
    f"{kind}[{key},"
    for kind in ("dict", "collections.OrderedDict", "collections.defaultdict")
    for key in ("str", "int")
)
"""How the checker's text for a dict begins whose keys are no functions."""

COLLECTIONS = frozenset({"collections.OrderedDict", "collections.deque"})
"""Classes of collections of what they are given."""


class Uses:
    """Follows values from where they stand."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def of_place(self, place: Place) -> tuple[Destination, ...]:
        """Where what is kept in a place goes; many values come by the same places."""
        return self._ground.ends.of(place, self._ends)

    def _ends(self, place: Place) -> tuple[Destination, ...]:
        return tuple(dict.fromkeys(end for path, node in self.reads(place) for end in self.of(path, node)))

    def reads(self, place: Place) -> tuple[tuple[str, ast.expr], ...]:
        """Where what is kept in a place is read."""
        return self._ground.reads.of(place, lambda one: tuple(self._read(one)))

    def _read(self, place: Place) -> Iterator[tuple[str, ast.expr]]:
        ground = self._ground
        match place:
            case Local(path, binding):
                for name in ground.scopes(path).loads(binding):
                    yield path, name
                if isinstance(binding.scope, ast.Module):
                    yield from ground.importers(place)
                if isinstance(binding.scope, ast.ClassDef):
                    yield from self.reads(Member(binding.name))
            case Member(name):
                for path, node in ground.attributes(name):
                    if isinstance(node.ctx, ast.Load) and not ground.is_foreign(path, node):
                        yield path, node
            case Result(function):
                for _, call in ground.calls_of(function):
                    expression = ground.code.expression(call)
                    if call.kind == "call" and expression is not None:
                        yield call.path, expression

    def of(self, path: str, node: ast.expr) -> Iterator[Destination]:
        """Where the value of an expression goes."""
        parent = self._ground.syntax(path).parents.get(node)
        if self._reads_keys(path, parent, node):
            return
        match parent:
            case ast.Call(func=func) if func is node:
                yield from self._called(path, parent)
            case ast.Call():
                yield from self._argument(path, parent, node)
            case ast.keyword():
                call = self._ground.syntax(path).parents[parent]
                if isinstance(call, ast.Call):
                    yield from self._argument(path, call, parent)
                else:
                    yield self._lost(path, node)
            case ast.Starred():
                outer = self._ground.syntax(path).parents[parent]
                if isinstance(outer, ast.Call):
                    yield from self._argument(path, outer, parent)
                else:
                    yield from self.of(path, parent)
            case ast.Assign(targets=targets, value=value) if value is node:
                for target in targets:
                    yield from self._bound(path, target)
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                yield from self._bound(path, target)
            case ast.NamedExpr(target=target):
                yield from self._bound(path, target)
                yield from self.of(path, parent)
            case ast.Dict(keys=keys) if node in keys:
                return
            case ast.Tuple() | ast.List() | ast.Set() | ast.Dict() | ast.BoolOp():
                for end in self.of(path, parent):
                    yield Handed(path, node) if isinstance(end, Handed) else end
            case ast.IfExp(test=test):
                if node is not test:
                    yield from self.of(path, parent)
            case ast.Subscript(value=value):
                if value is node and isinstance(parent.ctx, ast.Load):
                    yield from self.of(path, parent)
            case ast.Attribute():
                yield from self._attribute(path, parent)
            case ast.For(target=target) | ast.AsyncFor(target=target):
                yield from self._bound(path, target)
            case ast.comprehension(iter=iterable, target=target):
                if node is iterable:
                    yield from self._bound(path, target)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                yield from self.of(path, parent)
            case ast.Return() | ast.Yield() | ast.YieldFrom():
                yield from self._returned(path, parent)
            case ast.BinOp() if self._is_reckoning(parent):
                return
            case ast.arguments():
                yield from self._default(path, node, parent)
            case (
                ast.Compare() | ast.Expr() | ast.If() | ast.While() | ast.UnaryOp() | ast.Assert()
                | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.FormattedValue() | ast.Delete() | ast.Assign()
            ):  # fmt: skip
                return
            case _:
                yield self._lost(path, node)

    def _reads_keys(self, path: str, parent: ast.AST | None, node: ast.expr) -> bool:
        """Whether a dict is gone through, which gives its keys and nothing of what is kept under them."""
        match parent:
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable) if iterable is node:
                pass
            case ast.Starred():
                pass
            case ast.Call(args=arguments) if node in arguments and self._goes_through(path, parent):
                pass
            case _:
                return False
        known = self._ground.program.type_at(path, *self._ground.syntax(path).span(node))
        return known is not None and known.text.startswith(DICTS) and " | " not in known.text

    def _goes_through(self, path: str, node: ast.Call) -> bool:
        """Whether a call reads what it is given as an iterable, whatever that is: `sorted`, `", ".join`."""
        names = [one.removesuffix(".__init__").removesuffix(".__new__") for one in self._names(path, node)]
        return bool(names) and all(
            one.startswith("builtins.") and one.rpartition(".")[2] in GOING_THROUGH for one in names
        )

    def _is_reckoning(self, node: ast.BinOp) -> bool:
        """Whether an operator makes no collection and nothing of the project's own: `retries + 1` of what shared a tuple.

        Of all that has an operator for a number or a text, only `*` makes a collection.
        """
        method = REFLECTED[type(node.op)]
        return (
            any(isinstance(one, ast.Constant) for one in (node.left, node.right))
            and not isinstance(node.op, ast.Mult)
            and self._ground.own_methods.isdisjoint((method, method.replace("__r", "__", 1)))
        )

    def _lost(self, path: str, node: ast.AST) -> Escape:
        return Escape(f"{self._ground.where(path, node)} passes it on by name")

    def _called(self, path: str, node: ast.Call) -> Iterator[Destination]:
        found = self._ground.call(path, node)
        if found is not None:
            yield Called(found[0])
        elif not self._is_decorator(path, node):
            yield self._lost(path, node)

    def _is_decorator(self, path: str, node: ast.expr) -> bool:
        parent = self._ground.syntax(path).parents.get(node)
        return isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) and node in parent.decorator_list

    def _attribute(self, path: str, node: ast.Attribute) -> Iterator[Destination]:
        call = self._ground.syntax(path).parents.get(node)
        if isinstance(call, ast.Call) and call.func is node and node.attr in GIVING:
            yield from self.of(path, call)

    def _argument(self, path: str, node: ast.Call, argument: ast.expr | ast.keyword) -> Iterator[Destination]:
        value = argument.value if isinstance(argument, ast.keyword) else argument
        for end in self._arrived(path, node, argument):
            if isinstance(end, Escape) and path in self._ground.tests and not isinstance(value, ast.Starred):
                yield Handed(path, value)
            else:
                yield end

    def _arrived(self, path: str, node: ast.Call, argument: ast.expr | ast.keyword) -> Iterator[Destination]:
        ground = self._ground
        function = node.func
        if isinstance(function, ast.Call):
            # `wraps(function)(wrapper)`: what a maker of decorators returns hands back what it is given.
            known = self._names(path, function)
            if known and all(ground.catalog.decorator(one) for one in known):
                yield from self.of(path, node)
                return
        found = ground.call(path, node)
        if found is None:
            if not self._is_decorator(path, node):
                yield self._lost(path, node)
            return
        call = found[1]
        if isinstance(argument, ast.keyword) and argument.arg is not None and ground.fills(path, node):
            yield Member(argument.arg)
            return
        if isinstance(function, ast.Name) and function.id in ("getattr", "hasattr", "setattr", "delattr"):
            yield from self._by_name(path, node, argument)
            return
        if (
            isinstance(function, ast.Attribute)
            and function.attr in TAKING
            and self._is_collection(path, node)
        ):
            yield from self._bound(path, function.value)
            if function.attr == "setdefault":
                yield from self.of(path, node)
            return
        own = [one for one in call.targets if ground.program.functions[one].in_project]
        if call.constructs is not None and not any(map(ground.definition, own)):
            fields = list(self._field(call.constructs, node, argument))
            yield from fields
            if fields:
                return
        if own:
            yield from ground.arrivals(call, node, argument)
        outside = [one for one in call.targets if one not in own]
        if not call.targets:
            yield Escape(
                f"{ground.where(path, node)} hands it to `{ast.unparse(function)[:40]}`, and it is not known what that is"
            )
        for target in dict.fromkeys(outside):
            yield from self._handed(path, node, argument, ground.program.functions[target].name)

    def _names(self, path: str, node: ast.Call) -> list[str]:
        found = self._ground.call(path, node)
        return [self._ground.program.functions[one].name for one in found[1].targets] if found else []

    def _handed(
        self, path: str, node: ast.Call, argument: ast.expr | ast.keyword, name: str
    ) -> Iterator[Destination]:
        """To a function outside of the project."""
        catalog = self._ground.catalog
        public = name.removesuffix(".__init__").removesuffix(".__new__")
        bare = public.rpartition(".")[2]
        same = catalog.decorator(public)
        gathers = (public.startswith(("builtins.", "typing.")) and bare in GATHERING) or public in COLLECTIONS
        gathers = gathers and not (bare == "iter" and len(node.args) == 2)
        is_first = bool(node.args) and argument is node.args[0]
        is_passed = catalog.passes(public) and same is not None and same.async_ == same.sync and is_first
        if gathers or is_passed:
            yield from self.of(path, node)
        elif not catalog.is_looker(public):
            where = self._ground.where(path, node)
            elsewhere = catalog.is_spawn(public)
            does = "runs it elsewhere" if elsewhere else "calls it synchronously"
            if public in catalog.factories:
                does = "has a generated `__init__` call it, which cannot await"
            yield Escape(f"{where} hands it to {public}, which {does}", elsewhere)

    def _by_name(self, path: str, node: ast.Call, argument: ast.expr | ast.keyword) -> Iterator[Destination]:
        """To `setattr` as the value, or to `getattr` as what is returned where there is no such attribute."""
        if len(node.args) > 2 and argument is node.args[2]:
            if isinstance(node.func, ast.Name) and node.func.id == "getattr":
                yield from self.of(path, node)
            elif isinstance(node.args[1], ast.Constant) and isinstance(node.args[1].value, str):
                yield Member(node.args[1].value)
            else:
                yield self._lost(path, node)

    def _is_collection(self, path: str, node: ast.Call) -> bool:
        """Whether a method is one of a collection's, as far as is known."""
        names = self._names(path, node)
        return all(name.startswith(("builtins.", "collections.", "typing.")) for name in names)

    def _field(
        self, class_id: int, node: ast.Call, argument: ast.expr | ast.keyword
    ) -> Iterator[Destination]:
        """The field that the `__init__` of a dataclass or the like fills."""
        inherited = self._ground.program.find_method(class_id, "__init__")
        if not self._ground.program.classes[class_id].in_project or (
            inherited is not None and self._ground.definition(inherited) is not None
        ):
            return
        if isinstance(argument, ast.keyword):
            if argument.arg is not None:
                yield Member(argument.arg)
            return
        fields = self.fields(class_id)
        position = node.args.index(argument)
        if not isinstance(argument, ast.Starred) and position < len(fields):
            yield Member(fields[position])

    def fields(self, class_id: int) -> list[str]:
        """The annotated names of a class body, bases first."""
        found: dict[str, None] = {}
        program = self._ground.program
        for one in reversed((class_id, *program.classes[class_id].ancestors)):
            definition = self._ground.types.definition(one)
            for statement in definition.body if definition is not None else ():
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    found[statement.target.id] = None
        return list(found)

    def _bound(self, path: str, target: ast.expr) -> Iterator[Destination]:
        """What is assigned to a target, or kept in it."""
        ground = self._ground
        match target:
            case ast.Name():
                imported = ground.module_variable(path, target)
                binding = ground.scopes(path).binding(target)
                if isinstance(binding.scope, COMPREHENSIONS):
                    yield Local(path, binding)
                elif imported is not None:
                    yield imported
                else:
                    yield Local(path, binding)
                    if isinstance(binding.scope, ast.ClassDef):
                        yield Member(binding.name)
            case ast.Attribute(attr=name):
                imported = ground.module_variable(path, target)
                if imported is not None:
                    yield imported
                elif ground.is_foreign(path, target):
                    yield Escape(f"{ground.where(path, target)} keeps it on something outside the project")
                else:
                    yield Member(name)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    yield from self._bound(path, part)
            case ast.Starred(value=value) | ast.Subscript(value=value):
                yield from self._bound(path, value)
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in GIVING:
                yield from self._bound(path, value)
            case _:
                yield self._lost(path, target)

    def _returned(self, path: str, node: ast.AST) -> Iterator[Destination]:
        for around in self._ground.syntax(path).ancestors(node):
            if isinstance(around, FunctionLike):
                function = self._ground.function_at(path, around)
                if function is not None:
                    yield Result(function)
                    return
                break
        yield self._lost(path, node)

    def _default(self, path: str, node: ast.expr, parent: ast.arguments) -> Iterator[Destination]:
        around = self._ground.syntax(path).parents[parent]
        name = defaulted(around, node) if isinstance(around, FunctionLike) else None
        if name is None or not isinstance(around, FunctionLike):
            yield self._lost(path, node)
        else:
            yield Local(path, Binding(around, name))
