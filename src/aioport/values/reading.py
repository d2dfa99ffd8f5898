"""What is got out of a value: its attributes and items, and the collections that it is written into."""

from __future__ import annotations

import ast

from aioport.values.code import Code
from aioport.values.keeping import Keeping
from aioport.values.members import element_of, whole_of
from aioport.values.running import Running
from aioport.values.types import Types
from aioport.values.value import Calls, Foreign, Holds, Is, Iterates, Makes, Value, held
from aioport.values.worklist import Worklist

RUNS_GENERATOR = frozenset({"__next__", "send", "throw"})


class Reading:
    """Puts what is read from a value, or displayed with it, into the worklist."""

    def __init__(self, code: Code, types: Types, work: Worklist, keeping: Keeping, running: Running) -> None:
        self._code, self._types, self._work = code, types, work
        self._keeping, self._running = keeping, running

    def attribute(self, path: str, node: ast.Attribute, value: Value) -> None:
        """An attribute of a value is read, or a method of it called."""
        syntax = self._code.syntax(path)
        outer = syntax.parents.get(node) if syntax is not None else None
        call = outer if isinstance(outer, ast.Call) and outer.func is node else None
        match value:
            case Holds() if call is not None:
                if node.attr in element_of and _has_key(call, value):
                    self._work.put(path, call, value.value)
                elif node.attr in whole_of:
                    found = held(value) if node.attr == "items" else value
                    if found is not None:
                        self._work.put(path, call, found)
            case Iterates(function=function) if call is not None and node.attr in RUNS_GENERATOR:
                self._running.run(path, call, function)
            case Calls() if node.attr == "__call__":
                self._work.put(path, node, value)
            case Is(class_id=class_id) | Makes(class_id=class_id):
                if not self._types.holders(path, node.value):
                    self._member(path, node, class_id)
            case Foreign(name=name):
                public = f"{name}.{node.attr}"
                if (
                    not self._types.holders(path, node.value)
                    and self._code.catalog.blocks(public) is not None
                ):
                    self._work.put(path, node, Calls(self._code.function_named(public)))

    def _member(self, path: str, node: ast.Attribute, class_id: int) -> None:
        """An attribute of an object of which the checker does not know the class."""
        method = self._code.program.find_method(class_id, node.attr)
        if method is None:
            return
        if self._code.program.functions[method].is_property:
            self._running.run(path, node, method)
        else:
            self._work.put(path, node, Calls(self._code.method_of(class_id, method)))

    def item(self, path: str, node: ast.Subscript, value: Value) -> None:
        """A value is subscripted: an item, or a slice with the same items."""
        if not isinstance(value, Holds):
            return
        if isinstance(node.slice, ast.Slice):
            self._work.put(path, node, value)
            return
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if key is None or value.key is None or key == value.key:
            self._work.put(path, node, value.value)

    def display(self, path: str, node: ast.List | ast.Tuple | ast.Set, item: ast.expr, value: Value) -> None:
        """A value is an item of a collection that is written out, or of both sides of `a, b = f, g`."""
        syntax = self._code.syntax(path)
        outer = syntax.parents.get(node) if syntax is not None else None
        position = node.elts.index(item)
        has_star = any(isinstance(one, ast.Starred) for one in node.elts)
        if isinstance(outer, ast.Assign) and isinstance(node, ast.Tuple) and not has_star:
            for target in outer.targets:
                if isinstance(target, ast.Tuple) and len(target.elts) == len(node.elts):
                    self._keeping.store(path, target.elts[position], value)
                    return
        known = position if not has_star and not isinstance(node, ast.Set) else None
        self.collection(path, node, value, known)

    def dictionary(self, path: str, node: ast.Dict, item: ast.expr, value: Value) -> None:
        """A value is one of a dictionary that is written out, or spread into it."""
        for key, one in zip(node.keys, node.values, strict=True):
            if one is item and key is None:
                self._work.put(path, node, value)
            elif one is item:
                self.collection(path, node, value, key.value if isinstance(key, ast.Constant) else None)

    def collection(self, path: str, node: ast.expr, value: Value, key: object = None) -> None:
        """An expression is a collection with a value in it."""
        found = held(value, key)
        if found is not None:
            self._work.put(path, node, found)


def _has_key(call: ast.Call, value: Holds) -> bool:
    """Whether a look-up may find the value: `handlers.get("a")` does not find what is there under another name."""
    if value.key is None or not call.args or not isinstance(call.args[0], ast.Constant):
        return True
    return bool(call.args[0].value == value.key)
