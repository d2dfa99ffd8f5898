"""Where objects of the project's own are gone through outside of `for`, which no report says: `list(x)`, `*x`, `in x`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from aioport.program.model import Call, CallKind
from aioport.program.syntax import Syntax
from aioport.values.code import Code
from aioport.values.implicit import ITERATING
from aioport.values.types import Types

KINDS: dict[str, CallKind] = {"__iter__": "iter", "__next__": "next"}
"""The methods that going through an object runs, and the kinds of their calls, as for a `for` loop."""

NODES = (ast.Call, ast.Starred, ast.YieldFrom, ast.Assign, ast.Compare)


@dataclass
class Iterations:
    """Finds them, with all that they may run, where the classes of the object are known; each method is looked for once."""

    code: Code
    types: Types
    done: set[int] = field(default_factory=set)
    made: set[tuple[str, int, int, str]] = field(default_factory=set)

    def find(self, waits: Collection[int]) -> list[Call]:
        """Calls that run methods which wait and were not looked for before."""
        program = self.code.program
        new = {
            one
            for one in waits
            if one not in self.done
            and program.functions[one].in_project
            and program.functions[one].bare_name in KINDS
            and program.functions[one].owner is not None
        }
        self.done |= new
        if not new:
            return []
        owners = {owner for one in new if (owner := program.functions[one].owner) is not None}
        classes = owners | {below for one in owners for below in program.subclasses.get(one, ())}
        names = sorted({program.classes[one].name.rpartition(".")[2] for one in classes})
        return [call for path in program.typed_with(names) for call in self._in_file(path, classes)]

    def _in_file(self, path: str, classes: Collection[int]) -> Iterator[Call]:
        syntax = self.code.syntax(path)
        if syntax is None:
            return
        for kind in NODES:
            for node in syntax.of_kind.get(kind, ()):
                for operand in _gone_through(node):
                    known = self._classes(path, syntax, operand)
                    if not known.isdisjoint(classes) and not self._contains(node, known):
                        yield from self._calls(path, syntax, operand, sorted(known))

    def _classes(self, path: str, syntax: Syntax, node: ast.expr) -> frozenset[int]:
        """All that an object may be an instance of; nothing where it may be something else as well."""
        known = self.code.program.type_at(path, *syntax.span(node))
        if known is not None:
            is_all = known.exhaustive and not known.objects and len(known.ids) == len(known.classes)
            return frozenset(known.ids) if is_all else frozenset()
        is_made = isinstance(node, ast.Call) or (isinstance(node, ast.Name) and node.id == "self")
        return frozenset(self.types.classes(path, node)) if is_made else frozenset()

    def _contains(self, node: ast.AST, classes: Collection[int]) -> bool:
        """Whether `in` asks the object itself."""
        return isinstance(node, ast.Compare) and any(
            self.code.program.find_method(one, "__contains__") is not None for one in classes
        )

    def _calls(self, path: str, syntax: Syntax, node: ast.expr, classes: Collection[int]) -> Iterator[Call]:
        span, caller = syntax.span(node), self.code.around(path, node)
        if caller is None or (path, *span) in self._reported:
            return
        for name, kind in KINDS.items():
            targets = tuple(dict.fromkeys(one for cls in classes for one in self._methods(cls, name)))
            if targets and (path, *span, name) not in self.made:
                self.made.add((path, *span, name))
                yield Call(
                    caller=caller,
                    path=path,
                    kind=kind,
                    start=span[0],
                    end=span[1],
                    line=node.lineno,
                    column=node.col_offset,
                    targets=targets,
                    sure=len(targets) == 1,
                )

    @cached_property
    def _reported(self) -> frozenset[tuple[str, int, int]]:
        return frozenset(
            (one.path, one.start, one.end) for one in self.code.program.calls if one.kind == "iter"
        )

    def _methods(self, class_id: int, name: str) -> Iterator[int]:
        """The methods of a name that an object of a class may have."""
        program = self.code.program
        method = program.find_method(class_id, name)
        if method is not None:
            yield method
        for below in program.subclasses.get(class_id, ()):
            if (override := program.classes[below].methods.get(name)) is not None:
                yield override


def _gone_through(node: ast.AST) -> Iterator[ast.expr]:
    """Operands that a node goes through item by item, or that the function may which it calls."""
    match node:
        case ast.Starred(value=value, ctx=ast.Load()) | ast.YieldFrom(value=value):
            yield value
        case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value):
            yield value
        case ast.Compare(ops=operators, comparators=comparators):
            for operator, operand in zip(operators, comparators, strict=True):
                if isinstance(operator, ast.In | ast.NotIn):
                    yield operand
        case ast.Call(func=ast.Name(id="iter"), args=[argument]) if not isinstance(argument, ast.Starred):
            yield argument
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments) if name in ITERATING:
            yield from (one for one in arguments if not isinstance(one, ast.Starred))
