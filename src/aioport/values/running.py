"""What runs when a value is called or iterated over: where its arguments arrive, and where its results go."""

from __future__ import annotations

import ast
from collections import defaultdict

from aioport.program.model import Call, CallKind, Function
from aioport.program.syntax import is_generator
from aioport.values.arguments import Argument, arrivals, first_parameter, lacks_arguments
from aioport.values.code import Code
from aioport.values.deferred import DeferredCode
from aioport.values.keeping import Keeping
from aioport.values.scopes import Binding
from aioport.values.types import Types
from aioport.values.value import Calls, Gives, Holds, Is, Iterates, Makes, Value, held
from aioport.values.worklist import Worklist


class Running:
    """Notes what calls run, and follows arguments and results. It does not matter which of a call, its arguments and
    its results becomes known first.

    added: functions that calls run beside those that the checker knows, by the call's index.
    implicit: calls that have no call expression: iteration over a generator.
    """

    def __init__(
        self, code: Code, types: Types, work: Worklist, keeping: Keeping, deferred: DeferredCode
    ) -> None:
        self.added: dict[int, dict[int, None]] = defaultdict(dict)
        self.implicit: list[Call] = []
        self._code, self._types, self._work = code, types, work
        self._keeping, self._deferred = keeping, deferred
        self._program = code.program
        self._ran: set[tuple[int, int]] = set()
        self._arguments: dict[int, list[tuple[ast.Call, Argument, Value]]] = defaultdict(list)
        self._returned: dict[int, dict[Value, None]] = defaultdict(dict)
        self._sites: dict[int, list[int]] = defaultdict(list)
        self._generators: dict[int, bool] = {}
        self._hooks: set[int] = set()

    def call(self, path: str, node: ast.Call, value: Value) -> None:
        """A value is called."""
        index = self._code.call_at(path, node)
        if isinstance(value, Makes):
            program = self._program
            self._work.put(path, node, Is(value.class_id))
            is_known = index is not None and self._code.calls[index].constructs is not None
            for name in ("__init__", "__new__") if not is_known else ():
                method = program.find_method(value.class_id, name)
                if method is not None and program.functions[method].in_project:
                    self.add_target(path, node, method)
        elif isinstance(value, Gives):
            self._work.put(path, node, value.value)
        elif isinstance(value, Calls):
            self.add_target(path, node, value.function)
        elif isinstance(value, Is) and (index is None or not self._code.calls[index].targets):
            method = self._program.find_method(value.class_id, "__call__")
            if method is not None:
                self.add_target(path, node, method)

    def add_target(self, path: str, node: ast.Call, function: int) -> None:
        """A call runs a function; of a generator function, only iteration over the result does."""
        if self.is_generator(function):
            self._work.put(path, node, Iterates(function))
        index = self._code.call_at(path, node)
        if index is None or function in self.added[index]:
            return
        self.added[index][function] = None
        self._sites[function].append(index)
        for call, argument, value in tuple(self._arguments[index]):
            self._arrive(path, call, argument, value, function)
        for value in tuple(self._returned[function]):
            self._give_back(path, node, function, value)

    def add_hook(self, path: str, node: ast.Call, method: int) -> None:
        """A call is given an object, and runs a method of it: with arguments of its own, and a result that it keeps."""
        self._hooks.add(method)
        index = self._code.call_at(path, node)
        if index is not None:
            self.added[index].setdefault(method)

    def add_argument(self, path: str, node: ast.Call, argument: Argument, value: Value) -> Call | None:
        """A value is an argument of a call: parameters of the project's functions get it.

        Returns the call, for what it runs beside these; None for one that is not recorded.
        """
        index = self._code.call_at(path, node)
        if index is None:
            return None
        self._arguments[index].append((node, argument, value))
        call = self._code.calls[index]
        for target in (*call.targets, *self.added.get(index, ())):
            is_hook = target in self._hooks and target not in self._program.calls[index].targets
            if self._program.functions[target].in_project and not is_hook:
                self._arrive(path, node, argument, value, target)
        return call

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
                self._keeping.bind(where, Binding(definition, name), arrived)

    def give(self, function: int, value: Value) -> None:
        """The first parameter of one of the project's functions may be a value."""
        found = self._code.node(function)
        if found is None:
            return
        path, definition = found
        name = first_parameter(definition, receives=_receives(self._program.functions[function]))
        if name is not None:
            self._keeping.bind(path, Binding(definition, name), value)

    def return_(self, path: str, node: ast.expr, parent: ast.AST, value: Value) -> None:
        """A value is returned or yielded; calls of the function have it.

        parent: the `return`, `yield`, `yield from` or lambda of which the expression is a part.
        """
        function = self._code.around(path, node)
        if isinstance(parent, ast.Lambda):
            function = self._deferred.make(path, parent)
            self._work.put(path, parent, Calls(function))
        if function is None:
            return
        returned: Value | None = value
        if isinstance(parent, ast.Yield):
            returned = held(value)
        elif isinstance(parent, ast.YieldFrom):
            self.iterate(path, node, value)
            returned = value if isinstance(value, Holds) else None
        if returned is None or returned in self._returned[function]:
            return
        self._returned[function][returned] = None
        for index in (*self._code.calls_of.get(function, ()), *self._sites[function]):
            call = self._code.calls[index]
            site = self._code.expression(call)
            if site is not None:
                self._give_back(call.path, site, function, returned)
        if self._program.functions[function].bare_name == "__get__":
            self._keeping.describe(function, returned)

    def _give_back(self, path: str, site: ast.expr, function: int, value: Value) -> None:
        """A call gives what the function returned; one of a curried function that lacks arguments, when that is called."""
        found = self._code.node(function)
        is_partial = (
            isinstance(site, ast.Call)
            and found is not None
            and lacks_arguments(found[1], site, receives=_receives(self._program.functions[function]))
        )
        self._work.put(path, site, Gives(value) if is_partial else value)

    def iterate(self, path: str, node: ast.expr, value: Value) -> None:
        """A value is iterated over."""
        if isinstance(value, Iterates):
            self.run(path, node, value.function)

    def decorate(self, path: str, node: ast.expr, function: int) -> None:
        """A function is called with what it decorates, where that is defined."""
        self.run(path, node, function, kind="protocol")

    def run(self, path: str, node: ast.expr, function: int, kind: CallKind = "iter") -> None:
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


def _receives(function: Function) -> bool:
    return function.owner is not None and not function.is_static
