"""Where values begin that are worth following: functions that wait, and are named, decorated, or made by a lambda."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from aioport.blocking.facts import Wait
from aioport.program.model import Call, Function
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode
from aioport.values.code import Code
from aioport.values.flow import Flow
from aioport.values.types import Types
from aioport.values.value import Calls, Is, Iterates, Makes

GETATTR = re.compile(rb"""\bgetattr\s*\([^,()]+(?:\([^()]*\))?,\s*f?["'](\w+)""")
"""`getattr(obj, "name")`, or with a name that begins with a constant."""

LONGEST_LAMBDA = 4000
"""How many bytes before a call a lambda may begin that it stands in."""

ITERATOR_RESULTS = ("typing.Generator[", "typing.Iterator[", "typing.Iterable[")
"""How the checker's text for the result of a generator begins; a plain function may return one, too."""


class Sources:
    """Puts what waits into a flow, each thing once.

    lambdas: functions that stand for lambdas, with the calls, by index, that run in them.
    """

    def __init__(self, code: Code, types: Types, flow: Flow, functions: list[Function]) -> None:
        self._code, self._types, self._flow, self._functions = code, types, flow, functions
        self._program = code.program
        self._started: set[object] = set()
        self.lambdas: dict[int, list[int]] = {}
        self._lambda_ids: dict[ast.Lambda, int] = {}

    def start(self, waits: Mapping[int, Wait], waiting: Collection[int]) -> None:
        """Begin with everything that waits and was not begun with.

        waiting: indices of calls that wait.
        """
        for function in waits:
            if self._functions[function].in_project and self._is_new(("function", function)):
                self._start_generator(function)
                self._start_decorated(function)
        self._start_references(waits)
        self._start_lambdas(waiting)
        self._start_getattr({one for one in waits if self._functions[one].in_project})

    def _is_new(self, key: object) -> bool:
        if key in self._started:
            return False
        self._started.add(key)
        return True

    def _start_references(self, waits: Mapping[int, Wait]) -> None:
        for reference in self._program.references:
            found = [target for target in reference.targets if target in waits]
            if not found:
                continue
            for target in found:
                if self._functions[target].is_async or not self._is_new(
                    ("reference", reference.path, reference.start, reference.end, target)
                ):
                    continue
                node = self._code.find(reference.path, (reference.start, reference.end), ast.expr)
                if node is not None:
                    self._flow.put(reference.path, node, Calls(target))

    def _start_generator(self, function: int) -> None:
        one = self._functions[function]
        if not one.annotation.startswith(ITERATOR_RESULTS) or not self._flow.is_generator(function):
            return
        for index in self._code.calls_of.get(function, ()):
            call = self._code.calls[index]
            node = self._code.expression(call) if call.kind == "call" else None
            if node is not None:
                self._flow.put(call.path, node, Iterates(function))

    def _start_decorated(self, function: int) -> None:
        """What decorates a function is given it; the function that a decorator factory returns is, too."""
        names = self._program.decorators.get(function, ())
        found = self._code.node(function) if any(name in self._by_name for name in names) else None
        if found is None or isinstance(found[1], ast.Lambda):
            return
        for decorator, is_made in _decorators(found[1]):
            written = dotted(decorator)
            if written is None:
                continue
            for one in self._named(names, written.rpartition(".")[2]):
                if is_made and self._functions[one].owner is None:
                    for inner in self._nested.get(one, ()):
                        self._flow.give(inner, Calls(function))
                elif is_made:
                    owner = self._functions[one].owner
                    method = self._program.find_method(owner, "__call__") if owner is not None else None
                    if method is not None:
                        self._flow.give(method, Calls(function))
                else:
                    self._flow.give(one, Calls(function))

    def _named(self, names: Collection[str], bare: str) -> Iterator[int]:
        """The project's functions among what decorates, by the name that is written: a class is its `__init__`."""
        for name in dict.fromkeys(names):
            for one in self._by_name.get(name, ()):
                parts = name.split(".")
                if parts[-1] == bare or (parts[-1] in ("__init__", "__call__") and len(parts) > 1):
                    yield one

    @cached_property
    def _by_name(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for one in self._functions:
            if one.in_project and one.kind == "def":
                found[one.name].append(one.id)
        return found

    @cached_property
    def _nested(self) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for one in self._functions:
            if one.in_project and one.kind == "def" and one.parent is not None:
                found[one.parent].append(one.id)
        return found

    def _start_lambdas(self, waiting: Collection[int]) -> None:
        """A lambda in which something waits is a function of its own, called by whoever it is handed to."""
        for index in waiting:
            call = self._code.calls[index]
            data = self._code.project.sources[call.path].data
            if data.rfind(b"lambda", max(0, call.start - LONGEST_LAMBDA), call.start) < 0 or not self._is_new(
                ("call", index)
            ):
                continue
            node = self._code.expression(call)
            found = self._lambda_around(call.path, node) if node is not None else None
            if found is not None and found not in self._lambda_ids:
                self._make_function(call, found)

    def _lambda_around(self, path: str, node: ast.AST) -> ast.Lambda | None:
        syntax = self._code.syntax(path)
        child = node
        for parent in syntax.ancestors(node) if syntax is not None else ():
            if isinstance(parent, ast.Lambda) and child is parent.body:
                return parent
            if isinstance(parent, ast.stmt):
                return None
            child = parent
        return None

    def _make_function(self, call: Call, node: ast.Lambda) -> None:
        outer = self._code.around(call.path, node)
        around = self._functions[outer] if outer is not None else None
        identity = len(self._functions)
        self._functions.append(
            Function(
                id=identity,
                name=f"{around.name if around is not None else ''}.<lambda>",
                kind="def",
                path=call.path,
                line=node.lineno,
                column=node.col_offset,
                in_project=True,
                parent=outer,
            )
        )
        self._code.bodies[identity] = (call.path, node)
        self._lambda_ids[node] = identity
        syntax = self._code.syntax(call.path)
        assert syntax is not None
        start, end = syntax.span(node.body)
        inside = []
        for index, other in self._code.calls_in(call.path):
            if start <= other.start and other.end <= end:
                expression = self._code.expression(other)
                if expression is not None and self._lambda_around(call.path, expression) is node:
                    inside.append(index)
        self.lambdas[identity] = inside
        self._flow.put(call.path, node, Calls(identity))

    def _start_getattr(self, waiting: Collection[int]) -> None:
        """`getattr(obj, "name")` names a method; with a name put together at run time, all that begin with its start."""
        names = {self._functions[one].bare_name for one in waiting if self._functions[one].owner is not None}
        for path, source in self._code.project.sources.items():
            begins = {found[1].decode() for found in GETATTR.finditer(source.data)}
            if not any(name.startswith(begin) for begin in begins for name in names):
                continue
            for node in self._code.calls_named(path, "getattr"):
                if len(node.args) >= 2:
                    self._start_attribute(path, node, waiting)

    def _start_attribute(self, path: str, node: ast.Call, waiting: Collection[int]) -> None:
        name, is_whole = _constant_start(node.args[1])
        if not name:
            return
        holders = self._types.holders(path, node.args[0])
        below = [*holders, *(one for base in holders for one in self._program.subclasses.get(base, ()))]
        found = {
            method
            for one in dict.fromkeys(below)
            for candidate in (one, *self._program.classes[one].ancestors)
            for other, method in self._program.classes[candidate].methods.items()
            if method in waiting and (other == name if is_whole else other.startswith(name))
        }
        for method in sorted(found):
            if self._is_new(("getattr", id(node), method)):
                self._flow.put(path, node, Calls(method))

    def start_object(self, path: str, node: ast.expr, class_id: int, *, is_class: bool) -> None:
        """Begin with an instance of a class, or with the class."""
        self._flow.put(path, node, Makes(class_id) if is_class else Is(class_id))


def _constant_start(node: ast.expr) -> tuple[str, bool]:
    """The constant that a text begins with, and whether it is all of it."""
    match node:
        case ast.Constant(value=str(text)):
            return text, True
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text, False
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add()):
            return text, False
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return text.partition("%")[0], False
    return "", True


def _decorators(definition: FunctionNode) -> Iterator[tuple[ast.expr, bool]]:
    """A function's decorators, and whether what decorates is what a call returned."""
    for one in definition.decorator_list:
        yield (one.func, True) if isinstance(one, ast.Call) else (one, False)
