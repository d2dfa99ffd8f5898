"""Which expressions of a package stand for the same lock."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from aioport.planning.analysis import Analysis
from aioport.program.families import Disjoint


class LockIdentities:
    """Tells which expressions are the same lock: an attribute of a class, a variable, or what a function returns."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._same = Disjoint()
        self._made: dict[Hashable, list[ast.expr]] = defaultdict(list)
        for path in analysis.project.sources:
            for node in analysis.syntax[path].of_kinds(ast.Assign, ast.AnnAssign, ast.NamedExpr):
                targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                value = getattr(node, "value", None)
                for target in targets:
                    if isinstance(target, ast.Attribute | ast.Name) and isinstance(value, ast.expr):
                        self._bind(path, target, value)

    def _bind(self, path: str, target: ast.expr, value: ast.expr) -> None:
        if isinstance(value, ast.Call) and self._is_lock_class(path, value.func):
            self._made[self.of(path, target)].append(value.func)
        elif isinstance(value, ast.Attribute | ast.Name) and self._is_lock(path, value):
            self._same.join((self.of(path, target), self.of(path, value)))

    def _is_lock_class(self, path: str, node: ast.expr) -> bool:
        name = self._analysis.names(path).resolve(node)
        return name is not None and self._is_lock_name(name)

    def _is_lock(self, path: str, node: ast.expr) -> bool:
        known = self._analysis.program.type_at(path, *self._analysis.syntax[path].span(node))
        return known is not None and any(map(self._is_lock_name, known.classes))

    def _is_lock_name(self, name: str) -> bool:
        found = self._analysis.catalog.type(self._analysis.catalog.public_name(name))
        return found is not None and found.type.lock is not None

    def find(self, lock: Hashable) -> Hashable:
        """What stands for a lock and all that are the same."""
        return self._same.find(lock)

    def of_call(self, index: int) -> Hashable:
        """The lock that a call takes."""
        call = self._analysis.program.calls[index]
        node = self._analysis.expression(call)
        if call.kind == "call" and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        return self.of(call.path, node) if node is not None else ("call", index)

    def of(self, path: str, node: ast.expr) -> Hashable:
        """The lock that an expression stands for."""
        syntax, program = self._analysis.syntax[path], self._analysis.program
        match node:
            case ast.Attribute(attr=name, value=held):
                known = program.type_at(path, *syntax.span(held))
                owners = list(known.ids) if known is not None else []
                if not owners and (own := self._own_class(path, held)) is not None:
                    owners = [own]
                keys: list[Hashable] = [("field", self._defining(owner, name), name) for owner in owners]
                keys = keys or [("field", None, name)]
                self._same.join(keys)
                return keys[0]
            case ast.Name(id=name):
                return ("name", path, syntax.place(node).scope if self._is_local(path, node) else None, name)
            case ast.Call():
                index = self._analysis.call_at.get((path, *syntax.span(node)))
                targets = program.calls[index].targets if index is not None else ()
                returned = [one for target in targets for one in self._returned(target)]
                if returned:
                    self._same.join(returned)
                    return returned[0]
        return ("expression", path, ast.unparse(node))

    def _returned(self, function: int) -> Iterator[Hashable]:
        """The locks that a function returns."""
        node, path = self._analysis.node(function), self._analysis.function(function).path
        for child in ast.walk(node) if node is not None else ():
            if isinstance(child, ast.Return) and isinstance(child.value, ast.Attribute | ast.Name):
                yield self.of(path or "", child.value)

    def _is_local(self, path: str, node: ast.Name) -> bool:
        return any(
            isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.id in self._analysis.locals_of(around)
            for around in self._analysis.syntax[path].ancestors(node)
        )

    def _own_class(self, path: str, node: ast.expr) -> int | None:
        for around in self._analysis.syntax[path].ancestors(node):
            function = self._analysis.by_node.get(around)
            if function is not None and isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                one = self._analysis.function(function)
                first = around.args.args[0].arg if around.args.args else None
                if one.owner is not None:
                    return one.owner if isinstance(node, ast.Name) and node.id == first else None
        return None

    def _defining(self, owner: int, name: str) -> int:
        """The topmost class of a line that has an attribute, so that classes below it share its lock."""
        classes = self._analysis.program.classes
        having = [one for one in (owner, *classes[owner].ancestors) if name in classes[one].fields]
        return having[-1] if having else owner

    def makers(
        self, idle: AbstractSet[int], needed: AbstractSet[Hashable], taken: Mapping[int, Hashable]
    ) -> Iterator[ast.expr]:
        """The names of classes where they make a lock that stays one of threads."""
        stays = {self.find(taken[index]) for index in idle}
        for lock, nodes in self._made.items():
            if self.find(lock) in stays and self.find(lock) not in needed:
                yield from nodes
