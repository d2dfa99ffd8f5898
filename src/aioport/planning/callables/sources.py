"""What may be called where a value is called: the functions that reach it, and whether there may be anything else."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from aioport.planning.callables.answers import Answers
from aioport.planning.callables.ground import FunctionLike, Ground
from aioport.planning.callables.model import Local, Member, Occurrence, Place, Result
from aioport.planning.callables.uses import COLLECTIONS, GATHERING, GIVING, TAKING, Uses
from aioport.program.model import Call
from aioport.program.names import dotted
from aioport.program.syntax import own_nodes
from aioport.values.arguments import arrivals, defaulted

MOST = 400
"""Places that are looked into for one call; what is kept in more of them is no handful of callbacks."""


FIELDS = frozenset({"field", "Field", "ib"})
"""What dataclasses and those like them call what describes a field."""

DESCRIBING = frozenset({"compare", "default", "eq", "hash", "init", "kw_only", "metadata", "order", "repr"})
"""What such a description says that is no function to be called for the value."""

DEFAULTING = "collections.defaultdict"

EMPTY = frozenset({"dict", "list", "set"})
"""Builtins that make an empty collection where they are given nothing."""

Spot: TypeAlias = tuple[str, ast.expr] | Place


@dataclass
class Arriving:
    """What may be called; `obstacle` is the first thing that is not understood."""

    occurrences: dict[Occurrence, None] = field(default_factory=dict)
    places: dict[Place, None] = field(default_factory=dict)
    obstacle: str | None = None


class Sources:
    """Follows values back to where they come from.

    given: the functions that a parameter of a decorator is given.
    """

    def __init__(
        self,
        ground: Ground,
        given: Mapping[Local, tuple[Occurrence, ...]],
        steps: Answers[Spot, tuple[Arriving, tuple[Spot, ...]]],
    ) -> None:
        self._ground, self._given, self._uses, self._steps = ground, given, Uses(ground), steps

    def arriving(self, path: str, node: ast.expr) -> Arriving:
        """All that an expression may be."""
        found = Arriving()
        todo: list[Spot] = [(path, node)]
        seen: set[Spot] = set()
        while todo:
            one = todo.pop()
            if one in seen:
                continue
            seen.add(one)
            if len(seen) > MOST:
                found.obstacle = found.obstacle or "too much may be kept there"
                break
            here, before = self._step(one)
            found.occurrences.update(here.occurrences)
            found.obstacle = found.obstacle or here.obstacle
            if not isinstance(one, tuple):
                found.places[one] = None
            todo += before
        return found

    def _step(self, one: Spot) -> tuple[Arriving, tuple[Spot, ...]]:
        """What a spot is itself, and the spots right before it: many values come by the same ones."""
        return self._steps.of(one, self._find_step)

    def _find_step(self, one: Spot) -> tuple[Arriving, tuple[Spot, ...]]:
        here = Arriving()
        before = self._expression(*one, here) if isinstance(one, tuple) else self._place(one, here)
        spots = tuple(before)  # which fills `here`
        return here, spots

    def _expression(
        self, path: str, node: ast.expr, found: Arriving
    ) -> Iterator[tuple[str, ast.expr] | Place]:
        ground = self._ground
        match node:
            case ast.Constant() | ast.JoinedStr():
                return
            case ast.Lambda():
                function = ground.function_at(path, node)
                found.occurrences[Occurrence(path, node, function, "<lambda>")] = None
            case ast.Name() | ast.Attribute():
                yield from self._name(path, node, found)
            case ast.IfExp(body=first, orelse=second):
                yield from ((path, first), (path, second))
            case (
                ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts)
            ):
                yield from ((path, part) for part in parts)
            case ast.Dict(values=parts):
                yield from ((path, part) for part in parts)
            case ast.NamedExpr(value=value) | ast.Starred(value=value) | ast.Subscript(value=value):
                yield path, value
            case ast.ListComp(elt=value) | ast.SetComp(elt=value) | ast.GeneratorExp(elt=value):
                yield path, value
            case ast.DictComp(value=value):
                yield path, value
            case ast.Call():
                yield from self._call(path, node, found)
            case ast.BinOp(left=left, right=right):
                yield from ((path, left), (path, right))
            case _:
                self._unknown(path, node, found)

    def _unknown(self, path: str, node: ast.AST, found: Arriving) -> None:
        if path in self._ground.tests and isinstance(node, ast.Call):
            # Whatever a test puts there stands in for what the project has.
            found.occurrences[Occurrence(path, node, None, ast.unparse(node))] = None
            return
        where = self._ground.where(path, node)
        found.obstacle = found.obstacle or f"it is not known what `{ast.unparse(node)[:40]}` is ({where})"

    def _name(
        self, path: str, node: ast.Name | ast.Attribute, found: Arriving
    ) -> Iterator[tuple[str, ast.expr] | Place]:
        ground = self._ground
        functions = ground.named(path, node)
        if functions:
            for function in functions:
                one = ground.program.functions[function]
                found.occurrences[Occurrence(path, node, function, one.name)] = None
            return
        if ground.class_named(path, node) is not None:
            found.occurrences[Occurrence(path, node, None, ast.unparse(node))] = None
            return
        variable = ground.module_variable(path, node)
        if variable is not None:
            yield variable
        elif isinstance(node, ast.Name):
            binding = ground.scopes(path).binding(node)
            if ground.names(path).resolve(node) is not None:
                found.occurrences[Occurrence(path, node, None, ast.unparse(node))] = None
            elif (
                isinstance(binding.scope, ast.Module)
                and hasattr(builtins, node.id)
                and not ground.bindings(path, binding)
            ):
                found.occurrences[Occurrence(path, node, None, node.id)] = None
            else:
                yield Local(path, binding)
        elif ground.is_foreign(path, node):
            found.occurrences[Occurrence(path, node, None, ast.unparse(node))] = None
        else:
            yield Member(node.attr)

    def _call(self, path: str, node: ast.Call, found: Arriving) -> Iterator[tuple[str, ast.expr] | Place]:
        ground = self._ground
        known = ground.call(path, node)
        targets = known[1].targets if known is not None else ()
        names = [ground.program.functions[one].name for one in targets]
        public = [name.removesuffix(".__init__").removesuffix(".__new__") for name in names]
        match node.func:
            case ast.Name(id="getattr") if len(node.args) > 1:
                is_known, methods = ground.looked_up(path, node)
                for method in methods:
                    found.occurrences[
                        Occurrence(path, node, method, ground.program.functions[method].name)
                    ] = None
                if not is_known or not methods:
                    self._unknown(path, node, found)
                if len(node.args) > 2:
                    yield path, node.args[2]
                return
            case ast.Attribute(value=value, attr=name) if name in GIVING and all(
                one.startswith(("builtins.", "collections.", "typing.")) for one in names
            ):
                yield path, value
                yield from ((path, one) for one in node.args[1:])
                return
        if DEFAULTING in public:
            yield from self._defaulting(path, node, found)
            return
        own = [one for one in targets if ground.program.functions[one].in_project]
        constructs = known[1].constructs if known is not None else None
        if constructs is not None and ground.program.classes[constructs].in_project:
            special = ground.program.find_method(constructs, "__call__")
            if special is not None:
                name = ground.program.functions[special].name
                found.occurrences[Occurrence(path, node, special, name)] = None
        elif own and len(own) == len(targets):
            yield from (Result(one) for one in own)
        elif public and all(
            (ground.catalog.passes(one) and ground.catalog.decorator(one)) or _gathers(one) for one in public
        ):
            passed = node.args if any(_gathers(one) for one in public) else node.args[:1]
            yield from ((path, one) for one in passed)
            yield from ((path, one.value) for one in node.keywords if any(_gathers(name) for name in public))
        else:
            self._unknown(path, node, found)

    def _defaulting(self, path: str, node: ast.Call, found: Arriving) -> Iterator[tuple[str, ast.expr]]:
        """`defaultdict(list)` has what it is given and what its factory makes, which mostly is an empty collection."""
        match node.args:
            case [ast.Lambda(body=made), *_]:
                yield path, made
            case [ast.Name(id=name) as factory, *_] if self._is_empty(path, factory, name):
                pass
            case [factory, *_]:
                self._unknown(path, factory, found)
        yield from ((path, one) for one in node.args[1:])
        yield from ((path, one.value) for one in node.keywords)

    def _is_empty(self, path: str, factory: ast.Name, name: str) -> bool:
        """Whether a factory is a class of collections, which is empty where it is called without arguments."""
        imported = self._ground.names(path).resolve(factory)
        if imported is not None:
            return imported in COLLECTIONS
        binding = self._ground.scopes(path).binding(factory)
        return name in EMPTY and not self._ground.bindings(path, binding)

    def _place(self, place: Place, found: Arriving) -> Iterator[tuple[str, ast.expr] | Place]:
        match place:
            case Local():
                yield from self._local(place, found)
            case Member():
                yield from self._member(place, found)
            case Result(function):
                yield from self._result(function)
        for path, node in self._uses.reads(place):
            yield from self._kept(path, node)

    def _local(self, place: Local, found: Arriving) -> Iterator[tuple[str, ast.expr] | Place]:
        ground, path, binding = self._ground, place.path, place.binding
        if isinstance(binding.scope, FunctionLike):
            names = [one.arg for one in ast.walk(binding.scope.args) if isinstance(one, ast.arg)]
            if binding.name in names:
                yield from self._parameter(place, found)
        for node in ground.bindings(path, binding):
            match node:
                case ast.Name():
                    yield from self._assigned(path, node, found)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    function = ground.code.function_at(path, node)
                    if function is not None:
                        name = ground.program.functions[function].name
                        found.occurrences[Occurrence(path, None, function, name)] = None
                case _:
                    self._unknown(path, node, found)
        if isinstance(binding.scope, ast.ClassDef):
            yield Member(binding.name)

    def _assigned(self, path: str, node: ast.expr, found: Arriving) -> Iterator[tuple[str, ast.expr] | Place]:
        """What a target is given."""
        parent = self._ground.syntax(path).parents.get(node)
        match parent:
            case ast.Assign(value=value) | ast.NamedExpr(value=value) | ast.AugAssign(value=value):
                yield path, value
            case ast.AnnAssign(value=value):
                if value is not None:
                    yield path, value
            case ast.For(iter=value) | ast.AsyncFor(iter=value) | ast.comprehension(iter=value):
                yield path, value
            case ast.Tuple() | ast.List():
                outer = self._ground.syntax(path).parents.get(parent)
                match outer:
                    case ast.Assign(value=ast.Tuple(elts=values)) if len(values) == len(parent.elts):
                        yield path, values[parent.elts.index(node)]
                    case _:
                        yield from self._assigned(path, parent, found)
            case ast.Starred():
                yield from self._assigned(path, parent, found)
            case ast.Delete():
                return
            case _:
                self._unknown(path, node, found)

    def _parameter(self, place: Local, found: Arriving) -> Iterator[tuple[str, ast.expr] | Place]:
        ground, path, scope = self._ground, place.path, place.binding.scope
        assert isinstance(scope, FunctionLike)
        ground.asked.note(place)  # whether decorators give it something
        if place in self._given:
            found.occurrences.update(dict.fromkeys(self._given[place]))
        for default in (*scope.args.defaults, *scope.args.kw_defaults):
            if default is not None and defaulted(scope, default) == place.binding.name:
                yield path, default
        function = ground.function_at(path, scope)
        if function is None:
            self._unknown(path, scope, found)
            return
        one = ground.program.functions[function]
        first = next(iter((*scope.args.posonlyargs, *scope.args.args)), None)
        if (
            one.owner is not None
            and not one.is_static
            and first is not None
            and first.arg == place.binding.name
        ):
            return
        calls = ground.calls_of(function)
        if not calls and place not in self._given:
            found.obstacle = found.obstacle or f"nothing is seen to call {one.name}"
        for _, call in calls:
            node = ground.code.expression(call) if call.kind == "call" else None
            if isinstance(node, ast.Call):
                yield from self._passed(call, node, function, place, found)

    def _passed(
        self, call: Call, node: ast.Call, function: int, place: Local, found: Arriving
    ) -> Iterator[tuple[str, ast.expr] | Place]:
        scope = place.binding.scope
        assert isinstance(scope, FunctionLike)
        receives = self._ground.receives(call, node, function)
        given: list[tuple[ast.expr | ast.keyword, ast.expr]] = [
            *((one, one.value if isinstance(one, ast.Starred) else one) for one in node.args),
            *((one, one.value) for one in node.keywords),
        ]
        for argument, value in given:
            for name, _ in arrivals(scope, node, argument, receives=receives):
                if name == place.binding.name:
                    if self._is_stand_in(call.path, value):
                        found.occurrences[Occurrence(call.path, value, None, ast.unparse(value))] = None
                    else:
                        yield call.path, value

    def _is_stand_in(self, path: str, value: ast.expr) -> bool:
        """Whether a test hands over something that is not plainly a function: whatever it is, it stands in for one."""
        if path not in self._ground.tests or isinstance(value, ast.Constant | ast.Lambda | ast.Starred):
            return False
        return not (isinstance(value, ast.Name | ast.Attribute) and self._ground.named(path, value))

    def _member(self, place: Member, found: Arriving) -> Iterator[tuple[str, ast.expr] | Place]:
        ground = self._ground
        for path, node in ground.attributes(place.name):
            if isinstance(node.ctx, ast.Store) and not ground.is_foreign(path, node):
                yield from self._assigned(path, node, found)
        yield from ground.filled(place.name)
        for path, definition, statement in ground.class_fields(place.name):
            if statement.value is not None:
                yield from ((path, one) for one in _given_by_class(statement))
            class_id = (
                ground.types.class_of(path, definition) if isinstance(statement, ast.AnnAssign) else None
            )
            if class_id is not None:
                yield from self._fields(class_id, place.name)

    def _fields(self, class_id: int, name: str) -> Iterator[tuple[str, ast.expr]]:
        """What the calls that make an instance pass for a field, where the class writes no `__init__`."""
        names = self._uses.fields(class_id)
        for call in self._ground.making.get(class_id, ()):
            node = self._ground.code.expression(call)
            if isinstance(node, ast.Call):
                yield from ((call.path, one.value) for one in node.keywords if one.arg == name)
                if name in names and names.index(name) < len(node.args):
                    yield call.path, node.args[names.index(name)]

    def _result(self, function: int) -> Iterator[tuple[str, ast.expr] | Place]:
        found = self._ground.definition(function)
        if found is None:
            return
        path, node = found
        if isinstance(node, ast.Lambda):
            yield path, node.body
            return
        for inner in own_nodes(node):
            if isinstance(inner, ast.Return | ast.Yield | ast.YieldFrom) and inner.value is not None:
                yield path, inner.value

    def _kept(self, path: str, node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
        """What is put into a collection where it is read."""
        syntax = self._ground.syntax(path)
        parent = syntax.parents.get(node)
        match parent:
            case ast.Subscript(value=value, ctx=ast.Store()) if value is node:
                outer = syntax.parents.get(parent)
                if isinstance(outer, ast.Assign | ast.AnnAssign) and outer.value is not None:
                    yield path, outer.value
            case ast.Subscript(value=value, ctx=ast.Load()) if value is node:
                yield from self._kept(path, parent)
            case ast.Attribute(attr=name):
                call = syntax.parents.get(parent)
                if isinstance(call, ast.Call) and call.func is parent:
                    if name in TAKING:
                        yield from ((path, one) for one in call.args)
                        yield from ((path, one.value) for one in call.keywords)
                    if name in ("get", "setdefault"):
                        yield from self._kept(path, call)


def _gathers(name: str) -> bool:
    return (name.startswith("builtins.") and name.rpartition(".")[2] in GATHERING) or name in COLLECTIONS


def _given_by_class(statement: ast.Assign | ast.AnnAssign) -> Iterator[ast.expr]:
    """What a class body assigns to an attribute; what describes a field is its default, or nothing."""
    match statement:
        case ast.AnnAssign(value=ast.Call(func=maker, args=[], keywords=options) as described) if (
            dotted(maker) or ""
        ).rpartition(".")[2] in FIELDS:
            if any(one.arg not in DESCRIBING for one in options):
                yield described
            yield from (one.value for one in options if one.arg == "default")
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            yield value
