"""Follows values forward: from where a function is named to every call that may run it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from aioport.program.syntax import Syntax
from aioport.values.arguments import Argument, defaulted
from aioport.values.code import Code
from aioport.values.deferred import DeferredCode
from aioport.values.keeping import Keeping
from aioport.values.leaving import Leaving
from aioport.values.members import COPIES, inserts
from aioport.values.reading import Reading
from aioport.values.running import Running
from aioport.values.scopes import Binding
from aioport.values.types import Types
from aioport.values.value import Calls, Holds, Iterates, Value
from aioport.values.worklist import Worklist


class Flow:
    """Takes what is put in from expression to expression. What happens to a value is told by the node around it.

    added: functions that calls run beside those that the checker knows, by the call's index.
    implicit: calls that have no call expression: iteration over a generator.
    on_loop: functions that are handed to the event loop, which calls them later.
    given: functions that objects of installed packages were given, by the objects' class.
    made_with: functions that class bodies hand to libraries, which call them when an instance is made.
    deferred: the functions that stand for lambdas and generator expressions.
    reached: expressions that watched values come to.
    """

    def __init__(self, code: Code, types: Types) -> None:
        self._code, self._work, self.deferred = code, Worklist(), DeferredCode(code)
        self._keeping = Keeping(code, types, self._work)
        self._running = Running(code, types, self._work, self._keeping, self.deferred)
        self._reading = Reading(code, types, self._work, self._keeping, self._running)
        self._leaving = Leaving(code, types, self._work, self._keeping, self._running)
        self.added, self.implicit = self._running.added, self._running.implicit
        self.on_loop, self.given = self._leaving.on_loop, self._leaving.given
        self.made_with = self._leaving.made_with
        self.reached = self._work.reached

    def put(self, path: str, node: ast.expr, value: Value) -> None:
        """Say what an expression may be."""
        self._work.put(path, node, value)

    def watch(self, path: str, node: ast.expr, value: Value) -> None:
        """The same, and keep in `reached` where the value comes to."""
        self._work.watched.add(value)
        self._work.put(path, node, value)

    def name(self, path: str, statement: ast.ClassDef, value: Value) -> None:
        """Say what the name of a class is, wherever it is used."""
        scopes = self._code.scopes(path)
        if scopes is not None:
            self._keeping.bind(path, scopes.bound_by(statement, statement.name), value)

    def give(self, function: int, value: Value) -> None:
        """Say what the first parameter of one of the project's functions may be."""
        self._running.give(function, value)

    def give_decorated(self, function: int, decorators: Iterable[str]) -> None:
        """Say what decorates a function: methods of library objects keep it."""
        self._leaving.give_decorated(function, decorators)

    def is_generator(self, function: int) -> bool:
        """Whether calling a function only makes a generator."""
        return self._running.is_generator(function)

    def run(self) -> None:
        """Follow everything that was put in."""
        self._keeping.begin_round()
        while (found := self._work.take()) is not None:
            path, node, value = found
            syntax = self._code.syntax(path)
            parent = syntax.parents.get(node) if syntax is not None else None
            if syntax is not None and parent is not None:
                self._step(path, syntax, node, parent, value)

    def _step(self, path: str, syntax: Syntax, node: ast.expr, parent: ast.AST, value: Value) -> None:
        """From an expression to what its parent makes of it."""
        keeping, reading, running = self._keeping, self._reading, self._running
        match parent:
            case ast.Call():
                if parent.func is node:
                    running.call(path, parent, value)
                else:
                    self._hand_over(path, parent, node, value)
            case ast.keyword():
                call = syntax.parents[parent]
                if isinstance(call, ast.Call):
                    self._hand_over(path, call, parent, value)
            case ast.Starred():
                outer = syntax.parents[parent]
                running.iterate(path, node, value)
                if isinstance(value, Holds) and isinstance(outer, ast.Call):
                    self._hand_over(path, outer, parent, value)
                elif isinstance(value, Holds) and isinstance(outer, ast.expr):
                    self.put(path, outer, value)
            case ast.Attribute():
                reading.attribute(path, parent, value)
            case ast.Subscript():
                if parent.value is node and isinstance(parent.ctx, ast.Load):
                    reading.item(path, parent, value)
            case ast.Assign():
                for target in parent.targets:
                    if isinstance(target, ast.Tuple | ast.List):
                        running.iterate(path, node, value)
                    keeping.store(path, target, value)
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                keeping.store(path, target, value)
            case ast.NamedExpr():
                keeping.store(path, parent.target, value)
                self.put(path, parent, value)
            case ast.For() | ast.comprehension():
                if parent.iter is node:
                    running.iterate(path, node, value)
                    if isinstance(value, Holds):
                        keeping.store(path, parent.target, value.value)
            case ast.Return() | ast.Lambda() | ast.Yield() | ast.YieldFrom():
                running.return_(path, node, parent, value)
            case ast.List() | ast.Tuple() | ast.Set():
                reading.display(path, parent, node, value)
            case ast.Dict():
                reading.dictionary(path, parent, node, value)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                if node is not getattr(parent, "key", None):
                    reading.collection(path, parent, value)
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
                    running.iterate(path, node, value)
            case ast.withitem(optional_vars=target):
                # Of installed generators it is not known whether a decorator makes them context managers.
                running.iterate(path, node, value)
                if target is not None:
                    keeping.store(path, target, value)
                    if isinstance(value, Holds):
                        keeping.store(path, target, value.value)
            case ast.arguments():
                definition = syntax.parents[parent]
                assert isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                name = defaulted(definition, node)
                if name is not None:
                    keeping.bind(path, Binding(definition, name), value)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                decorated = self._code.function_at(path, parent)
                if node in parent.decorator_list and isinstance(value, Calls) and decorated is not None:
                    running.give(value.function, Calls(decorated))
                    if isinstance(node, ast.Call) and self._is_own_call(path, node):
                        running.decorate(path, node, value.function)
            case ast.ClassDef():
                if node in parent.decorator_list and isinstance(value, Calls):
                    running.decorate(path, node, value.function)

    def _hand_over(self, path: str, node: ast.Call, argument: Argument, value: Value) -> None:
        """A value is an argument of a call."""
        call = self._running.add_argument(path, node, argument, value)
        if call is None:
            return
        program = self._code.program
        if call.constructs is not None and program.classes[call.constructs].in_project:
            written = (one for one in call.targets if self._code.node(one) is not None)
            if not any(program.functions[one].bare_name == "__init__" for one in written):
                self._keeping.fill_field(node, argument, call.constructs, value)
            return
        is_outside = any(not program.functions[target].in_project for target in call.targets)
        if is_outside or call.constructs is not None:
            self._leaving.hand_over(path, node, argument, value, call)
        elif not call.targets and isinstance(value, Iterates):
            self._running.run(path, node, value.function)
        elif not call.targets and isinstance(node.func, ast.Attribute):
            if node.func.attr in inserts:
                single = None if node.func.attr in COPIES else value
                self._keeping.insert(path, node.func.value, single, value)
            self._leaving.give_to_unknown(node.func.attr, value)

    def _is_own_call(self, path: str, node: ast.Call) -> bool:
        """Whether a call runs functions of the project."""
        index = self._code.call_at(path, node)
        targets = self._code.calls[index].targets if index is not None else ()
        return any(self._code.program.functions[target].in_project for target in targets)
