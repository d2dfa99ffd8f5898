"""Reads and writes of shared state between which an `await` is new: right as it stands, and a race once two tasks run it.

Awaiting in sequence changes nothing by itself. Each place where another task could now come in between is suggested
for review; where aioport overlaps waits itself, `effects.py` has ruled these out.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence

from aioport.planning.analysis import Analysis
from aioport.planning.bindings import parameters
from aioport.planning.plan import Suggestion
from aioport.program.syntax import FunctionNode, Syntax, nodes_in, own_nodes

LOST = "reads it before it waits: once two tasks run this, one of the changes is lost; wait first, then read and write"
CHECKED = (
    "and changes it after waiting: once two tasks run this, both may find it so;"
    " hold an asyncio.Lock meanwhile, or store the task instead of its result"
)


def find_hazards(analysis: Analysis, awaited: Collection[int]) -> Iterator[Suggestion]:
    """Lost updates, and checks whose answer may be out of date when it is acted upon.

    awaited: indices of the calls that become pre-emption points.
    """
    # What starts the event loop runs once.
    functions = sorted({analysis.program.calls[index].caller for index in awaited})
    for function in functions:
        node, path = analysis.function(function), analysis.function(function).path
        definition = analysis.node(function)
        if definition is None or path is None or node.kind != "def" or function in analysis.mains:
            continue
        waits = {
            expression
            for index in analysis.calls_in.get(function, ())
            if index in awaited
            and (expression := analysis.expression(analysis.program.calls[index])) is not None
        }
        finder = _Finder(analysis.syntax[path], definition, analysis.locals_of(definition), waits)
        for line, text in finder.find():
            yield Suggestion(path, line, text)


class _Finder:
    def __init__(
        self, syntax: Syntax, function: FunctionNode, local: Collection[str], waits: Collection[ast.AST]
    ) -> None:
        self.syntax, self.function, self.waits = syntax, function, waits
        self.own = set(local) - parameters(function)

    def find(self) -> Iterator[tuple[int, str]]:
        for statement in self.function.body:
            for node in nodes_in(statement):
                match node:
                    case ast.AugAssign(target=target, value=value):
                        if self._is_shared(target) and self._waits([value]):
                            yield node.lineno, f"`{ast.unparse(target)} {_sign(node)}= ...` {LOST}"
                    case ast.Assign(targets=[target], value=value):
                        if self._is_shared(target) and self._waits([value]) and _reads(value, target):
                            yield node.lineno, f"`{ast.unparse(target)} = ...` {LOST}"
                    case ast.If(test=test):
                        if any(self._acts_on(subject, node) for subject in self._subjects(test)):
                            yield node.lineno, f"checks `{ast.unparse(test)}` {CHECKED}"
                    case ast.Try(body=body, handlers=handlers):
                        looked_up = [
                            one
                            for part in body
                            for one in ast.walk(part)
                            if isinstance(one, ast.Subscript) and self._is_looked_up(one)
                        ]
                        acting = (
                            subject
                            for subject in looked_up
                            for handler in handlers
                            if self._changes_after_waiting(handler.body, subject)
                        )
                        if (found := next(acting, None)) is not None:
                            yield node.lineno, f"looks `{ast.unparse(found)}` up {CHECKED}"

    def _is_looked_up(self, node: ast.Subscript) -> bool:
        return isinstance(node.ctx, ast.Load) and self._is_shared(node)

    def _is_shared(self, node: ast.expr) -> bool:
        """Whether others may see a variable, an attribute or an item: one of the object, an argument or the module."""
        root = node
        while isinstance(root, ast.Attribute | ast.Subscript):
            root = root.value
        return (
            isinstance(root, ast.Name)
            and root.id not in self.own
            and (root is not node or root.id not in parameters(self.function))
        )

    def _subjects(self, test: ast.expr) -> Iterator[ast.expr]:
        """What a condition asks about: `self.x`, a global name, the `cache` of `key in cache`."""
        for node in ast.walk(test):
            if isinstance(node, ast.Attribute | ast.Subscript | ast.Name) and self._is_shared(node):
                parent = self.syntax.parents.get(node)
                called = isinstance(parent, ast.Call) and parent.func is node
                if isinstance(node, ast.Attribute) and called:
                    yield node.value
                elif not called:
                    yield node

    def _acts_on(self, subject: ast.expr, check: ast.If) -> bool:
        if self._changes_after_waiting(check.body, subject) or self._changes_after_waiting(
            check.orelse, subject
        ):
            return True
        leaves = check.body and isinstance(check.body[-1], ast.Return | ast.Raise | ast.Continue)
        suite = self.syntax.suite(check)
        return bool(leaves) and self._changes_after_waiting(suite[suite.index(check) + 1 :], subject)

    def _changes_after_waiting(self, suite: Sequence[ast.stmt], subject: ast.expr) -> bool:
        waited = False
        for statement in suite:
            waited = waited or self._waits([statement])
            if waited and any(_changes(node, subject) for node in ast.walk(statement)):
                return True
        return False

    def _waits(self, nodes: Iterable[ast.AST]) -> bool:
        return any(inner in self.waits for node in nodes for inner in (node, *own_nodes(node)))


def _changes(node: ast.AST, subject: ast.expr) -> bool:
    """Whether a node writes to what was asked about, or to an item of it."""
    if not isinstance(node, ast.Attribute | ast.Subscript | ast.Name) or isinstance(node.ctx, ast.Load):
        return False
    places = [node.value, node] if isinstance(node, ast.Subscript) else [node]
    of = subject.value if isinstance(subject, ast.Subscript) else subject
    return any(_same(place, one) for place in places for one in (subject, of))


def _reads(value: ast.expr, target: ast.expr) -> bool:
    return any(
        isinstance(node, ast.expr)
        and isinstance(getattr(node, "ctx", None), ast.Load)
        and _same(node, target)
        for node in ast.walk(value)
    )


def _same(one: ast.expr, other: ast.expr) -> bool:
    """Whether two expressions are written alike."""
    return type(one) is type(other) and ast.unparse(one) == ast.unparse(other)


def _sign(node: ast.AugAssign) -> str:
    return ast.unparse(ast.BinOp(ast.Constant(0), node.op, ast.Constant(0)))[2:-2]
