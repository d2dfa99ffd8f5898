"""Follows values forward: from where a function is named to every call that may run it."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from aioport.blocking.edges import hands_to_thread
from aioport.blocking.primitives import called_names
from aioport.program.model import Call, CallKind, Function
from aioport.program.names import dotted
from aioport.program.syntax import is_generator
from aioport.values.arguments import Argument, arrivals, defaulted, first_parameter
from aioport.values.code import Code
from aioport.values.deferred import DeferredCode
from aioport.values.members import element_of, inserted_by, picks_element, walks, whole_of
from aioport.values.scopes import Binding
from aioport.values.types import Types
from aioport.values.value import Calls, Foreign, Holds, Is, Iterates, Makes, Value, held, innermost

COLLECTIONS = ("list[", "tuple[", "set[", "dict[", "typing.Iterator[", "typing.Iterable[")
"""How the checker's text for a builtin collection begins."""

MOST_PLACES = 200
"""How many expressions one function is followed to. What seems to be everywhere has been taken for something else on
the way, since calls of one function are not told apart; real registries stay far below."""

MOST_OWNERS = 2
"""A method that more library classes have says nothing of the object."""

RUNS_GENERATOR = frozenset({"__next__", "send", "throw"})


class Flow:
    """A worklist of expressions and what they may be; nothing is followed twice.

    added: functions that calls run beside those that the checker knows, by the call's index.
    implicit: calls that have no call expression: iteration over a generator.
    on_loop: functions that are handed to the event loop, which calls them later.
    given: functions that objects of installed packages were given, by the objects' class.
    deferred: the functions that stand for lambdas and generator expressions.
    made_with: functions that class bodies hand to libraries, which call them when an instance is made.
    """

    def __init__(self, code: Code, types: Types) -> None:
        self.added: dict[int, dict[int, None]] = defaultdict(dict)
        self.implicit: list[Call] = []
        self.on_loop: dict[int, None] = {}
        self.given: dict[int, dict[int, None]] = defaultdict(dict)
        self.made_with: dict[int, dict[int, None]] = defaultdict(dict)
        self.deferred = DeferredCode(code)
        self._code, self._types = code, types
        self._program, self._catalog = code.program, code.catalog
        self._todo: deque[tuple[str, ast.expr, Value]] = deque()
        self._seen: set[tuple[int, Value]] = set()
        self._places: Counter[Value] = Counter()
        self._bound: set[tuple[int, str, Value]] = set()
        self._stored: set[tuple[str, tuple[int, ...], Value]] = set()
        self._ran: set[tuple[int, int]] = set()
        self._arguments: dict[int, list[tuple[ast.Call, Argument, Value]]] = defaultdict(list)
        self._returned: dict[int, dict[Value, None]] = defaultdict(dict)
        self._sites: dict[int, list[int]] = defaultdict(list)
        self._generators: dict[int, bool] = {}

    def put(self, path: str, node: ast.expr, value: Value) -> None:
        """Say what an expression may be."""
        key = (id(node), value)
        inner = innermost(value)
        if key not in self._seen and self._places[inner] < MOST_PLACES:
            self._places[inner] += 1
            self._seen.add(key)
            self._todo.append((path, node, value))

    def run(self) -> None:
        """Follow everything that was put in."""
        while self._todo:
            self._step(*self._todo.popleft())

    def name(self, path: str, statement: ast.ClassDef, value: Value) -> None:
        """Say what the name of a class is, wherever it is used."""
        scopes = self._code.scopes(path)
        if scopes is not None:
            self._bind(path, scopes.bound_by(statement, statement.name), value)

    def give(self, function: int, value: Value) -> None:
        """Say what the first parameter of one of the project's functions may be."""
        found = self._code.node(function)
        if found is None:
            return
        path, definition = found
        name = first_parameter(definition, receives=_receives(self._program.functions[function]))
        if name is not None:
            self._bind(path, Binding(definition, name), value)

    def give_decorated(self, function: int, decorators: Iterable[str]) -> None:
        """Decorators that are methods of library objects keep what they decorate."""
        for name in decorators:
            for method in self._foreign_methods.get(name, ()):
                owner = self._program.functions[method].owner
                if owner is not None and not self._catalog.is_pure(name):
                    self.given[owner][function] = None

    @cached_property
    def _foreign_methods(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for one in self._program.functions:
            if not one.in_project and one.owner is not None and not one.bare_name.startswith("__"):
                found[one.name].append(one.id)
        return found

    def is_generator(self, function: int) -> bool:
        """Whether calling a function only makes a generator; a declared `Iterator` may be anything elsewhere."""
        if function not in self._generators:
            self._generators[function] = self._find_generator(function)
        return self._generators[function]

    def _find_generator(self, function: int) -> bool:
        one = self._program.functions[function]
        if not one.in_project:
            return one.path is not None and one.annotation.startswith("typing.Generator[")
        found = self._code.node(function)
        return (
            found is not None
            and isinstance(found[1], ast.FunctionDef)
            and not found[1].decorator_list
            and is_generator(found[1])
        )

    def _step(self, path: str, node: ast.expr, value: Value) -> None:
        syntax = self._code.syntax(path)
        parent = syntax.parents.get(node) if syntax is not None else None
        if syntax is None or parent is None:
            return
        match parent:
            case ast.Call():
                if parent.func is node:
                    self._call(path, parent, value)
                else:
                    self._hand_over(path, parent, node, value)
            case ast.keyword():
                call = syntax.parents[parent]
                if isinstance(call, ast.Call):
                    self._hand_over(path, call, parent, value)
            case ast.Starred():
                outer = syntax.parents[parent]
                self._iterate(path, node, value)
                if isinstance(value, Holds) and isinstance(outer, ast.Call):
                    self._hand_over(path, outer, parent, value)
                elif isinstance(value, Holds) and isinstance(outer, ast.expr):
                    self.put(path, outer, value)
            case ast.Attribute():
                self._read(path, parent, value)
            case ast.Subscript():
                if parent.value is node and isinstance(parent.ctx, ast.Load):
                    self._subscript(path, parent, value)
            case ast.Assign():
                for target in parent.targets:
                    if isinstance(target, ast.Tuple | ast.List):
                        self._iterate(path, node, value)
                    self._store(path, target, value)
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                self._store(path, target, value)
            case ast.NamedExpr():
                self._store(path, parent.target, value)
                self.put(path, parent, value)
            case ast.For() | ast.comprehension():
                if parent.iter is node:
                    self._iterate(path, node, value)
                    if isinstance(value, Holds):
                        self._store(path, parent.target, value.value)
            case ast.Return() | ast.Lambda() | ast.Yield() | ast.YieldFrom():
                self._return(path, node, parent, value)
            case ast.List() | ast.Tuple() | ast.Set():
                self._display(path, parent, node, value)
            case ast.Dict():
                self._dictionary(path, parent, node, value)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                if node is not getattr(parent, "key", None):
                    self._put_held(path, parent, value)
            case ast.IfExp(test=test):
                if node is not test:
                    self.put(path, parent, value)
            case ast.BoolOp() | ast.Await():
                self.put(path, parent, value)
            case ast.BinOp(op=ast.Add() | ast.BitOr()):
                if isinstance(value, Holds):
                    self.put(path, parent, value)
            case ast.Compare(ops=[*_, ast.In() | ast.NotIn()], comparators=[*_, last]):
                if node is last:
                    self._iterate(path, node, value)
            case ast.withitem(optional_vars=target):
                # Of installed generators it is not known whether a decorator makes them context managers.
                self._iterate(path, node, value)
                if target is not None:
                    self._store(path, target, value)
                    if isinstance(value, Holds):
                        self._store(path, target, value.value)
            case ast.arguments():
                definition = syntax.parents[parent]
                assert isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                name = defaulted(definition, node)
                if name is not None:
                    self._bind(path, Binding(definition, name), value)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                decorated = self._code.function_at(path, parent)
                if node in parent.decorator_list and isinstance(value, Calls) and decorated is not None:
                    self.give(value.function, Calls(decorated))
                    if isinstance(node, ast.Call) and self._is_own_call(path, node):
                        self._run(path, node, value.function, kind="protocol")
            case ast.ClassDef():
                if node in parent.decorator_list and isinstance(value, Calls):
                    self._run(path, node, value.function, kind="protocol")

    def _call(self, path: str, node: ast.Call, value: Value) -> None:
        index = self._code.call_at(path, node)
        if isinstance(value, Makes):
            program = self._program
            self.put(path, node, Is(value.class_id))
            is_known = index is not None and self._code.calls[index].constructs is not None
            for name in ("__init__", "__new__") if not is_known else ():
                method = program.find_method(value.class_id, name)
                if method is not None and program.functions[method].in_project:
                    self._add_target(path, node, method)
        elif isinstance(value, Calls):
            self._add_target(path, node, value.function)
        elif isinstance(value, Is) and (index is None or not self._code.calls[index].targets):
            method = self._program.find_method(value.class_id, "__call__")
            if method is not None:
                self._add_target(path, node, method)

    def _add_target(self, path: str, node: ast.Call, function: int) -> None:
        if self.is_generator(function):
            self.put(path, node, Iterates(function))
        index = self._code.call_at(path, node)
        if index is None or function in self.added[index]:
            return
        self.added[index][function] = None
        self._sites[function].append(index)
        for call, argument, value in tuple(self._arguments[index]):
            self._arrive(path, call, argument, value, function)
        for value in tuple(self._returned[function]):
            self.put(path, node, value)

    def _hand_over(self, path: str, node: ast.Call, argument: Argument, value: Value) -> None:
        index = self._code.call_at(path, node)
        if index is None:
            return
        self._arguments[index].append((node, argument, value))
        call = self._code.calls[index]
        functions = self._program.functions
        for target in (*call.targets, *self.added.get(index, ())):
            if functions[target].in_project:
                self._arrive(path, node, argument, value, target)
        if call.constructs is not None and self._program.classes[call.constructs].in_project:
            written = (one for one in call.targets if self._code.node(one) is not None)
            if not any(functions[one].bare_name == "__init__" for one in written):
                self._fill_field(node, argument, call.constructs, value)
            return
        outside = [target for target in call.targets if not functions[target].in_project]
        if outside or call.constructs is not None:
            self._leave(path, node, argument, value, call)
        elif not call.targets and isinstance(value, Iterates):
            self._run(path, node, value.function)
        elif not call.targets and isinstance(node.func, ast.Attribute):
            self._give_to_unknown(node.func.attr, value)

    def _arrive(self, path: str, node: ast.Call, argument: Argument, value: Value, target: int) -> None:
        """An argument of one of the project's functions."""
        found = self._code.node(target)
        if found is None:
            return
        where, definition = found
        receives = _receives(self._program.functions[target]) and not (
            isinstance(node.func, ast.Attribute) and self._types.is_class(path, node.func.value)
        )
        key = value.key if isinstance(value, Holds) else None
        for name, way in arrivals(definition, node, argument, receives=receives, key=key):
            arrived: Value | None = value
            if way == "held":
                arrived = held(value, argument.arg if isinstance(argument, ast.keyword) else None)
            elif way == "element":
                arrived = value.value if isinstance(value, Holds) else None
            if arrived is not None:
                self._bind(where, Binding(definition, name), arrived)

    def _fill_field(self, node: ast.Call, argument: Argument, class_id: int, value: Value) -> None:
        """An argument of a class that does not say how it is made: a dataclass keeps it as an attribute."""
        line = (class_id, *self._program.classes[class_id].ancestors)
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

    def _leave(self, path: str, node: ast.Call, argument: Argument, value: Value, call: Call) -> None:
        """An argument of something that is not the project's."""
        catalog, names = self._catalog, called_names(call, self._program)
        if any(catalog.is_spawn(name) for name in names) or any(
            hands_to_thread(target, self._program, catalog) for target in call.targets
        ):
            return
        if any(catalog.is_on_loop(name) for name in names):
            if isinstance(value, Calls):
                self.on_loop[value.function] = None
            return
        if any(catalog.passes(name) for name in names):
            self.put(path, node, value)
            return
        if isinstance(value, Calls) and (made := self._class_body(path, node)) is not None:
            self.made_with[made][value.function] = None
            return
        stored = inserted_by(names, catalog)
        if stored == "elements" and isinstance(value, Iterates):
            self._run(path, node, value.function)
            return
        if stored and isinstance(node.func, ast.Attribute):
            self._insert(path, node.func.value, None if stored == "elements" else value, value)
            return
        if isinstance(value, Foreign) and catalog.blocks(f"{value.name}.__call__") is not None:
            value = Calls(self._code.function_named(f"{value.name}.__call__"))
            self._give_to_object(value, call)
            return
        if any(catalog.is_keeper(name) for name in names):
            self._give_to_object(value, call)
            return
        match value:
            case Calls(function=function) if self._is_iterator(call):
                self.put(path, node, Iterates(function))
            case Calls(function=function) if not isinstance(argument, ast.Starred):
                self._add_target(path, node, function)
                self._give_to_object(value, call)
            case Makes(class_id=class_id) | Is(class_id=class_id):
                for method in self._hooks(class_id):
                    self._add_target(path, node, method)
                    self._give_to_object(Calls(method), call)
            case Iterates(function=function):
                if self._is_iterator(call):
                    self.put(path, node, value)
                else:
                    self._run(path, node, function)
            case Holds():
                bare = {name.rpartition(".")[2] for name in names}
                if self._makes_collection(call) or not walks.isdisjoint(bare):
                    self.put(path, node, Holds(value.value))
                elif not picks_element.isdisjoint(bare):
                    self.put(path, node, value.value)

    def _makes_collection(self, call: Call) -> bool:
        """Whether a call returns a collection, which then has the items that it was given."""
        program = self._program
        if call.constructs is not None:
            return program.find_method(call.constructs, "__iter__") is not None
        return any(program.functions[target].annotation.startswith(COLLECTIONS) for target in call.targets)

    def _give_to_unknown(self, method: str, value: Value) -> None:
        """An object of an unknown class is given a function: one of the library classes that have the method may be it."""
        if isinstance(value, Foreign) and self._catalog.blocks(f"{value.name}.__call__") is not None:
            value = Calls(self._code.function_named(f"{value.name}.__call__"))
        owners = self._owners.get(method, set())
        if isinstance(value, Calls) and len(owners) <= MOST_OWNERS:
            for owner in owners:
                self.given[owner][value.function] = None

    @cached_property
    def _owners(self) -> Mapping[str, set[int]]:
        """The library classes that define each method."""
        found: dict[str, set[int]] = defaultdict(set)
        for methods in self._foreign_methods.values():
            for method in methods:
                one = self._program.functions[method]
                if one.owner is not None:
                    found[one.bare_name].add(one.owner)
        return found

    def _give_to_object(self, value: Value, call: Call) -> None:
        """What a method was given, the object may call in any of its methods."""
        if isinstance(value, Calls):
            for target in call.targets:
                owner = self._program.functions[target].owner
                if owner is not None:
                    self.given[owner][value.function] = None

    def _hooks(self, class_id: int) -> Iterator[int]:
        """A class's methods that override a library's: what the library calls of an object that it is given."""
        one = self._program.classes[class_id]
        foreign = [base for base in one.ancestors if not self._program.classes[base].in_project]
        if not one.in_project or any(
            self._catalog.is_spawn(name) or self._catalog.is_on_loop(name)
            for name in (self._program.classes[base].name for base in foreign)
        ):
            return
        for name, method in one.methods.items():
            if name not in ("__init__", "__new__") and any(
                name in self._program.classes[base].methods for base in foreign
            ):
                yield method

    def _class_body(self, path: str, node: ast.Call) -> int | None:
        """The class in whose body a call stands, as the value of an attribute: `names: list = field(default_factory=f)`."""
        syntax = self._code.syntax(path)
        statement = syntax.parents.get(node) if syntax is not None else None
        around = syntax.parents.get(statement) if syntax is not None and statement is not None else None
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(around, ast.ClassDef):
            return self._types.class_of(path, around)
        return None

    def _is_iterator(self, call: Call) -> bool:
        """Whether a call makes an iterator, which asks for its items later: `enumerate`, `zip`, `iter`."""
        program = self._program
        made = {
            program.functions[target].owner for target in call.targets if _makes(program.functions[target])
        }
        if any(
            one is not None and program.find_method(one, "__next__") is not None
            for one in (call.constructs, *made)
        ):
            return True
        return any("Iterator[" in program.functions[target].annotation for target in call.targets)

    def _insert(self, path: str, base: ast.expr, single: Value | None, value: Value) -> None:
        """Something is put into a collection: every use of the collection may have it.

        single: the value itself is one item; None where the value is a collection of items.
        """
        whole = held(single) if single is not None else value
        if whole is None:
            return
        match base:
            case ast.Name() | ast.Attribute():
                self._store(path, base, whole)
                if isinstance(base, ast.Name):
                    self._store_origin(path, base, whole)
            case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
                self._insert(path, inner, whole, whole)

    def _read(self, path: str, node: ast.Attribute, value: Value) -> None:
        syntax = self._code.syntax(path)
        outer = syntax.parents.get(node) if syntax is not None else None
        call = outer if isinstance(outer, ast.Call) and outer.func is node else None
        match value:
            case Holds() if call is not None:
                if node.attr in element_of and _has_key(call, value):
                    self.put(path, call, value.value)
                elif node.attr in whole_of:
                    found = held(value) if node.attr == "items" else value
                    if found is not None:
                        self.put(path, call, found)
            case Iterates(function=function) if call is not None and node.attr in RUNS_GENERATOR:
                self._run(path, call, function)
            case Calls() if node.attr == "__call__":
                self.put(path, node, value)
            case Is(class_id=class_id) | Makes(class_id=class_id):
                if not self._types.holders(path, node.value):
                    self._member(path, node, class_id)
            case Foreign(name=name):
                public = f"{name}.{node.attr}"
                if not self._types.holders(path, node.value) and self._catalog.blocks(public) is not None:
                    self.put(path, node, Calls(self._code.function_named(public)))

    def _member(self, path: str, node: ast.Attribute, class_id: int) -> None:
        """An attribute of an object of which the checker does not know the class."""
        method = self._program.find_method(class_id, node.attr)
        if method is None:
            return
        if self._program.functions[method].is_property:
            self._run(path, node, method)
        else:
            self.put(path, node, Calls(self._code.method_of(class_id, method)))

    def _subscript(self, path: str, node: ast.Subscript, value: Value) -> None:
        if not isinstance(value, Holds):
            return
        if isinstance(node.slice, ast.Slice):
            self.put(path, node, value)
            return
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if key is None or value.key is None or key == value.key:
            self.put(path, node, value.value)

    def _display(self, path: str, node: ast.List | ast.Tuple | ast.Set, item: ast.expr, value: Value) -> None:
        syntax = self._code.syntax(path)
        outer = syntax.parents.get(node) if syntax is not None else None
        position = node.elts.index(item)
        has_star = any(isinstance(one, ast.Starred) for one in node.elts)
        if isinstance(outer, ast.Assign) and isinstance(node, ast.Tuple) and not has_star:
            for target in outer.targets:
                if isinstance(target, ast.Tuple) and len(target.elts) == len(node.elts):
                    self._store(path, target.elts[position], value)
                    return
        known = position if not has_star and not isinstance(node, ast.Set) else None
        self._put_held(path, node, value, known)

    def _dictionary(self, path: str, node: ast.Dict, item: ast.expr, value: Value) -> None:
        for key, one in zip(node.keys, node.values, strict=True):
            if one is item and key is None:
                self.put(path, node, value)
            elif one is item:
                self._put_held(path, node, value, key.value if isinstance(key, ast.Constant) else None)

    def _put_held(self, path: str, node: ast.expr, value: Value, key: object = None) -> None:
        found = held(value, key)
        if found is not None:
            self.put(path, node, found)

    def _iterate(self, path: str, node: ast.expr, value: Value) -> None:
        if isinstance(value, Iterates):
            self._run(path, node, value.function)

    def _is_own_call(self, path: str, node: ast.Call) -> bool:
        """Whether a call runs functions of the project."""
        index = self._code.call_at(path, node)
        targets = self._code.calls[index].targets if index is not None else ()
        return any(self._program.functions[target].in_project for target in targets)

    def _run(self, path: str, node: ast.expr, function: int, kind: CallKind = "iter") -> None:
        """An expression runs a function without calling it by name."""
        caller = self._code.around(path, node)
        syntax = self._code.syntax(path)
        if caller is None or syntax is None or (id(node), function) in self._ran:
            return
        self._ran.add((id(node), function))
        start, end = syntax.span(node)
        self.implicit.append(
            Call(
                caller=caller,
                path=path,
                kind=kind,
                start=start,
                end=end,
                line=node.lineno,
                column=node.col_offset,
                targets=(function,),
                sure=self._is_sure(path, node, function),
            )
        )

    def _is_sure(self, path: str, node: ast.expr, function: int) -> bool:
        """Whether an expression is a call of nothing but one generator function."""
        index = self._code.call_at(path, node) if isinstance(node, ast.Call) else None
        call = self._code.calls[index] if index is not None else None
        return call is not None and call.sure and call.targets == (function,)

    def _return(self, path: str, node: ast.expr, parent: ast.AST, value: Value) -> None:
        function = self._code.around(path, node)
        if isinstance(parent, ast.Lambda):
            function = self.deferred.make(path, parent)
            self.put(path, parent, Calls(function))
        if function is None:
            return
        returned: Value | None = value
        if isinstance(parent, ast.Yield):
            returned = held(value)
        elif isinstance(parent, ast.YieldFrom):
            self._iterate(path, node, value)
            returned = value if isinstance(value, Holds) else None
        if returned is None or returned in self._returned[function]:
            return
        self._returned[function][returned] = None
        for index in (*self._code.calls_of.get(function, ()), *self._sites[function]):
            call = self._code.calls[index]
            site = self._code.expression(call)
            if site is not None:
                self.put(call.path, site, returned)

    def _store(self, path: str, target: ast.expr, value: Value) -> None:
        scopes = self._code.scopes(path)
        match target:
            case ast.Name() if scopes is not None:
                self._bind(path, scopes.binding(target), value)
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
                    self._insert(path, base, None, whole)
            case ast.Starred(value=inner):
                self._store(path, inner, value)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                if isinstance(value, Holds):
                    for position, item in enumerate(items):
                        if isinstance(item, ast.Starred):
                            self._store(path, item, Holds(value.value))
                        elif not isinstance(value.key, int) or value.key == position:
                            self._store(path, item, value.value)

    def _bind(self, path: str, binding: Binding, value: Value) -> None:
        key = (id(binding.scope), binding.name, value)
        scopes = self._code.scopes(path)
        if key in self._bound or scopes is None:
            return
        self._bound.add(key)
        for load in scopes.loads(binding):
            self.put(path, load, value)
        if isinstance(binding.scope, ast.Module):
            self._export(path, binding.name, value)
        elif isinstance(binding.scope, ast.ClassDef):
            owner = self._types.class_of(path, binding.scope)
            if owner is not None:
                self._store_attribute(binding.name, (owner,), value)

    def _bind_global(self, path: str, name: str, value: Value) -> None:
        """A module's global, in the module itself too."""
        syntax = self._code.syntax(path)
        if syntax is not None:
            self._bind(path, Binding(syntax.tree, name), value)

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
        for other in self._code.files_with(name.encode(), b"import"):
            data = self._code.project.sources[other].data
            if last not in data and b"from ." not in data:
                continue
            scopes = self._code.scopes(other)
            if scopes is None:
                continue
            for statement, names in self._code.imports(other).items():
                for local, meant in names:
                    if meant == f"{module}.{name}":
                        self._bind(other, scopes.bound_by(statement, local), value)
                    elif meant == f"{module}.*":
                        self._bind(other, scopes.bound_by(statement, name), value)
            for attribute in self._code.attributes(other, name):
                if self._module(other, attribute.value) == path:
                    self.put(other, attribute, value)

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

    def _store_attribute(self, name: str, owners: tuple[int, ...], value: Value) -> None:
        key = (name, owners, value)
        if key in self._stored:
            return
        self._stored.add(key)
        for path in self._code.files_with(b"." + name.encode()):
            for node in self._code.attributes(path, name):
                if self._may_be(owners, self._types.holders(path, node.value), name):
                    self.put(path, node, value)

    def _may_be(self, owners: Iterable[int], holders: Iterable[int], name: str) -> bool:
        """Whether an attribute stored on some classes may be read from others; either may be unknown."""
        stored, read = set(owners), set(holders)
        if not stored or not read:
            return name not in self._catalog.method_names
        return any(not self._line(one).isdisjoint(read) for one in stored) or any(
            not self._line(one).isdisjoint(stored) for one in read
        )

    def _line(self, class_id: int) -> set[int]:
        return {class_id, *self._program.classes[class_id].ancestors}


def _receives(function: Function) -> bool:
    return function.owner is not None and not function.is_static


def _makes(function: Function) -> bool:
    return function.bare_name in ("__init__", "__new__")


def _has_key(call: ast.Call, value: Holds) -> bool:
    """Whether a look-up may find the value: `handlers.get("a")` does not find what is there under another name."""
    if value.key is None or not call.args or not isinstance(call.args[0], ast.Constant):
        return True
    return bool(call.args[0].value == value.key)
