"""What a function does that others could see; without a proof that it only reads, nothing is overlapped.

The conditions are those of a published triage of await-in-loop sites: no writing of shared state, no shared
session, external effects that commute, no ordered output. What is unknown counts as writing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from aioport.blocking.chains import blocks_of
from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Leaf
from aioport.program.model import Call, Function
from aioport.program.syntax import own_nodes

DISPLAYS = (
    ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Constant, ast.JoinedStr, ast.Tuple,
)  # fmt: skip
FRESH_BUILTINS = {"builtins.list", "builtins.dict", "builtins.set", "builtins.bytearray", "collections.deque"}


@dataclass
class Effects:
    """Asks whether code only reads. Answers are None, or the reason why it is not proven."""

    analysis: Analysis
    leaves: Mapping[int, Leaf]
    known: dict[int, str | None] = field(default_factory=dict)

    def of_function(self, function: int) -> str | None:
        if function not in self.known:
            self.known[function] = None  # a recursive call adds nothing of its own
            self.known[function] = self._of_function(function)
        return self.known[function]

    def _of_function(self, function: int) -> str | None:
        node = self.analysis.node(function)
        one = self.analysis.function(function)
        if node is None or one.path is None:
            return f"{one.name} is not understood"
        if function in self.analysis.generators:
            return f"{one.name} is a generator"
        fresh = self._fresh(one.path, node.body)
        if one.bare_name == "__init__" and node.args.args:
            fresh = fresh | {node.args.args[0].arg}
        return self.of_statements(one.path, node.body, self.analysis.locals_of(node), fresh)

    def of_statements(
        self, path: str, body: Iterable[ast.stmt], local: Set[str], fresh: Set[str] | None = None
    ) -> str | None:
        """Whether statements only read.

        local: names whose binding concerns nobody else; fresh: those of them that hold objects made here.
        """
        statements = list(body)
        made = self._fresh(path, statements) if fresh is None else fresh
        for statement in statements:
            for node in (statement, *own_nodes(statement)):
                reason = self._of_node(path, node, local, made)
                if reason is not None:
                    return reason
        for statement in statements:
            for call in self._calls_in(path, statement):
                reason = self._of_call(call, made)
                if reason is not None:
                    return f"{path}:{call.line}: {reason}"
        return None

    def _fresh(self, path: str, body: Iterable[ast.stmt]) -> frozenset[str]:
        """Names that only ever hold objects made by these statements."""
        made: set[str] = set()
        other: set[str] = set()
        for statement in body:
            for node in (statement, *own_nodes(statement)):
                if isinstance(node, ast.Assign):
                    targets, value = node.targets, node.value
                elif isinstance(node, ast.AnnAssign) and node.value is not None:
                    targets, value = [node.target], node.value
                else:
                    continue
                for target in targets:
                    if isinstance(target, ast.Name):
                        (made if self._makes(path, value) else other).add(target.id)
        return frozenset(made - other)

    def _makes(self, path: str, value: ast.expr) -> bool:
        if isinstance(value, DISPLAYS):
            return True
        index = self.analysis.call_at.get((path, *self.analysis.syntax[path].span(value)))
        if index is None:
            return False
        call = self.analysis.program.calls[index]
        if call.constructs is not None:
            return True
        leaf = self.leaves.get(index)
        return leaf is not None and leaf.makes is not None

    def _of_node(self, path: str, node: ast.AST, local: Set[str], fresh: Set[str]) -> str | None:
        where = f"{path}:{getattr(node, 'lineno', 0)}"
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                return f"{where} writes {', '.join(names)}"
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if name not in local:
                return f"{where} writes {name}"
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                if not (isinstance(node.value, ast.Name) and node.value.id in fresh):
                    return f"{where} writes `{ast.unparse(node)}`"
            case ast.AugAssign(target=ast.Name(id=name)) if name not in fresh:
                return f"{where} changes {name} in place"
            case ast.Yield() | ast.YieldFrom() | ast.Await():
                return f"{where} hands over control itself"
            case ast.Import() | ast.ImportFrom():
                return f"{where} imports, which runs a module's body"
        return None

    def _calls_in(self, path: str, statement: ast.stmt) -> Iterator[Call]:
        start, end = self.analysis.syntax[path].span(statement)
        nested = [
            self.analysis.syntax[path].span(node)
            for node in ast.walk(statement)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        for call in self.analysis.calls_by_path(path):
            if start <= call.start and call.end <= end:
                if not any(low <= call.start and call.end <= high for low, high in nested):
                    yield call

    def _of_call(self, call: Call, fresh: Set[str]) -> str | None:
        leaf = self._leaf(call)
        if leaf is not None and leaf.rule is not None:
            if leaf.rule.rule.effect == "write":
                return f"{leaf.rule.name} may change something"
            if leaf.rule.receiver is not None and not self._receiver_is(call, fresh):
                return f"{leaf.rule.name} shares its object with others"
            return None
        if call.unknown is not None or not (call.targets or call.constructs is not None):
            return "it is not known what is called here" if call.kind in ("call", "enter", "iter") else None
        if call.callbacks:
            for _, functions in call.callbacks:
                for function in functions:
                    reason = self._of_target(call, self.analysis.function(function), fresh)
                    if reason is not None:
                        return reason
        if call.constructs is not None and not call.targets:
            return self._of_class(call.constructs)
        for target in call.targets:
            reason = self._of_target(call, self.analysis.function(target), fresh)
            if reason is not None:
                return reason
        return None

    def _of_target(self, call: Call, function: Function, fresh: Set[str]) -> str | None:
        if function.in_project:
            return self.of_function(function.id)
        if call.kind in ("operator", "protocol", "item") and function.name.startswith(("builtins.", "typing.")):
            return None
        catalog = self.analysis.catalog
        for name in (function.name, function.defined_as):
            if name is None:
                continue
            owner = name.rpartition(".")[0]
            if catalog.is_pure(name) or catalog.is_pure(owner) or catalog.type(owner) is not None:
                return None
            if catalog.is_mutator(name):
                if call.constructs is not None or owner in FRESH_BUILTINS and function.bare_name == "__init__":
                    return None
                return None if self._receiver_is(call, fresh) else f"{name} changes an object that others may hold"
        blocks = blocks_of(function, catalog)
        if blocks is not None:
            return None if blocks.effect != "write" else f"{function.name} may change something"
        if call.constructs is not None:
            return self._of_class(call.constructs)
        return f"the effects of {function.name} are not known"

    def _of_class(self, class_id: int) -> str | None:
        one = self.analysis.program.classes[class_id]
        names = [one.name, *(self.analysis.program.classes[base].name for base in one.ancestors)]
        if one.in_project or any(self.analysis.catalog.is_pure(name) for name in names) or one.name in FRESH_BUILTINS:
            return None
        return f"the effects of making a {one.name} are not known"

    def _leaf(self, call: Call) -> Leaf | None:
        index = self.analysis.call_at.get((call.path, call.start, call.end)) if call.kind == "call" else None
        return self.leaves.get(index) if index is not None else None

    def _receiver_is(self, call: Call, fresh: Set[str]) -> bool:
        """Whether a method is called on an object that was made by the same code."""
        node = self.analysis.expression(call)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base = node.func.value
            if isinstance(base, ast.Name):
                return base.id in fresh
            return self._makes(call.path, base) or isinstance(base, DISPLAYS)
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def used_names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names read by some statements or expressions, everything inside included."""
    return frozenset(
        inner.id for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    )
