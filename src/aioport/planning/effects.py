"""What a function does that others could see; without a proof that it only reads, nothing is overlapped.

The conditions are those of a published triage of await-in-loop sites: no writing of shared state, no shared
session, external effects that commute, no ordered output. What is unknown counts as writing.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from aioport.blocking.primitives import blocks_of
from aioport.catalog.schema import Blocks
from aioport.planning.analysis import Analysis
from aioport.planning.bindings import names_bound, parameters
from aioport.planning.leaves import Leaf
from aioport.program.model import Call, Function
from aioport.program.syntax import nodes_in

DISPLAYS = (
    ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.Constant, ast.JoinedStr, ast.Tuple,
)  # fmt: skip
"""Expressions whose value is made where they stand, and so is nobody else's."""

FRESH_BUILTINS = {"builtins.list", "builtins.dict", "builtins.set", "builtins.bytearray", "collections.deque"}

ADDED_METHODS = ("__new__", "__post_init__")
"""What runs when an instance is made, besides the `__init__` that the call is known to run."""

ENDING = frozenset({"KeyboardInterrupt", "SystemExit"})
"""Exceptions that leave the event loop at once, whichever task raises them."""

READING_MODES = frozenset("rbtU")
"""Characters of a file mode that only reads."""


@dataclass(frozen=True, slots=True)
class _Body:
    """What the statements of a function do themselves, and which functions of the project they run."""

    reason: str | None
    runs: frozenset[int] = frozenset()


@dataclass
class Effects:
    """Asks whether code only reads. Answers are None, or the reason why it is not proven."""

    analysis: Analysis
    leaves: Mapping[int, Leaf]
    known: dict[int, _Body] = field(default_factory=dict)

    def of_function(self, function: int) -> str | None:
        """Whether a function and all that it runs only reads."""
        todo, seen = [function], {function}
        while todo:
            body = self._body(todo.pop())
            if body.reason is not None:
                return body.reason
            todo.extend(sorted(body.runs - seen))
            seen |= body.runs
        return None

    def of_statements(
        self,
        path: str,
        body: Iterable[ast.stmt],
        local: AbstractSet[str],
        fresh: AbstractSet[str] | None = None,
    ) -> str | None:
        """Whether statements and all that they run only read.

        local: names whose binding concerns nobody else; fresh: those of them that hold objects made here.
        """
        found = self._of_statements(path, list(body), local, fresh)
        if found.reason is not None:
            return found.reason
        return next(
            (reason for one in sorted(found.runs) if (reason := self.of_function(one)) is not None), None
        )

    def _body(self, function: int) -> _Body:
        if function not in self.known:
            self.known[function] = self._of_body(function)
        return self.known[function]

    def _of_body(self, function: int) -> _Body:
        node = self.analysis.node(function)
        one = self.analysis.function(function)
        if node is None or one.path is None:
            return _Body(f"{one.name} is not understood")
        if function in self.analysis.generators:
            return _Body(f"{one.name} is a generator")
        fresh = self._fresh(one.path, node.body) - parameters(node)
        if one.bare_name == "__init__" and node.args.args:
            fresh = fresh | {node.args.args[0].arg}
        return self._of_statements(one.path, node.body, self.analysis.locals_of(node), fresh)

    def _of_statements(
        self, path: str, statements: list[ast.stmt], local: AbstractSet[str], fresh: AbstractSet[str] | None
    ) -> _Body:
        made = self._fresh(path, statements) if fresh is None else fresh
        for statement in statements:
            for node in nodes_in(statement):
                reason = self._of_node(path, node, local, made)
                if reason is not None:
                    return _Body(reason)
        runs: set[int] = set()
        for statement in statements:
            for call in self._calls_in(path, statement):
                reason = self._of_call(call, made, runs)
                if reason is not None:
                    return _Body(f"{path}:{call.line}: {reason}")
        return _Body(None, frozenset(runs))

    def _fresh(self, path: str, body: Iterable[ast.stmt]) -> frozenset[str]:
        """Names that only ever hold objects made by these statements."""
        made: set[str] = set()
        bound: Counter[str] = Counter()
        for statement in body:
            bound.update(names_bound([statement]))
            for node in nodes_in(statement):
                match node:
                    case ast.Assign(targets=[ast.Name(id=name)], value=value):
                        pass
                    case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                        pass
                    case ast.withitem(context_expr=value, optional_vars=ast.Name(id=name)) if (
                        self._enters_itself(path, value)
                    ):
                        pass
                    case ast.AugAssign(target=ast.Name(id=name)):
                        bound[name] -= 1
                        continue
                    case _:
                        continue
                if self.makes(path, value):
                    made.add(name)
                    bound[name] -= 1
        return frozenset(name for name in made if bound[name] == 0)

    def makes(self, path: str, value: ast.expr) -> bool:
        """Whether an expression's value is made by it, and is nobody else's."""
        if isinstance(value, DISPLAYS):
            return True
        index = self.analysis.call_at.get((path, *self.analysis.syntax[path].span(value)))
        if index is None:
            return False
        call = self.analysis.program.calls[index]
        if call.constructs is not None or any(map(self._opens, call.targets)):
            return True
        leaf = self.leaves.get(index)
        return leaf is not None and leaf.makes is not None

    def _enters_itself(self, path: str, value: ast.expr) -> bool:
        """Whether `with` over a value gives that value: files and clients do, of others it is not known."""
        index = self.analysis.call_at.get((path, *self.analysis.syntax[path].span(value)))
        return index is not None and (
            index in self.leaves or any(map(self._opens, self.analysis.program.calls[index].targets))
        )

    def _opens(self, target: int) -> bool:
        return self.analysis.function(target).name == "builtins.open"

    def _of_node(
        self, path: str, node: ast.AST, local: AbstractSet[str], fresh: AbstractSet[str]
    ) -> str | None:
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
            case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))) if name in ENDING:
                return f"{where} raises {name}, which would end the event loop from one of its tasks"
            case ast.Import() | ast.ImportFrom():
                return f"{where} imports, which runs a module's body"
        return None

    def _calls_in(self, path: str, statement: ast.stmt) -> Iterator[Call]:
        """Calls that a statement may run, those in lambdas included, those in nested functions not."""
        start, end = self.analysis.syntax[path].span(statement)
        nested = [
            self.analysis.syntax[path].span(node)
            for node in ast.walk(statement)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        for call in self.analysis.calls_by_path(path):
            inside = start <= call.start and call.end <= end
            if inside and not any(low <= call.start and call.end <= high for low, high in nested):
                yield call

    def _of_call(self, call: Call, fresh: AbstractSet[str], runs: set[int]) -> str | None:
        """Why a call is not proven to only read, but for the project's functions that it runs: these join `runs`."""
        leaf = self._leaf(call)
        if leaf is not None and leaf.rule is not None:
            if leaf.rule.rule.effect == "write":
                return f"{leaf.rule.name} may change something"
            if leaf.rule.receiver is not None and not self._receiver_is(call, fresh):
                return f"{leaf.rule.name} shares its object with others"
            return None
        if call.unknown is not None or not (call.targets or call.constructs is not None):
            return (
                "it is not known what is called here"
                if call.kind in ("call", "enter", "exit", "iter")
                else None
            )
        given = [function for _, functions in call.callbacks for function in functions]
        reasons = (
            self._of_target(call, self.analysis.function(target), fresh, runs)
            for target in (*given, *call.targets)
        )
        reason = next((one for one in reasons if one is not None), None)
        if reason is None and call.constructs is not None:
            reason = self._of_class(call.constructs, runs)
        return reason

    def _of_target(
        self, call: Call, function: Function, fresh: AbstractSet[str], runs: set[int]
    ) -> str | None:
        if function.in_project:
            runs.add(function.id)
            return None
        if call.kind in ("operator", "protocol", "item", "next") and function.name.startswith(
            ("builtins.", "typing.", "types.")
        ):
            return None  # what `next` goes through is judged by the call that made the iterator
        catalog = self.analysis.catalog
        for name in (function.name, function.defined_as):
            if name is None:
                continue
            owner, makes = name.rpartition(".")[0], function.bare_name in ("__init__", "__new__")
            if makes and (call.constructs is not None or owner in FRESH_BUILTINS or catalog.is_pure(owner)):
                return None
            if catalog.is_mutator(name):
                return (
                    None
                    if self._receiver_is(call, fresh)
                    else f"{name} changes an object that others may hold"
                )
            changing = catalog.type(owner)
            if catalog.is_pure(name) or (changing is not None and changing.type.lock is None):
                return None
        blocks = blocks_of(function, catalog)
        if blocks is not None:
            return self._of_waiting(call, function, blocks, fresh)
        entered = call.kind in ("enter", "exit") and self._receiver_is(call, fresh)
        return (
            None
            if entered or call.constructs is not None
            else f"the effects of {function.name} are not known"
        )

    def _of_waiting(
        self, call: Call, function: Function, blocks: Blocks, fresh: AbstractSet[str]
    ) -> str | None:
        if blocks.category in ("lock", "console"):
            return f"{function.name} waits for its turn"
        if blocks.affinity is not None:
            return f"{function.name} belongs to one thread"
        if function.name == "builtins.open":
            return (
                None
                if self._reads_only(call)
                else f"{function.name} may change something: its mode is not seen to only read"
            )
        if blocks.effect == "write":
            closes = function.bare_name in ("close", "__exit__", "__enter__") and self._receiver_is(
                call, fresh
            )
            return None if closes else f"{function.name} may change something"
        of_object = (
            function.owner is not None and blocks.category == "file" and function.name.startswith("io.")
        )
        return (
            f"{function.name} moves on in a file that others may hold"
            if of_object and not self._receiver_is(call, fresh)
            else None
        )

    def _reads_only(self, call: Call) -> bool:
        """Whether a file is opened with a mode that is written out and only reads."""
        node = self.analysis.expression(call)
        if not isinstance(node, ast.Call) or any(isinstance(one, ast.Starred) for one in node.args):
            return False
        if any(keyword.arg is None or keyword.arg == "opener" for keyword in node.keywords):
            return False
        mode = next((keyword.value for keyword in node.keywords if keyword.arg == "mode"), None)
        if mode is None and len(node.args) > 1:
            mode = node.args[1]
        return mode is None or (
            isinstance(mode, ast.Constant)
            and isinstance(mode.value, str)
            and READING_MODES.issuperset(mode.value)
        )

    def _of_class(self, class_id: int, runs: set[int]) -> str | None:
        one = self.analysis.program.classes[class_id]
        if one.in_project:
            found = [self.analysis.program.find_method(class_id, name) for name in ADDED_METHODS]
            runs.update(
                method for method in found if method is not None and self.analysis.function(method).in_project
            )
            return None
        names = [one.name, *(self.analysis.program.classes[base].name for base in one.ancestors)]
        known = any(
            self.analysis.catalog.is_pure(name) or self.analysis.catalog.type(name) is not None
            for name in names
        )
        blocks = self.analysis.catalog.blocks(one.name)
        if blocks is not None:
            return None if blocks.effect != "write" else f"{one.name} may change something"
        if known or one.name in FRESH_BUILTINS:
            return None
        return f"the effects of making a {one.name} are not known"

    def _leaf(self, call: Call) -> Leaf | None:
        index = self.analysis.call_at.get((call.path, call.start, call.end)) if call.kind == "call" else None
        return self.leaves.get(index) if index is not None else None

    def _receiver_is(self, call: Call, fresh: AbstractSet[str]) -> bool:
        """Whether a method is called on an object that was made by the same code."""
        node = self.analysis.expression(call)
        if call.kind != "call":
            base = node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base = node.func.value
        else:
            return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if isinstance(base, ast.Name):
            return base.id in fresh
        return base is not None and self.makes(call.path, base)


def used_names(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names read by some statements or expressions, everything inside included."""
    return frozenset(
        inner.id
        for node in nodes
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    )
