"""Units: what blocks but stays as it is, run whole in a thread by the async function around it.

One hop a unit, never one a primitive: a call of the project's own blocking function, a run of statements
(a block unit), or an expression (an expression unit).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from aioport.planning.affinity import Affinities
from aioport.planning.analysis import Analysis
from aioport.planning.plan import BlockUnit, CallDecision, ExpressionUnit, Intent, Offload
from aioport.program.syntax import FunctionNode, Syntax, own_nodes

LABELS = {
    "file": "use_files",
    "database": "use_database",
    "process": "run_processes",
    "network": "use_network",
    "dns": "look_up",
    "sleep": "pause",
    "console": "use_console",
    "cpu": "compute",
    "lock": "use_locks",
}


@dataclass
class Units:
    """Intents and decisions for the blocking calls that are left in async functions."""

    intents: list[tuple[str, Intent]] = field(default_factory=list)
    decisions: dict[int, CallDecision] = field(default_factory=dict)


class UnitPlanner:
    """Plans one async function.

    done: calls that are awaited or rewritten already, by index.
    """

    def __init__(self, analysis: Analysis, affinities: Affinities, function: int, done: Set[int], units: Units) -> None:
        self.analysis, self.affinities, self.function, self.units = analysis, affinities, function, units
        node = analysis.node(function)
        assert node is not None
        path = analysis.function(function).path
        assert path is not None
        self.node: FunctionNode = node
        self.path: str = path
        self.syntax: Syntax = analysis.syntax[path]
        self.sites: dict[int, ast.expr] = {}
        self.by_node: dict[ast.AST, list[int]] = {}
        self.hard: set[ast.AST] = set()
        self.labels: set[str] = set()
        for index in analysis.calls_in.get(function, ()):
            call = analysis.program.calls[index]
            expression = analysis.expression(call)
            if expression is None:
                continue
            if index in done:
                self.hard.add(expression)
                continue
            wait = analysis.facts.calls.get(index)
            if wait is None:
                continue
            if wait.blocks.treatment == "report":
                self._decide(index, "leave", f"{wait.primitive} is a matter between threads; look at it by hand")
            else:
                self.sites[index] = expression
                self.by_node.setdefault(expression, []).append(index)

    def plan(self) -> None:
        if self.sites:
            self._suite(self.node.body)

    # Statements

    def _suite(self, suite: list[ast.stmt]) -> None:
        position = 0
        while position < len(suite):
            run = self._run(suite, position)
            if run > position and self._block(suite, position, run):
                position = run
                continue
            self._statement(suite[position])
            position += 1

    def _run(self, suite: list[ast.stmt], begin: int) -> int:
        """The end of the longest run of blocking statements from `begin` on that could be moved into a function."""
        end = begin
        while end < len(suite) and self._sites_in(suite[end]) and self._obstacle(suite[end]) is None:
            end += 1
            if isinstance(suite[end - 1], ast.Return):
                break
        run = suite[begin:end]
        if len(run) == 1 and not _is_compound(run[0]):
            return begin
        if all(not _is_compound(one) and self._is_one_own_call(one) for one in run):
            return begin
        return end

    def _is_one_own_call(self, statement: ast.stmt) -> bool:
        sites = self._sites_in(statement)
        if len(sites) != 1:
            return False
        call = self.analysis.program.calls[sites[0]]
        return call.kind == "call" and all(self.analysis.function(target).in_project for target in call.targets)

    def _block(self, suite: list[ast.stmt], begin: int, end: int) -> bool:
        """Plans a block unit for a run of statements, the longest part of it from `begin` on that can be one."""
        run = suite[begin:end]
        names = self._names(run)
        if names is None:
            return False
        bound, rebound = names
        returns = [node for one in run for node in (one, *own_nodes(one)) if isinstance(node, ast.Return)]
        if returns and not (_always_returns(run[-1]) and end == len(suite)):
            return False
        sites = [index for one in run for index in self._sites_in(one)]
        pool = self._pool(sites)
        if pool is None:
            return False
        category = self.analysis.facts.calls[sites[0]].category
        unit = BlockUnit(
            run[0], run[-1], self._label(category), () if returns else bound, rebound, bool(returns), pool or None
        )
        self.units.intents.append((self.path, unit))
        for index in sites:
            self._decide(index, "offload", f"part of a unit of {len(run)} statement(s), lines {run[0].lineno} on")
        return True

    def _statement(self, statement: ast.stmt) -> None:
        """One statement that no block unit covers: its own expressions, then the suites in it."""
        inner = [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.stmt | ast.ExceptHandler)]
        inner += [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.match_case)]
        nested = {index for node in inner for index in self._sites_in(node)}
        own = [index for index in self._sites_in(statement) if index not in nested]
        if isinstance(statement, ast.With):
            self._with(statement, own)
        elif own:
            self._expressions(own)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(statement, name, None)
            if isinstance(block, list) and not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._suite(block)
        for handler in inner:
            if isinstance(handler, ast.ExceptHandler | ast.match_case):
                self._suite(handler.body)

    def _with(self, statement: ast.With, own: list[int]) -> None:
        entered = {item.context_expr for item in statement.items}
        for index in own:
            call = self.analysis.program.calls[index]
            if call.kind in ("enter", "exit") or self.sites[index] in entered:
                self._decide(index, "keep", "the block under this `with` awaits, so it cannot move to a thread whole")
            else:
                self._expressions([index])

    def _expressions(self, own: list[int]) -> None:
        remaining = sorted(set(own))
        while remaining:
            index = remaining[0]
            if len(remaining) == 1 and self._call_unit(index):
                return
            cover = self._cover(remaining)
            if cover is not None:
                pool = self._pool(remaining)
                if pool is not None:
                    self.units.intents.append((self.path, ExpressionUnit(cover, pool or None)))
                    for one in remaining:
                        self._decide(one, "offload", "part of one expression that runs in a thread")
                    return
            if not self._call_unit(index):
                self._decide(index, "keep", "it stands where nothing can be awaited or moved to a thread")
            remaining.pop(0)

    def _call_unit(self, index: int) -> bool:
        """Offloads the call itself, where it is a plain call of a function that does its work when called."""
        call = self.analysis.program.calls[index]
        node = self.sites[index]
        if call.kind != "call" or not isinstance(node, ast.Call):
            return False
        if any(target in self.analysis.generators for target in call.targets):
            return False
        place = self.syntax.place(node)
        if place.sealed is not None or place.generator is not None or place.scope is not self.node:
            return False
        if self._comprehension(node) is not None and not self._is_hard(self._comprehension(node)):
            return False
        if isinstance(node.func, ast.Attribute) and _is_super(node.func.value):
            return False
        if any(self._sites_in(argument) for argument in (*node.args, *node.keywords)):
            return False
        pool = self._pool([index])
        if pool is None:
            return False
        self.units.intents.append((self.path, Offload(node, pool or None)))
        wait = self.analysis.facts.calls[index]
        self._decide(index, "offload", f"waits for {wait.category} ({wait.primitive}); runs in a thread")
        return True

    def _cover(self, indices: list[int]) -> ast.expr | None:
        """The smallest expression that holds all these calls and can be moved into a lambda."""
        node: ast.AST = self.sites[indices[0]]
        wanted = [self.sites[index] for index in indices]
        best: ast.expr | None = None
        for candidate in (node, *self.syntax.ancestors(node)):
            if not isinstance(candidate, ast.expr):
                if isinstance(candidate, ast.comprehension | ast.keyword | ast.arguments | ast.FormattedValue):
                    continue
                break
            inside = set(ast.walk(candidate))
            place = self.syntax.place(candidate)
            fits = place.sealed is None and place.generator is None and place.scope is self.node
            fits = fits and self._comprehension(candidate) is None and isinstance(getattr(candidate, "ctx", ast.Load()), ast.Load)
            if fits and all(one in inside for one in wanted) and not isinstance(candidate, ast.Starred | ast.GeneratorExp):
                best = candidate
                break
        if best is None or self._is_hard(best) or self._obstacle(best) is not None:
            return None
        if any(self._generator_escapes(index) for index in indices):
            return None
        return best

    def _generator_escapes(self, index: int) -> bool:
        """A generator that is only made in the thread runs where it is read."""
        call = self.analysis.program.calls[index]
        node = self.sites[index]
        return any(target in self.analysis.generators for target in call.targets) and not isinstance(
            self.syntax.parents.get(node), ast.Call | ast.comprehension
        )

    def _comprehension(self, node: ast.AST) -> ast.expr | None:
        """The outermost comprehension in whose element or conditions a node stands."""
        found: ast.expr | None = None
        child = node
        for parent in self.syntax.ancestors(node):
            if isinstance(parent, ast.stmt):
                break
            if isinstance(parent, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
                first = parent.generators[0]
                if not (child is first and node in set(ast.walk(first.iter))):
                    found = parent
            child = parent
        return found

    # What may be moved

    def _sites_in(self, root: ast.AST) -> list[int]:
        found = [index for node in (root, *own_nodes(root)) for index in self.by_node.get(node, ())]
        for node in (root, *own_nodes(root)):
            if isinstance(node, ast.Lambda):
                found += [index for inner in ast.walk(node) for index in self.by_node.get(inner, ())]
        return sorted(dict.fromkeys(found))

    def _is_hard(self, root: ast.AST | None) -> bool:
        """Whether something in it has to stay on the event loop."""
        return root is not None and any(
            node in self.hard or isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith) for node in ast.walk(root)
        )

    def _obstacle(self, root: ast.stmt | ast.expr) -> str | None:
        """Why a statement or expression cannot be moved into a function of its own."""
        if self._is_hard(root):
            return "it awaits"
        loops = 0
        for node in (root, *own_nodes(root)):
            match node:
                case ast.Yield() | ast.YieldFrom():
                    return "it yields"
                case ast.NamedExpr():
                    return "it binds a name inside an expression"
                case ast.Global() | ast.Nonlocal() | ast.Import() | ast.ImportFrom():
                    return "it declares or imports names"
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    return "it defines functions"
                case ast.Call(func=ast.Name(id="super" | "locals" | "vars" | "eval" | "exec")):
                    return "it looks at the function around it"
                case ast.Break() | ast.Continue():
                    loops += not any(
                        isinstance(around, ast.For | ast.While)
                        for around in self.syntax.ancestors(node)
                        if around is root or root in set(self.syntax.ancestors(around))
                    )
        return "it leaves the loop around it" if loops else None

    def _names(self, run: list[ast.stmt]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        """Names bound in a run of statements and used outside: those only bound there, and those bound elsewhere too.

        None where a name might come out unbound.
        """
        inside = {node for one in run for node in ast.walk(one)}
        stored = dict.fromkeys(_stored(run))
        elsewhere_loaded, elsewhere_stored = set(), set(_parameters(self.node))
        for node in ast.walk(self.node):
            if node in inside:
                continue
            if isinstance(node, ast.Name):
                (elsewhere_loaded if isinstance(node.ctx, ast.Load) else elsewhere_stored).add(node.id)
            elif isinstance(node, ast.Global | ast.Nonlocal) and stored.keys() & set(node.names):
                return None
        rebound = tuple(name for name in stored if name in elsewhere_stored)
        bound = tuple(name for name in stored if name in elsewhere_loaded and name not in elsewhere_stored)
        definite = set(_surely_stored(run))
        if not set(bound) <= definite:
            return None
        return bound, rebound

    def _pool(self, indices: list[int]) -> str | None:
        """The pool for a unit: empty for the usual one, None where it would need two threads or must not move."""
        found = {one for index in indices for one in self.affinities.of_call(index)}
        if found & self.affinities.kept:
            return None
        return "" if not found else found.pop() if len(found) == 1 else None

    def _label(self, category: str) -> str:
        taken = self.labels | self.analysis.identifiers(self.path)
        label, number = LABELS[category], 2
        while label in taken:
            label = f"{LABELS[category]}_{number}"
            number += 1
        self.labels.add(label)
        return label

    def _decide(self, index: int, action: str, reason: str) -> None:
        assert action in ("offload", "leave", "keep")
        self.units.decisions[index] = CallDecision(index, action, reason)


def _is_compound(statement: ast.stmt) -> bool:
    return any(isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case) for child in ast.iter_child_nodes(statement))


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _always_returns(statement: ast.stmt) -> bool:
    match statement:
        case ast.Return() | ast.Raise():
            return True
        case ast.With(body=body):
            return _always_returns(body[-1])
        case ast.If(body=body, orelse=[*_, last]):
            return _always_returns(body[-1]) and _always_returns(last)
        case ast.Try(body=body, handlers=handlers, orelse=orelse):
            ends = [orelse[-1] if orelse else body[-1], *(handler.body[-1] for handler in handlers)]
            return all(_always_returns(one) for one in ends)
    return False


def _stored(run: list[ast.stmt]) -> Iterator[str]:
    """Names that statements bind, those of comprehensions left out."""
    todo: list[ast.AST] = list(reversed(run))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda):
            continue
        todo.extend(reversed(list(ast.iter_child_nodes(node))))


def _surely_stored(run: list[ast.stmt]) -> Iterator[str]:
    """Names that are bound whenever the statements end without an exception."""
    for statement in run:
        match statement:
            case ast.Assign() | ast.AnnAssign(value=ast.expr()) | ast.AugAssign():
                yield from _stored([statement])
            case ast.With(body=body, items=items):
                for item in items:
                    if item.optional_vars is not None:
                        yield from (node.id for node in ast.walk(item.optional_vars) if isinstance(node, ast.Name))
                yield from _surely_stored(body)
            case ast.If(body=body, orelse=orelse) if orelse:
                yield from set(_surely_stored(body)) & set(_surely_stored(orelse))
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                main = set(_surely_stored(body)) | set(_surely_stored(orelse))
                for handler in handlers:
                    if not _leaves(handler.body[-1]):
                        main &= set(_surely_stored(handler.body))
                yield from main | set(_surely_stored(final))


def _leaves(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise | ast.Return | ast.Continue | ast.Break)


def _parameters(node: FunctionNode) -> Iterator[str]:
    every: Mapping[str, object] = {
        one.arg: one
        for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg)
        if one is not None
    }
    yield from every
