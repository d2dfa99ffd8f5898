"""Units: what blocks but stays as it is, run whole in a thread by the async function around it.

One hop a unit, never one a primitive: a call of something that blocks, a run of statements (a block unit), or an
expression (an expression unit).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType

from aioport.planning.affinity import Affinities
from aioport.planning.analysis import Analysis
from aioport.planning.bindings import bound_after, names_bound
from aioport.planning.colors import why_sealed
from aioport.planning.consumers import consumer_of
from aioport.planning.consuming.stopping import find_ends, who_catches
from aioport.planning.held import holds_between_items, may_be_entered, read_ahead
from aioport.planning.moving import (
    Names,
    find_call_obstacle,
    find_names,
    find_obstacle,
    leaves_function,
    stands_alone,
    writes_shared,
)
from aioport.planning.plan import (
    Action,
    AsyncFor,
    AsyncWith,
    BlockUnit,
    CallDecision,
    ExpressionUnit,
    Intent,
    InThreads,
    Offload,
)
from aioport.planning.suppressing import may_suppress
from aioport.planning.threads.started import waits_for_nobody
from aioport.planning.unit_names import name_unit
from aioport.positions import Span
from aioport.program.model import Call
from aioport.program.syntax import FunctionNode, Syntax


@dataclass
class Units:
    """Intents and decisions for the blocking calls that are left in async functions.

    moved: ranges of text that run in a thread, by path.
    """

    intents: list[tuple[str, Intent]] = field(default_factory=list)
    decisions: dict[int, CallDecision] = field(default_factory=dict)
    moved: list[tuple[str, Span]] = field(default_factory=list)


class UnitPlanner:
    """Plans one async function.

    done: calls that are awaited or rewritten already, by index.
    readers: what goes through something asynchronous, in the function's file, wherever that was made.
    places: ranges of text, by path, where nothing may be awaited, and why.
    """

    def __init__(
        self,
        analysis: Analysis,
        affinities: Affinities,
        function: int,
        done: AbstractSet[int],
        units: Units,
        readers: Iterable[ast.AST] = (),
        places: Mapping[tuple[str, Span], str] = MappingProxyType({}),
    ) -> None:
        self.analysis, self.affinities, self.function, self.units = analysis, affinities, function, units
        node = analysis.node(function)
        path = analysis.function(function).path
        assert node is not None
        assert path is not None
        self.node: FunctionNode = node
        self.path: str = path
        self.syntax: Syntax = analysis.syntax[path]
        self.places = places
        self.labels: set[str] = set()
        self.sites: dict[int, ast.expr] = {}
        self.by_node: dict[ast.AST, list[int]] = {}
        self.hard: dict[ast.AST, str] = dict.fromkeys(readers, "awaits")
        for index in analysis.calls_in.get(function, ()):
            call = analysis.program.calls[index]
            expression = analysis.expression(call) or self._stored(call)
            if expression is not None:
                self._sort(index, expression, done)

        self.hard |= dict.fromkeys(affinities.places.get(function, ()), "uses what is another in each thread")

    def _stored(self, call: Call) -> ast.expr | None:
        """The item that an assignment or `del` changes, where that statement stands for the call of its method."""
        span = (call.start, call.end)
        return next(
            (
                item
                for statement in self.analysis.body(self.function)
                if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete)
                and self.syntax.span(statement) == span
                for item in ast.walk(statement)
                if isinstance(item, ast.Subscript) and not isinstance(item.ctx, ast.Load)
            ),
            None,
        )

    def _sort(self, index: int, expression: ast.expr, done: AbstractSet[int]) -> None:
        wait = self.analysis.facts.calls.get(index)
        kept = self.affinities.kept_by(index) or why_sealed(
            self.places, self.path, self.syntax.span(expression)
        )
        if index in done:
            self.hard[expression] = "awaits"
        elif kept is not None:
            self.hard[expression] = "stays on the event loop"
            if wait is not None:
                self._decide(index, "keep", kept)
        elif self._ends_iteration(index):
            self.hard[expression] = "may raise StopIteration, which no thread can hand back"
            self._decide(
                index, "keep", "it may raise StopIteration, which is caught and which no thread can hand back"
            )
        elif self._is_awaited(expression):
            self.hard[expression] = "awaits"
            if wait is not None:
                self._decide(index, "keep", "what it gives is awaited, and so is made on the event loop")
        elif wait is not None and waits_for_nobody(self.analysis, index):
            self._decide(index, "leave", "no thread of this program could make it wait")
        elif wait is not None and wait.blocks.treatment == "report":
            self._decide(index, "leave", f"{wait.primitive} is a matter between threads; look at it by hand")
        elif wait is not None or self._runs_elsewhere(index):
            self.sites[index] = expression
            self.by_node.setdefault(expression, []).append(index)

    def _is_awaited(self, expression: ast.expr) -> bool:
        """Whether what a call gives is awaited, entered by `async with` or gone through by `async for` as it stands."""
        parent = self.syntax.parents.get(expression)
        match parent:
            case ast.Await():
                return True
            case ast.withitem(context_expr=entered) if entered is expression:
                return isinstance(self.syntax.parents.get(parent), ast.AsyncWith)
            case ast.AsyncFor(iter=iterable):
                return iterable is expression
            case ast.comprehension(iter=iterable, is_async=1):
                return iterable is expression
        return False

    def _runs_elsewhere(self, index: int) -> bool:
        """Whether a call that is not known to wait is one of an object that has a thread."""
        is_known = self.analysis.program.calls[index].unknown is None
        kinds = self.affinities.of_call(index)
        return bool(kinds) and (not is_known or self.affinities.must_move(index))

    def _ends_iteration(self, index: int) -> bool:
        """Whether a call of the project's own lets StopIteration out, for somebody who catches it."""
        targets = self.analysis.program.calls[index].targets
        return any(
            find_ends(self.analysis, one) is not None and who_catches(self.analysis, one) is not None
            for one in targets
            if self.analysis.function(one).in_project
        )

    def plan(self) -> None:
        if self.sites:
            self._suite(self.node.body)

    # Statements

    def _suite(self, suite: list[ast.stmt]) -> None:
        position = 0
        while position < len(suite):
            end = self._block(suite, position)
            if end == position:
                self._statement(suite[position])
                end += 1
            position = end

    def _block(self, suite: list[ast.stmt], begin: int) -> int:
        """Plans a block unit for the longest run of statements from `begin` on that can be one; where it ends."""
        if not self._opens(suite[begin]):
            return begin
        for end in reversed(list(self._ends(suite, begin))):
            run = suite[begin:end]
            names = self._names(run, ends_function=suite is self.node.body and end == len(suite))
            if names is not None:
                self._make_block(run, names)
                return end
        return begin

    def _opens(self, statement: ast.stmt) -> bool:
        """Whether a statement may begin or end a run: one that is a block by itself, or calls a primitive."""
        if _is_compound(statement):
            return self._is_block(statement)
        return any(not self._is_own_call(index) for index in self._sites_in(statement))

    def _ends(self, suite: list[ast.stmt], begin: int) -> Iterator[int]:
        """Where a run that begins at `begin` may end, shortest first."""
        bound: set[str] = set()
        for end, statement in enumerate(suite[begin:], begin + 1):
            sites = self._sites_in(statement)
            if not (sites or self._belongs(statement, bound)) or self._obstacle(statement) is not None:
                return
            bound |= set(names_bound([statement]))
            run = suite[begin:end]
            if self._opens(statement) and (len(run) > 1 or self._is_block(statement)):
                yield end
            if bound_after([statement], self._suppresses) is None:
                return

    def _is_block(self, statement: ast.stmt) -> bool:
        """Whether a statement is worth a function: for what no expression can hold, or one hop for a loop.

        A call of the project's own, or a single primitive, is offloaded where it stands instead.
        """
        if not _is_compound(statement):
            # `store[key] = value` and `del store[key]` run methods, and are no expressions.
            contexts = (getattr(self.sites[one], "ctx", None) for one in self._sites_in(statement))
            return any(isinstance(one, ast.Store | ast.Del) for one in contexts)
        if any(
            isinstance(one, ast.withitem) and one.context_expr in self.by_node for one in ast.walk(statement)
        ):
            return True
        return any(
            self._anchor(index) is None
            or (not self._is_own_call(index) and self._is_repeated(index, statement))
            for index in self._sites_in(statement)
        )

    def _is_repeated(self, index: int, root: ast.stmt) -> bool:
        """Whether a loop within a statement makes a call again and again."""
        child: ast.AST = self.sites[index]
        for parent in self.syntax.ancestors(child):
            if isinstance(parent, ast.While) or (isinstance(parent, ast.For) and child is not parent.iter):
                return True
            if parent is root:
                return False
            child = parent
        return False

    def _belongs(self, statement: ast.stmt, bound: AbstractSet[str]) -> bool:
        """Whether a statement that does not block works on what a run has bound so far, and on nothing unknown."""
        if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Assert):
            return False
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        if used.isdisjoint(bound):
            return False
        start, end = self.syntax.span(statement)
        calls = self.analysis.calls_by_path(self.path)
        return all(call.unknown is None for call in calls if start <= call.start and call.end <= end)

    def _is_own_call(self, index: int) -> bool:
        """Whether it calls a function of the project's own, which is a unit already."""
        call = self.analysis.program.calls[index]
        own = call.targets and all(self.analysis.function(target).in_project for target in call.targets)
        return bool(own) and call.kind == "call" and self._anchor(index) is self.sites[index]

    def _names(self, run: list[ast.stmt], *, ends_function: bool) -> Names | None:
        if not stands_alone(self.syntax, run) or self._pool(self._sites_of(run)) is None:
            return None
        if leaves_function(run):
            in_generator = self.function in self.analysis.generators
            if in_generator or not (ends_function or bound_after(run, self._suppresses) is None):
                return None
        found = find_names(self.syntax, self.node, run, self._suppresses)
        if isinstance(found, str) or set(self._unread(run)) & {*found.returned, *found.shared}:
            return None
        return found

    def _unread(self, run: Sequence[ast.stmt]) -> Iterator[str]:
        """Names that hold something which waits when it is read."""
        for statement in run:
            makes = isinstance(statement, ast.Assign | ast.AnnAssign)
            if makes and any(self._anchor(index) is None for index in self._sites_in(statement)):
                yield from names_bound([statement])

    def _make_block(self, run: list[ast.stmt], names: Names) -> None:
        sites = self._sites_of(run)
        returns = leaves_function(run)
        waits = [self.analysis.facts.calls[index] for index in sites if index in self.analysis.facts.calls]
        taken = self.labels | self.analysis.identifiers(self.path)
        label = name_unit(
            waits[0].category if waits else "database",
            names.returned or names.shared,
            self.node.name,
            returns=returns,
            taken=taken,
        )
        self.labels.add(label)
        pool = self._pool(sites)
        self._move(
            BlockUnit(run[0], run[-1], label, names.returned, names.shared, returns, pool or None),
            run[0],
            run[-1],
        )
        lines = (
            f"line {run[0].lineno}"
            if run[0].lineno == run[-1].end_lineno
            else f"lines {run[0].lineno} to {run[-1].end_lineno}"
        )
        for index in sites:
            self._decide(index, "offload", f"part of {label}, {lines}, which runs in a thread")

    def _statement(self, statement: ast.stmt) -> None:
        """One statement that no block unit covers: its own expressions, then the suites in it."""
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for index in self._sites_in(statement):
                self._decide(
                    index,
                    "keep",
                    self.syntax.place(self.sites[index]).sealed or "it runs when a class is defined",
                )
            return
        if isinstance(statement, ast.With):
            self._enter(statement)
        elif isinstance(statement, ast.For):
            self._step(statement)
        elif isinstance(statement, ast.AugAssign) and not isinstance(statement.target, ast.Name):
            self._keep_read_modify_write(statement)
        for child in ast.iter_child_nodes(statement):
            if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                self._expression(child)
            elif isinstance(child, ast.ExceptHandler) and child.type is not None:
                self._expression(child.type)
            elif isinstance(child, ast.match_case) and child.guard is not None:
                self._expression(child.guard)
        for block in _blocks(statement):
            self._suite(block)

    def _enter(self, statement: ast.With) -> None:
        """A context manager whose block stays is entered and left in threads, or else where its block runs."""
        reason = self._why_no_block(statement)
        for position, item in enumerate(statement.items):
            entered = self.by_node.get(item.context_expr, ())
            if not entered:
                continue
            sites = self._sites_in(item.context_expr)
            may_be_left = self.affinities.is_any_thread(sites) and may_be_entered(self.analysis, entered)
            if may_be_left and self._may_be_lambda(item.context_expr, sites):
                self.units.intents.append((self.path, AsyncWith(statement, (position,))))
                pool = self._pool(sites) or None
                self._work(
                    InThreads(item.context_expr, "entered", pool=pool),
                    sites,
                    f"entered and left in threads: {reason}",
                )
            else:
                for index in entered:
                    self._decide(index, "keep", reason)

    def _step(self, statement: ast.For) -> None:
        """What a loop goes through whose body stays is read in threads, one item after the other."""
        sites = self._sites_in(statement.iter)
        if not any(self._anchor(index) is None for index in sites):
            return
        if holds_between_items(self.analysis, sites):
            return
        if self._may_be_lambda(statement.iter, sites):
            ahead = read_ahead(self.analysis, self.by_node.get(statement.iter, ()), statement, self.node)
            self.units.intents.append((self.path, AsyncFor(statement)))
            reason = f"read in threads, step by step: {self._why_no_block(statement)}"
            self._work(InThreads(statement.iter, "stepped", ahead, self._pool(sites) or None), sites, reason)

    def _may_be_lambda(self, node: ast.expr, sites: Sequence[int]) -> bool:
        """Whether an expression means the same in a lambda that is called in a thread."""
        place = self.syntax.place(node)
        return (
            place.scope is self.node
            and not isinstance(node, ast.Await | ast.Lambda | ast.GeneratorExp)
            and self._pool(sites) is not None
            and self._obstacle(node) is None
        )

    def _work(self, intent: InThreads, sites: Sequence[int], reason: str) -> None:
        self._move(intent, intent.node, intent.node)
        for index in sites:
            self._decide(index, "offload", reason)

    def _keep_read_modify_write(self, statement: ast.AugAssign) -> None:
        """`self.total += read()` reads the old value first: where other tasks may run meanwhile, theirs would be lost."""
        if self.analysis.function(self.function).is_async:
            for index in self._sites_in(statement):
                self._decide(
                    index,
                    "keep",
                    f"line {statement.lineno} reads `{ast.unparse(statement.target)}` before it waits",
                )

    def _why_no_block(self, statement: ast.stmt) -> str:
        """Why a compound statement is not run whole in a thread."""
        keyword = "for" if isinstance(statement, ast.For) else "with"
        names = find_names(self.syntax, self.node, [statement], self._suppresses)
        reason = self._obstacle(statement) or (
            names if isinstance(names, str) else "other code depends on how it ends"
        )
        return f"the `{keyword}` in line {statement.lineno} cannot move to a thread whole: {reason}"

    # Expressions

    def _expression(self, node: ast.AST) -> None:
        """Moves the largest parts that can be moved whole, each down to what holds all its waits."""
        sites = [index for index in self._sites_in(node) if index not in self.units.decisions]
        if not sites:
            return
        if isinstance(node, ast.expr) and self._is_movable(node):
            anchors = [self._anchor(index) for index in sites]
            found = [one for one in anchors if one is not None and self._is_in(one, node)]
            if len(found) == len(anchors) and self._unit(self._smallest(node, found), sites):
                return
        for child in ast.iter_child_nodes(node):
            self._expression(child)
        for index in self.by_node.get(node, ()):
            if index not in self.units.decisions and not self._call(index):
                self._decide(index, "keep", self._why_kept(index))

    def _unit(self, node: ast.expr, sites: list[int]) -> bool:
        """Moves an expression with all its waits: the call itself where that is all, or else in a lambda."""
        if len(sites) == 1 and self.sites[sites[0]] is node and self._call(sites[0]):
            return True
        pool = self._pool(sites)
        if pool is None or self._obstacle(node) is not None:
            return False
        self._move(ExpressionUnit(node, pool or None), node, node)
        for one in sites:
            self._decide(one, "offload", "part of one expression that runs in a thread")
        return True

    def _call(self, index: int) -> bool:
        """Offloads a call by handing over function and arguments, which are evaluated where they stand."""
        call = self.analysis.program.calls[index]
        node = self.sites[index]
        if call.kind != "call" or not isinstance(node, ast.Call) or self._anchor(index) is not node:
            return False
        place = self.syntax.place(node)
        if place.sealed is not None or place.generator is not None or place.scope is not self.node:
            return False
        if not self._may_be_written(node):
            return False
        if any(other not in self.units.decisions for other in self._sites_in(node) if other != index):
            return False
        pool = self._pool([index])
        if pool is None or find_call_obstacle(self.syntax, node) is not None:
            return False
        self._move(Offload(node, pool or None), node, node)
        wait = self.analysis.facts.calls.get(index)
        reason = (
            f"waits for {wait.category} ({wait.primitive}); runs in a thread"
            if wait
            else "runs on its object's thread"
        )
        self._decide(index, "offload", reason)
        return True

    def _is_movable(self, node: ast.expr) -> bool:
        """Whether an `await offload(lambda: ...)` can stand in the place of an expression."""
        if isinstance(
            node, ast.Starred | ast.GeneratorExp | ast.Slice | ast.FormattedValue | ast.Lambda | ast.Await
        ):
            return False
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load) or not self._may_be_written(node):
            return False
        place = self.syntax.place(node)
        is_open = place.sealed is None and place.generator is None and place.scope is self.node
        return is_open and self._obstacle(node) is None

    def _may_be_written(self, node: ast.expr) -> bool:
        """Whether there is room in an f-string: before Python 3.12, the name of a pool cannot be quoted in one."""
        if not any(isinstance(parent, ast.FormattedValue) for parent in self.syntax.ancestors(node)):
            return True
        return not isinstance(node, ast.JoinedStr) and not any(
            map(self.affinities.of_call, self._sites_in(node))
        )

    def _smallest(self, node: ast.expr, anchors: Sequence[ast.expr]) -> ast.expr:
        """The innermost movable expression within a movable one that holds all the anchors."""
        best, current = node, node
        while current not in anchors:
            inner = [
                child
                for child in ast.iter_child_nodes(current)
                if all(self._is_in(one, child) for one in anchors)
            ]
            if not inner:
                break
            current = inner[0]  # type: ignore[assignment]
            if isinstance(current, ast.expr) and self._is_movable(current):
                best = current
        return best

    def _is_in(self, node: ast.AST, root: ast.AST) -> bool:
        return node is root or any(parent is root for parent in self.syntax.ancestors(node))

    def _anchor(self, index: int) -> ast.expr | None:
        """What has to move for a call to wait in the thread; None where no expression does."""
        return consumer_of(self.analysis, self.syntax, index, self.sites[index], self._stays)

    def _why_kept(self, index: int) -> str:
        node, anchor = self.sites[index], self._anchor(index)
        if anchor is None:
            around = self.syntax.statement(node)
            if isinstance(around, ast.For | ast.With):
                return self._why_no_block(around)
            return "what it makes waits where it is used later, and that is not here"
        obstacle = self.syntax.place(node).sealed or find_obstacle(self.syntax, anchor)
        return obstacle or "it stands where nothing can be awaited or moved to a thread"

    # What may be moved

    def _sites_in(self, root: ast.AST) -> list[int]:
        """Waiting calls in a part of the function, lambdas included."""
        return sorted({index for node in ast.walk(root) for index in self.by_node.get(node, ())})

    def _sites_of(self, run: Sequence[ast.stmt]) -> list[int]:
        return [index for one in run for index in self._sites_in(one)]

    def _stays(self, root: ast.AST) -> bool:
        """Whether something in it has to stay on the event loop."""
        return any(node in self.hard or isinstance(node, ast.Await) for node in ast.walk(root))

    def _obstacle(self, root: ast.stmt | ast.expr) -> str | None:
        """Why a statement or expression cannot be moved into a function of its own."""
        for node in ast.walk(root):
            if node in self.hard:
                return f"line {getattr(node, 'lineno', root.lineno)} {self.hard[node]}"
        if self.analysis.function(self.function).is_async and isinstance(root, ast.stmt):
            own = self.analysis.locals_of(self.node) - {
                one.arg for one in ast.walk(self.node.args) if isinstance(one, ast.arg)
            }
            shared = writes_shared([root], lambda name: name in own)
            if shared is not None:
                return shared
        return find_obstacle(self.syntax, root)

    def _suppresses(self, item: ast.withitem) -> bool:
        """Whether a context manager may end its block early."""
        span = self.syntax.span(item.context_expr)
        inside = map(self.analysis.program.calls.__getitem__, self.analysis.calls_in.get(self.function, ()))
        calls = [
            call
            for call in inside
            if (call.start, call.end) == span and call.kind in ("call", "enter", "exit")
        ]
        return may_suppress(self.analysis, calls)

    def _pool(self, indices: Sequence[int]) -> str | None:
        """The pool for a unit: empty for the usual one, None where it would need two threads or must not move."""
        found = {one for index in indices for one in self.affinities.of_call(index)}
        if found & self.affinities.kept.keys():
            return None
        return "" if not found else found.pop() if len(found) == 1 else None

    def _move(self, intent: Intent, first: ast.stmt | ast.expr, last: ast.stmt | ast.expr) -> None:
        self.units.intents.append((self.path, intent))
        self.units.moved.append((self.path, (self.syntax.span(first)[0], self.syntax.span(last)[1])))

    def _decide(self, index: int, action: Action, reason: str) -> None:
        self.units.decisions[index] = CallDecision(index, action, reason)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The suites in a compound statement."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(statement, name, None)
        if block:
            yield block
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def _is_compound(statement: ast.stmt) -> bool:
    return any(True for _ in _blocks(statement))
