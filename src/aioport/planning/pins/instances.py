"""Objects of the project's own that are gone through or entered where nobody sees that it is one of them.

A `for` loop and a `with` statement ask the object itself for its protocol: where its type is not known, nothing would
change with the class.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from aioport.planning.analysis import Analysis
from aioport.planning.callables.ground import Ground
from aioport.planning.callables.model import Called, Escape, Handed, Local, Place
from aioport.planning.callables.uses import GATHERING, GIVING, Uses
from aioport.program.names import dotted
from aioport.program.syntax import names_a_type, walk

SLOTS = {"__iter__": "goes through", "__next__": "goes through", "__enter__": "enters", "__exit__": "enters"}
"""Methods of the two protocols, and what is done with an object to run them."""

LOOKING = frozenset(
    {
        "bool", "callable", "delattr", "format", "getattr", "hasattr", "hash", "id", "isinstance", "issubclass", "len",
        "print", "repr", "setattr", "str", "super", "type", "vars",
    }
)  # fmt: skip
"""Builtins that neither go through what they are given nor enter it."""

MOST = 300
"""Expressions that one class's objects are followed to."""


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """`__iter__`, `__next__`, `__enter__` and `__exit__` of classes whose objects get to such a place."""
    owners = [
        one.id
        for one in analysis.program.classes
        if one.in_project and any(one.methods.get(name) in analysis.facts.waits for name in SLOTS)
    ]
    if owners:
        tests = analysis.test_files
        ground = Ground(analysis.project, analysis.program, analysis.catalog, {}, tests)
        for owner in owners:
            for does in sorted(set(SLOTS.values())):
                methods = analysis.program.classes[owner].methods
                slots = [methods[name] for name, what in SLOTS.items() if what == does and name in methods]
                where = Objects(analysis, ground, owner, frozenset(slots), does).unseen() if slots else None
                if where is not None:
                    yield from ((slot, where) for slot in slots)


@dataclass
class Objects:
    """The objects of a class, and of those below it, on their way through the project."""

    analysis: Analysis
    ground: Ground
    owner: int
    slots: frozenset[int]
    does: str
    assigned: set[tuple[str, ast.expr]] = field(default_factory=set)

    def unseen(self) -> str | None:
        """Where one may be gone through, or entered, unseen; None where nowhere."""
        uses = Uses(self.ground)
        todo: deque[tuple[str, ast.expr]] = deque(self._starts())
        seen: set[tuple[str, ast.expr] | Place] = set()
        while todo:
            path, node = todo.popleft()
            if (path, node) in seen:
                continue
            seen.add((path, node))
            if len(seen) > MOST:
                return f"objects of {self._name} get to more places than are followed"
            if self._is_seen(path, node):
                if self._may_be_else(path, node):
                    return f"{self.ground.where(path, node)} {self.does} it, by an unknown type"
                todo.extend(self._entered(path, node))
                continue
            if self._is_asked(path, node) and not self._is_other(path, node):
                known = not self._classes.isdisjoint(self.ground.types.classes(path, node))
                why = "and cannot await it" if known else "by an unknown type"
                return f"{self.ground.where(path, node)} {self.does} it, {why}"
            parent = self._parent(path, node)
            if isinstance(parent, ast.withitem):
                continue
            if (outer := self._around(path, node, parent)) is not None:
                todo.append((path, outer))
                continue
            for end in uses.of(path, node):
                if isinstance(end, Escape | Handed):
                    if (
                        isinstance(end, Escape)
                        and path not in self.ground.tests
                        and self._matters(path, node)
                    ):
                        return f"{end.reason}, where its type is lost"
                elif isinstance(end, Called):
                    call = self.analysis.program.calls[end.call]
                    made = self.ground.code.expression(call)
                    if made is not None and call.constructs is None and not call.targets:
                        todo.append((call.path, made))
                elif end not in seen:
                    seen.add(end)
                    todo.extend(one for one in uses.reads(end) if self._is_told(path, node, parent, one))
        return None

    def _around(self, path: str, node: ast.expr, parent: ast.AST | None) -> ast.expr | None:
        """An expression that is the object as well, or a collection with it, or what such a collection holds."""
        match parent:
            case ast.Subscript(value=value, ctx=ast.Load()) if value is node:
                return parent
            case ast.IfExp(test=test) if test is not node:
                return parent
            case ast.BoolOp() | ast.Tuple() | ast.List() | ast.Set() | ast.Starred():
                return parent
            case ast.Dict(values=values) if node in values:
                return parent
            case ast.Attribute(attr=name) if name in GIVING:
                call = self._parent(path, parent)
                return call if isinstance(call, ast.Call) and call.func is parent else None
            case ast.Call(args=args) if node in args and self._is_gathered(path, parent):
                return parent
        return None

    def _is_gathered(self, path: str, call: ast.Call) -> bool:
        """Whether a builtin gives back what it is given, or a collection with it."""
        names = self._gathering(path, call)
        return bool(names) and all(
            name.removesuffix(".__init__").removesuffix(".__new__").removeprefix("builtins.") in GATHERING
            for name in names
        )

    def _is_told(self, path: str, node: ast.expr, parent: ast.AST | None, read: tuple[str, ast.expr]) -> bool:
        """Whether an attribute that is read may be the one that is assigned; notes where it is, whatever its type says."""
        where, attribute = read
        match parent:
            case ast.Assign(targets=[ast.Attribute(value=base)], value=value) if value is node:
                if isinstance(attribute, ast.Attribute):
                    one = self._line(path, base)
                    other = self._line(where, attribute.value)
                    if one and other:
                        if one.isdisjoint(other):
                            return False
                        if not self._classes.isdisjoint(self.ground.types.classes(path, node)):
                            self.assigned.add(read)
        return True

    def _line(self, path: str, node: ast.expr) -> set[int]:
        """The classes of an object, with those above and below."""
        program = self.analysis.program
        found = self.ground.types.holders(path, node)
        return {
            one
            for base in found
            for one in (base, *program.classes[base].ancestors, *program.subclasses.get(base, ()))
        }

    @property
    def _classes(self) -> frozenset[int]:
        return frozenset({self.owner, *self.analysis.program.subclasses.get(self.owner, ())})

    @property
    def _name(self) -> str:
        return self.analysis.program.classes[self.owner].name

    def _parent(self, path: str, node: ast.AST) -> ast.AST | None:
        return self.ground.syntax(path).parents.get(node)

    def _starts(self) -> Iterator[tuple[str, ast.expr]]:
        """Where objects are made; where the class is passed on; where a method passes `self` on."""
        program = self.analysis.program
        classes = self._classes
        making = (call for one in classes for call in self.ground.making.get(one, ()))
        for call in sorted(making, key=lambda call: (call.path, call.start)):
            made = self.ground.code.expression(call)
            if made is not None:
                yield call.path, made
        names = {program.classes[one].name.rpartition(".")[2] for one in classes}
        for path in sorted({path for name in names for path in self.ground.code.files_with(name)}):
            syntax = self.ground.syntax(path)
            for node in syntax.of_kind.get(ast.Name, ()):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
                    parent = syntax.parents.get(node)
                    plain = isinstance(
                        parent, ast.Call | ast.keyword | ast.Dict | ast.Tuple | ast.List | ast.Assign
                    )
                    if isinstance(parent, ast.Call) and (parent.func is node or _is_looking(parent)):
                        continue
                    if plain and not names_a_type(syntax, node):
                        yield path, node
        for one in classes:
            definition, home = self.ground.types.definition(one), program.classes[one].path
            for inner in walk(definition) if definition is not None else ():
                if isinstance(inner, ast.Name) and inner.id == "self" and home is not None:
                    if not isinstance(self._parent(home, inner), ast.Attribute):
                        yield home, inner

    def _is_seen(self, path: str, node: ast.expr) -> bool:
        """Whether the checker knows that one of the methods runs here."""
        span = self.ground.syntax(path).span(node)
        return any(
            (call.start, call.end) == span and not self.slots.isdisjoint(call.targets)
            for call in self.analysis.calls_by_path(path)
            if call.kind != "call" or call.constructs is None
        )

    def _may_be_else(self, path: str, node: ast.expr) -> bool:
        """Whether something of an unknown type may stand where one of the objects does."""
        span = self.ground.syntax(path).span(node)
        known = self.analysis.program.type_at(path, *span)
        return known is not None and not known.exhaustive

    def _entered(self, path: str, node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
        """What a `with` statement calls the object from now on."""
        item = self._parent(path, node)
        if isinstance(item, ast.withitem) and isinstance(item.optional_vars, ast.Name):
            binding = self.ground.scopes(path).binding(item.optional_vars)
            yield from Uses(self.ground).reads(Local(path, binding))

    def _is_asked(self, path: str, node: ast.expr) -> bool:
        """Whether the place of an expression runs the protocol on it."""
        parent = self._parent(path, node)
        if isinstance(parent, ast.withitem):
            return self.does == "enters" and parent.context_expr is node
        if self.does == "enters":
            return False
        match parent:
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
                return iterable is node
            case ast.Starred(ctx=ast.Load()) | ast.YieldFrom():
                return True
            case ast.Compare(ops=ops, comparators=comparators):
                return any(
                    one is node and isinstance(op, ast.In | ast.NotIn)
                    for op, one in zip(ops, comparators, strict=True)
                )
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value):
                return value is node
            case ast.Call(args=args) if node in args:
                return bool(self._gathering(path, parent))
        return False

    def _gathering(self, path: str, call: ast.Call) -> list[str]:
        """The functions outside of the project that a call runs, if they may go through what they are given."""
        known = self.ground.call(path, call)
        names = [self.analysis.function(one).name for one in known[1].targets] if known is not None else []
        return [name for name in names if name.startswith("builtins.") and not _is_looking(call)]

    def _is_other(self, path: str, node: ast.expr) -> bool:
        """Whether an expression is known to be of other classes: a collection with the object in it."""
        if (path, node) in self.assigned:
            return False
        span = self.ground.syntax(path).span(node)
        known = self.analysis.program.type_at(path, *span)
        if known is not None and known.exhaustive and known.classes:
            return self._classes.isdisjoint(known.ids) and not any(map(_is_general, known.classes))
        if isinstance(
            node, ast.Tuple | ast.List | ast.Set | ast.Dict | ast.ListComp | ast.DictComp | ast.GeneratorExp
        ):
            return True
        return any(
            (call.start, call.end) == span and call.kind in ("iter", "enter") and call.targets
            for call in self.analysis.calls_by_path(path)
        )

    def _matters(self, path: str, node: ast.expr) -> bool:
        """Whether what an object escapes to may do with it what the class is asked about."""
        parent = self._parent(path, node)
        if isinstance(parent, ast.keyword):
            parent = self.ground.syntax(path).parents.get(parent)
        if not isinstance(parent, ast.Call):
            return True
        if _is_looking(parent):
            return False
        # What enters an object that it is given, `pins.called_on` knows; much goes through one.
        known = self.ground.call(path, parent)
        return self.does != "enters" or known is None or not known[1].targets


def _is_general(name: str) -> bool:
    """Whether a class says what its objects can do, and not which they are."""
    return name == "builtins.object" or name.startswith(("typing.", "collections.abc."))


def _is_looking(call: ast.Call) -> bool:
    return (dotted(call.func) or "") in LOOKING
