"""Keyword arguments that arrive at a call by `**options`: those that a function is passed, and those that it puts there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.planning.public import BY_NAME, find_public
from aioport.program.syntax import FunctionNode, Syntax

READING = frozenset({"clear", "copy", "get", "items", "keys", "pop", "popitem", "values"})
"""Methods of a dict that put nothing into it."""

LOOKING = frozenset(
    {"all", "any", "bool", "dict", "len", "list", "print", "repr", "set", "sorted", "str", "tuple"}
)
"""Builtins that change nothing in a dict that they are given."""

ALWAYS = (
    ast.AnnAssign,
    ast.Assign,
    ast.Attribute,
    ast.Await,
    ast.Call,
    ast.Expr,
    ast.FormattedValue,
    ast.JoinedStr,
    ast.Return,
    ast.Starred,
    ast.Subscript,
    ast.Tuple,
    ast.With,
    ast.keyword,
    ast.withitem,
)
"""What runs all that is in it, whenever it is come to."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """The keywords that may be in `**options`; `offered` is a function that other people's code may pass more to."""

    keywords: frozenset[str]
    offered: int | None = None

    def __or__(self, other: Arriving) -> Arriving:
        offered = self.offered if self.offered is not None else other.offered
        return Arriving(self.keywords | other.keywords, offered)


NONE = Arriving(frozenset())


def passed_through(analysis: Analysis, function: int, node: ast.Call) -> Arriving | None:
    """The keywords that arrive at a call by `**options`; None where the project does not say all of them.

    function: in whose body the call stands. Known is what a variable of it holds that is a dict from the beginning, or
    gathers the keywords of a function that the project calls, where all that is done with it is known to add none, or
    which. Of functions that are offered to others on purpose it is known where the project itself is what is converted.
    """
    spread = [one.value for one in node.keywords if one.arg is None]
    if len(spread) != 1:
        return None
    return _Gathered(analysis).expression(function, spread[0])


class _Gathered:
    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._public = analysis.once(find_public)
        self._known: dict[tuple[int, str], Arriving | None] = {}
        self._asked: list[tuple[int, str]] = []

    def expression(self, function: int, node: ast.expr) -> Arriving | None:
        """What a dict has as its keys, of an expression."""
        match node:
            case ast.Name(id=name):
                return self._until(function, node, self._variable(function, name))
            case ast.Dict(keys=keys, values=values):
                return self._all(
                    self.expression(function, value) if key is None else _literal(key)
                    for key, value in zip(keys, values, strict=True)
                )
            case ast.Call(func=ast.Name(id="dict"), args=args, keywords=keywords):
                return self._all(
                    [
                        *(self.expression(function, one) for one in args),
                        *(self._keyword(function, one) for one in keywords),
                    ]
                )
            case ast.Call(func=ast.Attribute(value=held, attr="copy"), args=[], keywords=[]):
                return self.expression(function, held)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._all(self.expression(function, one) for one in (left, right))
            case ast.IfExp(body=then, orelse=other):
                return self._all(self.expression(function, one) for one in (then, other))
        return None

    def _keyword(self, function: int, keyword: ast.keyword) -> Arriving | None:
        if keyword.arg is not None:
            return Arriving(frozenset({keyword.arg}))
        return self.expression(function, keyword.value)

    def _all(self, found: Iterable[Arriving | None]) -> Arriving | None:
        together = NONE
        for one in found:
            if one is None:
                return None
            together |= one
        return together

    def _variable(self, function: int, name: str) -> Arriving | None:
        """What a variable of a function may hold at any time; None for one that is not its own."""
        key = (function, name)
        if key in self._asked:
            # What it is made from itself adds nothing; of what goes in a wider circle not enough is known by now.
            return NONE if self._asked[-1] == key else None
        if key not in self._known:
            self._asked.append(key)
            self._known[key] = self._own(function, name)
            self._asked.pop()
        return self._known[key]

    def _own(self, function: int, name: str) -> Arriving | None:
        node, path = self._analysis.node(function), self._analysis.function(function).path
        if node is None or path is None:
            return None
        gathers = node.args.kwarg is not None and node.args.kwarg.arg == name
        given = (*node.args.posonlyargs, *node.args.args, node.args.vararg, *node.args.kwonlyargs)
        if any(one is not None and one.arg == name for one in given):
            return None
        found = self._passed(function, node) if gathers else NONE
        syntax = self._analysis.syntax[path]
        own = {id(one) for one in self._analysis.body(function)}
        begins = gathers
        for use in _uses(node, name):
            if not isinstance(use, ast.Name):
                return None
            if isinstance(use.ctx, ast.Store):
                parent = syntax.parents[use]
                if id(use) not in own or not isinstance(parent, ast.Assign | ast.AnnAssign | ast.AugAssign):
                    return None
                begins = begins or not isinstance(parent, ast.AugAssign)
            more = self._use(function, syntax, use)
            if found is None or more is None:
                return None
            found |= more
        return found if begins else None

    def _use(self, function: int, syntax: Syntax, use: ast.Name) -> Arriving | None:
        """What is put into a dict at a use of its name; None where that is not known."""
        parent = syntax.parents[use]
        match parent:
            case ast.Assign(targets=[_], value=value) | ast.AnnAssign(value=ast.expr() as value) if (
                value is not use
            ):
                return self.expression(function, value)
            case ast.AugAssign(target=target, op=ast.BitOr(), value=value) if target is use:
                return self.expression(function, value)
            case ast.keyword(arg=None) | ast.Compare(ops=[ast.In() | ast.NotIn()]):
                return NONE
            case ast.Dict(keys=keys, values=values):
                return NONE if keys[values.index(use)] is None else None
            case ast.Subscript(value=held, slice=key, ctx=context) if held is use:
                return _literal(key) if isinstance(context, ast.Store) else NONE
            case ast.For() | ast.comprehension():
                return NONE
            case ast.If() | ast.While() | ast.IfExp() | ast.UnaryOp() | ast.BoolOp():
                return NONE if _is_tested(syntax, use) else None
            case ast.BinOp(op=ast.BitOr()) | ast.FormattedValue():
                return NONE
            case ast.Call(func=ast.Name(id=name)) if name in LOOKING:
                return NONE
            case ast.Attribute(attr=method) if isinstance(call := syntax.parents.get(parent), ast.Call):
                return self._method(function, method, call) if call.func is parent else None
        return None

    def _method(self, function: int, method: str, call: ast.Call) -> Arriving | None:
        if method in READING:
            return NONE
        if method == "setdefault" and call.args:
            return _literal(call.args[0])
        if method == "update":
            return self._all(
                [
                    *(self.expression(function, one) for one in call.args),
                    *(self._keyword(function, one) for one in call.keywords),
                ]
            )
        return None

    def _until(self, function: int, use: ast.Name, held: Arriving | None) -> Arriving | None:
        """What is left of that where a variable is used, of which some keys have been taken out on every way there."""
        node, path = self._analysis.node(function), self._analysis.function(function).path
        if held is None or node is None or path is None or not held.keywords:
            return held
        syntax, taken, put = self._analysis.syntax[path], set[str](), set[str]()
        for one in _uses(node, use.id):
            parent = syntax.parents.get(one)
            call = syntax.parents.get(parent) if parent is not None else None
            match parent, call:
                case ast.Attribute(attr="pop"), ast.Call(args=[ast.Constant(value=str(key)), *_]):
                    if syntax.span(call)[1] <= syntax.span(use)[0] and _always_runs(syntax, call, node):
                        taken.add(key)
                case ast.Attribute(attr="setdefault"), ast.Call(args=[ast.Constant(value=str(key)), *_]):
                    put.add(key)
                case ast.Subscript(slice=ast.Constant(value=str(key))), _:
                    put.add(key)
                case ast.Attribute(attr=method), ast.Call() if method in READING:
                    pass
                case (ast.keyword() | ast.Compare() | ast.If() | ast.BoolOp(), _):
                    pass
                case _:
                    return held
        return Arriving(held.keywords - (taken - put), held.offered)

    def _passed(self, function: int, node: FunctionNode) -> Arriving | None:
        """What the callers of a function pass beyond its own parameters."""
        analysis, callables = self._analysis, self._analysis.callables
        wrapper = callables.wrappers.get(function)
        if wrapper is None and not self._is_called_by_name(function, node):
            return None
        sign = self._public.get(function, BY_NAME)
        if sign != BY_NAME and "api" in analysis.settings.entry:
            return None
        own = frozenset(one.arg for one in (*node.args.args, *node.args.kwonlyargs))
        found = NONE if sign == BY_NAME else Arriving(frozenset(), function)
        called = list(self._calls({function} if wrapper is None else wrapper.decorated, function))
        for index in called:
            record = analysis.program.calls[index]
            call = analysis.expression(record)
            if not isinstance(call, ast.Call) or record.unknown is not None:
                return None
            given = self._all(self._keyword(record.caller, one) for one in call.keywords)
            if given is None:
                return None
            found |= Arriving(given.keywords - own, given.offered)
        return found if called else None

    def _calls(self, functions: Iterable[int], called: int) -> Iterator[int]:
        """Calls of some functions: for the wrapper that stands in for them those in the project, for one of them those
        in its wrapper."""
        callables = self._analysis.callables
        for function in sorted(functions):
            for index in self._analysis.calls_of.get(function, ()):
                around = callables.wrappers.get(self._analysis.program.calls[index].caller)
                is_wrapped = around is not None and function in around.decorated
                if is_wrapped == (function == called and function in callables.under):
                    yield index

    def _is_called_by_name(self, function: int, node: FunctionNode) -> bool:
        """Whether a function has no callers but those that say its name."""
        callables = self._analysis.callables
        if len(self._analysis.family(function)) > 1 or function in callables.pinned:
            return False
        if function in callables.under:
            return not any(one.function == function and one.node is not None for one in callables.reaches)
        return not node.decorator_list and function not in callables.followed


def _literal(key: ast.expr) -> Arriving | None:
    match key:
        case ast.Constant(value=str(text)):
            return Arriving(frozenset({text}))
    return None


def _uses(node: FunctionNode, name: str) -> Iterator[ast.AST]:
    """All that says a name in a function's body: also where a function inside of it has one of its own."""
    for statement in node.body:
        for one in ast.walk(statement):
            match one:
                case ast.Name(id=found) | ast.arg(arg=found) if found == name:
                    yield one
                case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                    yield one
                case (
                    ast.ExceptHandler(name=found)
                    | ast.MatchAs(name=found)
                    | ast.MatchStar(name=found)
                    | ast.MatchMapping(rest=found)
                    | ast.FunctionDef(name=found)
                    | ast.AsyncFunctionDef(name=found)
                    | ast.ClassDef(name=found)
                ) if found == name:
                    yield one
                case ast.alias(name=found, asname=asname) if (asname or found) == name:
                    yield one


def _is_tested(syntax: Syntax, node: ast.expr) -> bool:
    """Whether of an expression's value only the truth is asked for."""
    parent = syntax.parents[node]
    match parent:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return test is node
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp():
            return _is_tested(syntax, parent)
    return False


def _always_runs(syntax: Syntax, node: ast.AST, function: FunctionNode) -> bool:
    """Whether a function comes to an expression whatever happens in it, unless it is left before."""
    for one in syntax.ancestors(node):
        if one is function:
            return True
        if not isinstance(one, ALWAYS):
            return False
    return False
