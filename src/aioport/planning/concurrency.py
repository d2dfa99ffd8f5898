"""Where waits may overlap: list comprehensions and append loops that are proven to only read and to share nothing.

All of these must hold, or the waits stay one after another and a suggestion names what stands in the way: nothing
goes from one iteration to the next; no state is written and no session, lock or thread-bound object shared; the
outside effects commute; no iteration decides about the next; nothing in the function sees how far a failed loop
came; the iterable is a plain container; there is no pause between iterations; the waits are long enough to matter.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from aioport.planning.accumulators import Accumulator, find_accumulator
from aioport.planning.analysis import Analysis
from aioport.planning.bindings import names_bound, read_first, read_later
from aioport.planning.effects import Effects, used_names
from aioport.planning.iterables import why_not_plain
from aioport.planning.moving import stands_alone
from aioport.planning.plan import Suggestion
from aioport.program.model import Function
from aioport.program.syntax import FunctionNode, nodes_in

SEQUENTIAL = "these waits stay one after another"

LOOPS = (ast.For, ast.ListComp, ast.SetComp, ast.DictComp)

WORTH_IT = frozenset({"network", "dns", "process", "database", "sleep"})
"""Waits that last longer than a task costs; a file that is read again comes from memory in microseconds."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A loop or comprehension whose iterations may wait together.

    function: around it.
    node: the loop or comprehension.
    calls: indices of the waiting calls in one iteration.
    element: the value of one iteration.
    target: the list that a loop appends to; empty: the statement right before that makes it.
    body: what an iteration does before its element is known.
    """

    path: str
    function: int
    node: ast.For | ast.ListComp
    calls: tuple[int, ...]
    element: ast.expr
    target: str | None = None
    empty: ast.Assign | ast.AnnAssign | None = None
    body: tuple[ast.stmt, ...] = ()


def find_overlaps(analysis: Analysis, effects: Effects) -> Iterator[Overlap | Suggestion]:
    """Every loop of waits: those that are proven, and a suggestion with the failing condition for the others.

    A loop within one that overlaps already is left alone: one of the two has the bound.
    """
    for function in analysis.program.functions:
        node = analysis.node(function.id) if function.in_project and function.kind == "def" else None
        if node is None or function.path is None or function.path in analysis.test_files:
            continue
        if not any(index in analysis.facts.calls for index in analysis.calls_in.get(function.id, ())):
            continue
        examiner = _Examiner(analysis, effects, function, function.path, node)
        taken: set[ast.AST] = set()
        for inner in analysis.body(function.id):
            if inner not in taken and (found := examiner.examine(inner)) is not None:
                yield found
                if isinstance(found, Overlap):
                    taken.update(ast.walk(inner))


@dataclass(frozen=True)
class _Examiner:
    """Examines the loops of one function."""

    analysis: Analysis
    effects: Effects
    function: Function
    path: str
    around: FunctionNode

    def examine(self, node: ast.AST) -> Overlap | Suggestion | None:
        pools = self.analysis.callables.pools
        if pools.groups and isinstance(node, LOOPS):
            if any(one in pools.waiting or one in pools.by_call for one in ast.walk(node)):
                return None  # its waits overlap already, in the order of their submission
        match node:
            case ast.For(body=body):
                waiting = self._waiting(body)
                found = self._loop(node, waiting) if waiting else None
            case ast.ListComp(elt=element) | ast.SetComp(elt=element):
                waiting = self._waiting([element])
                found = self._comprehension(node, waiting) if waiting else None
            case ast.DictComp(key=key, value=value):
                waiting = self._waiting([key, value])
                found = "it builds a dict; a list of pairs could overlap" if waiting else None
            case _:
                return None
        if isinstance(found, str):
            return Suggestion(self.path, node.lineno, f"{SEQUENTIAL}: {found}", self.function.id)
        return found

    def _waiting(self, parts: Iterable[ast.AST]) -> tuple[int, ...]:
        calls = [node for part in parts for node in ast.walk(part) if isinstance(node, ast.Call)]
        return tuple(index for node in calls if (index := self._index(node)) in self.analysis.facts.calls)

    def _index(self, node: ast.Call) -> int:
        return self.analysis.call_at.get((self.path, *self.analysis.syntax[self.path].span(node)), -1)

    def _common(self, waiting: tuple[int, ...], iterable: ast.expr) -> str | None:
        """Conditions on what every kind of loop has."""
        waits = [self.analysis.facts.calls[index] for index in waiting]
        if not any(wait.category in WORTH_IT for wait in waits):
            return f"{waits[0].primitive} rarely waits long enough for overlapping to pay"
        pauses = [
            index
            for index, wait in zip(waiting, waits, strict=True)
            if wait.primitive == "time.sleep" and not wait.steps
        ]
        if pauses and len(pauses) < len(waiting):
            return f"line {self.analysis.program.calls[pauses[0]].line} pauses between them"
        if self._waiting([iterable]):
            return f"`{ast.unparse(iterable)}` waits itself"
        return why_not_plain(self.analysis, self.path, iterable)

    def _comprehension(self, node: ast.ListComp | ast.SetComp, waiting: tuple[int, ...]) -> Overlap | str:
        clause = node.generators[0]
        place = self.analysis.syntax[self.path].place(node)
        if isinstance(node, ast.SetComp):
            return "it builds a set; a list could overlap"
        if len(node.generators) != 1 or clause.is_async:
            return "it has more than one clause"
        if place.sealed is not None or place.generator is not None:
            return place.sealed or "it stands in a generator expression"
        if self._waiting(clause.ifs):
            return "its condition waits"
        reason = self._common(waiting, clause.iter)
        if reason is not None:
            return reason
        bound = set(names_bound([clause.target]))
        parts = [ast.copy_location(ast.Expr(one), one) for one in (*clause.ifs, node.elt)]
        if any(isinstance(inner, ast.NamedExpr) for part in parts for inner in ast.walk(part)):
            return "it binds a name that is seen outside"
        reason = self.effects.of_statements(self.path, parts, bound)
        if reason is not None:
            return reason
        is_call = isinstance(node.elt, ast.Call) and len(waiting) == 1 and self._index(node.elt) == waiting[0]
        if not is_call and not stands_alone(self.analysis.syntax[self.path], self._statement(node)):
            return "an item takes more than one call, and there is no room for a function in front of it"
        return Overlap(self.path, self.function.id, node, waiting, node.elt)

    def _statement(self, node: ast.AST) -> list[ast.stmt]:
        return [self.analysis.syntax[self.path].statement(node)]

    def _loop(self, node: ast.For, waiting: tuple[int, ...]) -> Overlap | str:
        found = find_accumulator(self.analysis.syntax[self.path], self.around, node)
        if isinstance(found, str):
            return found
        body = tuple(node.body[:-1])
        reason = (
            self._shape(node, body)
            or self._carried(node, body, found)
            or self._common(waiting, node.iter)
            or self._effects(node, body, found)
        )
        if reason is not None:
            return reason
        return Overlap(
            self.path, self.function.id, node, waiting, found.element, found.name, found.empty, body
        )

    def _shape(self, node: ast.For, body: Sequence[ast.stmt]) -> str | None:
        if node.orelse:
            return "the loop has an `else`"
        if any(
            not isinstance(one, ast.Name | ast.Tuple | ast.List | ast.expr_context)
            for one in ast.walk(node.target)
        ):
            return f"the loop assigns to `{ast.unparse(node.target)}`"
        for statement in body:
            for inner in nodes_in(statement):
                match inner:
                    case ast.Return() | ast.Yield() | ast.YieldFrom():
                        return f"line {inner.lineno} may leave the loop early"
                    case ast.Break() | ast.Continue() if not self._in_inner_loop(node, inner):
                        return f"line {inner.lineno} may leave the loop or an iteration early"
                    case (
                        ast.FunctionDef()
                        | ast.AsyncFunctionDef()
                        | ast.ClassDef()
                        | ast.Lambda()
                        | ast.NamedExpr()
                    ):
                        return f"line {inner.lineno} defines something in the loop"
        return None

    def _in_inner_loop(self, node: ast.For, jump: ast.AST) -> bool:
        for parent in self.analysis.syntax[self.path].ancestors(jump):
            if parent is node:
                return False
            if isinstance(parent, ast.For | ast.AsyncFor | ast.While):
                return True
        return False

    def _carried(self, node: ast.For, body: Sequence[ast.stmt], found: Accumulator) -> str | None:
        """Names whose values go from one iteration to the next, or out of the loop."""
        stored = set(names_bound([node.target, *body]))
        last = ast.copy_location(ast.Expr(found.element), found.element)
        if found.name in stored:
            return f"{found.name} is bound in the loop"
        if found.name in used_names([*body, found.element, node.iter]):
            return f"an iteration reads {found.name}"
        early = read_first([*body, last], names_bound([node.target])) & stored
        if early:
            return f"{min(early)} comes from an earlier iteration"
        leaking = read_later(self.analysis.syntax[self.path], self.around, [node]) & stored
        return f"{min(leaking)} is used after the loop" if leaking else None

    def _effects(self, node: ast.For, body: Sequence[ast.stmt], found: Accumulator) -> str | None:
        local = set(names_bound([node.target, *body])) & self.analysis.locals_of(self.around)
        last = ast.copy_location(ast.Expr(found.element), found.element)
        return self.effects.of_statements(self.path, [*body, last], local)
