"""What annotations say: the objects that a variable holds, a parameter is given or a function returns."""

from __future__ import annotations

import ast
from typing import Protocol

from aioport.fallback.outside import Surroundings
from aioport.fallback.scopes import Scope
from aioport.fallback.values import (
    NONE,
    ClassObject,
    Instance,
    Known,
    Outside,
    Several,
    Value,
    one,
    union,
    unknown,
)
from aioport.project import PARSE_ERRORS

WRAPPERS = frozenset({"Annotated", "ClassVar", "Final", "NotRequired", "Optional", "ReadOnly", "Required"})
"""Forms whose first argument is what counts; `Optional` adds None."""

LOOPED = frozenset(
    {
        "AbstractSet",
        "Collection",
        "Deque",
        "FrozenSet",
        "Generator",
        "Iterable",
        "Iterator",
        "List",
        "Sequence",
        "Set",
    }
    | {"deque", "frozenset", "list", "set", "tuple", "Tuple", "MutableSequence"}
)
"""Classes, by their last names, whose first argument is what a loop over them gives."""

LONGEST = 500
"""Characters of an annotation in quotes that is read; longer ones name no class."""


class Evaluator(Protocol):
    """What annotations are read with."""

    surroundings: Surroundings

    def evaluate(self, node: ast.AST | None, scope: Scope) -> Known: ...


class Annotations:
    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator

    def read(self, node: ast.AST | None, scope: Scope, depth: int = 0) -> Known:
        """The objects that an annotation allows."""
        if depth > 20:
            return unknown("its annotation is nested too deeply")
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                return self._quoted(text, scope, depth)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return union([self.read(left, scope, depth + 1), self.read(right, scope, depth + 1)])
            case ast.Subscript(value=base, slice=arguments):
                return self._subscript(base, arguments, scope, depth)
            case ast.Name(id="Self") | ast.Attribute(attr="Self"):
                return self._own(scope)
        return self.instances(self._evaluator.evaluate(node, scope))

    def instances(self, known: Known) -> Known:
        """Objects of what an expression names, where that is a class."""
        values: list[Value] = []
        complete = known.complete
        for value in known.values:
            if isinstance(value, ClassObject):
                values.append(Instance(value.id))
            elif isinstance(value, Outside) and self._evaluator.surroundings.is_class(value.name):
                values.append(Instance(self._evaluator.surroundings.class_(value.name)))
            elif isinstance(value, Outside) and value.owner is None:
                # Whatever it is, its methods go by its name; the catalog does not know them.
                values.append(Instance(self._evaluator.surroundings.class_(value.name)))
                complete = False
            else:
                complete = False
        return Known(
            tuple(values), complete and bool(values), known.optional, "its annotation is not understood"
        )

    def _quoted(self, text: str, scope: Scope, depth: int) -> Known:
        if len(text) > LONGEST:
            return unknown("its annotation is not understood")
        try:
            node = ast.parse(text.strip(), mode="eval").body
        except PARSE_ERRORS:
            return unknown("its annotation is not understood")
        return self.read(node, scope, depth + 1)

    def _subscript(self, base: ast.expr, arguments: ast.expr, scope: Scope, depth: int) -> Known:
        several = arguments.elts if isinstance(arguments, ast.Tuple) else [arguments]
        name = base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
        if not several:
            return self.read(base, scope, depth + 1)
        if name == "Union":
            return union(self.read(each, scope, depth + 1) for each in several)
        if name in WRAPPERS:
            found = self.read(several[0], scope, depth + 1)
            return union([found, NONE]) if name == "Optional" else found
        if name in ("Type", "type"):
            inner = self.read(several[0], scope, depth + 1)
            classes = tuple(ClassObject(value.id) for value in inner.values if isinstance(value, Instance))
            return Known(classes, inner.complete and bool(classes), why="its annotation is not understood")
        known = self.read(base, scope, depth + 1)
        if name in LOOPED:
            items = self.read(several[0], scope, depth + 1).values
            looped = [Several(value.id) for value in items if isinstance(value, Instance)]
            return Known((*known.values, *looped), known.complete, known.optional, known.why)
        return known

    def _own(self, scope: Scope) -> Known:
        current: Scope | None = scope
        while current is not None:
            if current.kind == "class":
                return one(Instance(current.class_id))
            current = current.parent
        return unknown("Self outside of a class")
