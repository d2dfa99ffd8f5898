"""Which names a run of statements binds, reads before it binds them, and leaves to what comes after it.

The usual data-flow questions (definite assignment, liveness), answered on the syntax tree of one function. Where
control flow cannot be followed the answers err on the side of "read" and "perhaps unbound".
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeAlias

from aioport.program.syntax import FunctionNode, Syntax, nodes_in

Comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
Scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
Suppresses: TypeAlias = Callable[[ast.withitem], bool]
"""Whether the body of a `with` item may end early without an exception leaving it."""


def never(_item: ast.withitem) -> bool:
    return False


@dataclass
class _Flow:
    """One pass over statements in the order in which they run; `read` collects names that may be read unbound."""

    suppresses: Suppresses
    read: set[str] = field(default_factory=set)

    def suite(self, statements: Iterable[ast.stmt], bound: AbstractSet[str] | None) -> set[str] | None:
        """Names surely bound at the end; None where the end is not reached."""
        now = None if bound is None else set(bound)
        for statement in statements:
            if now is None:
                return None
            now = self.statement(statement, now)
        return now

    def statement(self, node: ast.stmt, bound: set[str]) -> set[str] | None:
        match node:
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                self.expressions(node, bound)
                return None
            case ast.If(test=test, body=body, orelse=orelse):
                self.expression(test, bound)
                return _join(self.suite(body, bound), self.suite(orelse, bound))
            case ast.For() | ast.AsyncFor() | ast.While():
                return self.loop(node, bound)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    self.expressions(item, bound)
                after = self.suite(body, bound)
                return _join(after, bound) if any(map(self.suppresses, items)) else after
            case ast.Try() | ast.TryStar():
                return self.attempt(node, bound)
            case ast.Match():
                return self.match(node, bound)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self.read |= set(_free(node)) - bound
                bound.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                bound |= {(alias.asname or alias.name).partition(".")[0] for alias in aliases}
            case ast.Delete(targets=targets):
                self.expressions(node, bound)
                gone = {target.id for target in targets if isinstance(target, ast.Name)}
                self.read |= gone - bound
                bound -= gone
            case ast.AugAssign(target=ast.Name(id=name)):
                if name not in bound:
                    self.read.add(name)
                self.expressions(node, bound)
            case ast.AnnAssign(value=None):
                pass
            case _:
                self.expressions(node, bound)
        return bound

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, bound: set[str]) -> set[str] | None:
        if isinstance(node, ast.While):
            self.expression(node.test, bound)
            inside = set(bound)
        else:
            self.expression(node.iter, bound)
            inside = set(bound)
            self.expression(node.target, inside)
        self.suite(node.body, inside)
        ended = self.suite(node.orelse, bound)
        return bound if _leaves_loop(node.body) or not node.orelse else ended

    def attempt(self, node: ast.Try | ast.TryStar, bound: set[str]) -> set[str] | None:
        after = self.suite(node.orelse, self.suite(node.body, bound))
        for handler in node.handlers:
            caught = set(bound)
            if handler.type is not None:
                self.expression(handler.type, caught)
            if handler.name is not None:
                caught.add(handler.name)
            handled = self.suite(handler.body, caught)
            after = _join(after, None if handled is None else handled - {handler.name or ""})
        final = self.suite(node.finalbody, bound)
        return None if after is None or final is None else after | final

    def match(self, node: ast.Match, bound: set[str]) -> set[str] | None:
        self.expression(node.subject, bound)
        after: set[str] | None = None
        for case in node.cases:
            inside = bound | set(names_bound([case.pattern]))
            for value in ast.walk(case.pattern):
                if isinstance(value, ast.MatchValue):
                    self.expression(value.value, inside)
            if case.guard is not None:
                self.expression(case.guard, inside)
            after = _join(after, self.suite(case.body, inside))
        last = node.cases[-1]
        sure = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        return after if sure else _join(after, bound)

    def expressions(self, node: ast.AST, bound: set[str]) -> None:
        """The expressions of a statement or `with` item: values first, then what they are assigned to."""
        children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
        if isinstance(node, ast.AnnAssign):
            children = [child for child in (node.value, node.target) if child is not None]
        for child in sorted(children, key=_is_target):
            self.expression(child, bound)

    def expression(self, node: ast.AST, bound: set[str]) -> None:
        """Reads, then binds; what may not be evaluated binds nothing for sure."""
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                if name not in bound:
                    self.read.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                bound.add(name)
            case ast.NamedExpr(target=target, value=value):
                self.expression(value, bound)
                bound.add(target.id)
            case ast.BoolOp(values=[first, *others]):
                self.expression(first, bound)
                for other in others:
                    self.expression(other, set(bound))
            case ast.IfExp(test=first, body=then, orelse=otherwise):
                self.expression(first, bound)
                self.expression(then, set(bound))
                self.expression(otherwise, set(bound))
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self.read |= set(_free(node)) - bound
            case _:
                for child in ast.iter_child_nodes(node):
                    self.expression(child, bound)


def names_bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names that statements bind in the function's own scope, in text order, each as often as it is bound."""
    todo = list(reversed(list(nodes)))
    while todo:
        node = todo.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.ExceptHandler(name=str(name)):
                yield name
            case (
                ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name))
            ):
                yield name
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                yield from ((alias.asname or alias.name).partition(".")[0] for alias in aliases)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
                continue
            case ast.Lambda():
                continue
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                # Of a comprehension, only what `:=` binds leaks out.
                yield from (one.target.id for one in ast.walk(node) if isinstance(one, ast.NamedExpr))
                continue
        todo.extend(reversed(list(ast.iter_child_nodes(node))))


def parameters(node: FunctionNode) -> frozenset[str]:
    every = (
        *node.args.posonlyargs,
        *node.args.args,
        *node.args.kwonlyargs,
        node.args.vararg,
        node.args.kwarg,
    )
    return frozenset(one.arg for one in every if one is not None)


def read_first(
    statements: Iterable[ast.stmt], bound: Iterable[str] = (), suppresses: Suppresses = never
) -> set[str]:
    """Names that statements may read before they have bound them; `bound` are so from the beginning."""
    flow = _Flow(suppresses)
    flow.suite(statements, set(bound))
    return flow.read


def bound_after(statements: Iterable[ast.stmt], suppresses: Suppresses = never) -> set[str] | None:
    """Names that are bound whenever the end of the statements is reached; None where it never is."""
    return _Flow(suppresses).suite(statements, set())


def read_later(
    syntax: Syntax, function: FunctionNode, run: Sequence[ast.stmt], suppresses: Suppresses = never
) -> set[str]:
    """Names whose values a run of statements leaves to what may come after it in the function."""
    live = set(captured_outside(function, run))
    killed: set[str] = set()
    last: ast.stmt = run[-1]
    while True:
        suite = syntax.suite(last)
        rest = suite[suite.index(last) + 1 :]
        flow = _Flow(suppresses)
        after = flow.suite(rest, killed)
        live |= flow.read
        before = set(killed)
        if after is not None and not _jumps(rest):
            killed = after
        parent = syntax.parents[last]
        if isinstance(parent, ast.ExceptHandler | ast.match_case):
            in_handler = isinstance(parent, ast.ExceptHandler)
            parent = syntax.parents[parent]
        else:
            in_handler = False
        if parent is function or not isinstance(parent, ast.stmt):
            return live
        match parent:
            case ast.For() | ast.AsyncFor() | ast.While():
                flow = _Flow(suppresses)
                flow.loop(parent, set(killed))
                live |= (
                    flow.read if isinstance(parent, ast.While) else flow.read - _only_in(parent.iter, parent)
                )
            case ast.Try() | ast.TryStar():
                flow = _Flow(suppresses)
                in_body = not in_handler and suite is parent.body
                if in_body:
                    for handler in parent.handlers:
                        flow.suite(handler.body, before | {handler.name or ""})
                    after = flow.suite(parent.orelse, killed)
                    killed = before if parent.handlers else (after or killed)
                if suite is not parent.finalbody:
                    flow.suite(parent.finalbody, before)
                live |= flow.read
            case ast.With(items=items) | ast.AsyncWith(items=items):
                if any(map(suppresses, items)):
                    killed = before
        last = parent


def read_on_failure(
    syntax: Syntax, function: FunctionNode, run: Sequence[ast.stmt], suppresses: Suppresses = never
) -> set[str]:
    """Names that may be read after an exception has left a run of statements halfway, within the function."""
    found: set[str] = set()
    suite = syntax.suite(run[0])
    for parent in syntax.ancestors(run[0]):
        if parent is function:
            break
        if isinstance(parent, ast.Try | ast.TryStar):
            found |= read_first(parent.finalbody) if suite is not parent.finalbody else set()
            if suite is parent.body and parent.handlers:
                for handler in parent.handlers:
                    found |= read_first(handler.body)
                found |= read_later(syntax, function, [parent], suppresses)
        elif isinstance(parent, ast.With | ast.AsyncWith) and any(map(suppresses, parent.items)):
            found |= read_later(syntax, function, [parent], suppresses)
        if isinstance(parent, ast.stmt):
            suite = syntax.suite(parent)
        elif isinstance(parent, ast.ExceptHandler | ast.match_case):
            suite = parent.body
    return found


def captured_outside(
    function: FunctionNode, run: Iterable[ast.stmt], before: ast.stmt | None = None
) -> set[str]:
    """Names that nested functions and lambdas of a function read, outside of some statements.

    before: only those nested functions count that are defined above this statement.
    """
    inside = set(run)
    found: set[str] = set()
    todo: list[ast.AST] = [statement for statement in function.body if statement not in inside]
    while todo:
        node = todo.pop()
        if isinstance(node, Scopes):
            if before is None or node.lineno < before.lineno:
                found |= set(_free(node))
        else:
            todo.extend(child for child in ast.iter_child_nodes(node) if child not in inside)
    return found


def captured_inside(run: Iterable[ast.stmt]) -> set[str]:
    """Names that lambdas and generator expressions in some statements read, perhaps later than the statements run.

    A generator expression that a call takes as its only argument is taken to be used up by that call.
    """
    found: set[str] = set()
    for statement in run:
        for node in ast.walk(statement):
            if isinstance(node, ast.Lambda):
                found |= set(_free(node))
            for child in ast.iter_child_nodes(node):
                used_up = isinstance(node, ast.Call) and node.args == [child] and not node.keywords
                if isinstance(child, ast.GeneratorExp) and not used_up:
                    found |= set(_free(child))
    return found


def _is_target(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _join(one: set[str] | None, other: set[str] | None) -> set[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _free(node: ast.AST) -> Iterator[str]:
    """Names that a function, class, lambda or comprehension may read from around it."""
    own: set[str] = set()
    if isinstance(node, Comprehensions):
        own = {
            one.id
            for clause in node.generators
            for one in ast.walk(clause.target)
            if isinstance(one, ast.Name)
        }
    elif isinstance(node, ast.Lambda):
        own = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        own = set(parameters(node)) | set(names_bound(node.body))
        for one in ast.walk(node):
            if isinstance(one, ast.Global | ast.Nonlocal):
                own -= set(one.names)
                yield from one.names
    used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    if isinstance(node, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = (*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None))
        yield from (one.id for default in defaults for one in ast.walk(default) if isinstance(one, ast.Name))
    if isinstance(node, Comprehensions):
        yield from (one.id for one in ast.walk(node.generators[0].iter) if isinstance(one, ast.Name))
    yield from used - own


def _only_in(part: ast.expr, whole: ast.AST) -> set[str]:
    """Names that are read in one part of a statement and nowhere else in it."""
    inside = {id(node) for node in ast.walk(part)}
    names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    return names - {
        node.id for node in ast.walk(whole) if isinstance(node, ast.Name) and id(node) not in inside
    }


def _jumps(statements: Iterable[ast.stmt]) -> bool:
    return any(
        isinstance(node, ast.Break | ast.Continue) for statement in statements for node in nodes_in(statement)
    )


def _leaves_loop(body: Iterable[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Break) for statement in body for node in nodes_in(statement))
