"""What goes through an asynchronous iterable where it stands, and whether an `await` may stand at a place."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.calls import read_by_call
from aioport.planning.consuming.given import Given
from aioport.planning.consuming.higher_order import in_lambda
from aioport.planning.consuming.loops import read_by_delegation, read_by_loop
from aioport.planning.consuming.outcome import Consumed, Refusal, Taken, joined
from aioport.planning.consuming.stopping import read_by_next
from aioport.planning.consuming.variables import read_through_variable
from aioport.planning.plan import AsyncFor, Await, Contains, Rename
from aioport.program.syntax import Syntax

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)

NESTED_SINCE = (3, 11)
"""The first Python in which a comprehension that awaits may stand in one that does not."""


def room_for_await(analysis: Analysis, path: str, node: ast.expr) -> Consumed:
    """What it takes so that an `await` may stand at an expression."""
    place = analysis.syntax[path].place(node)
    if isinstance(place.scope, ast.Lambda) and place.sealed is not None and place.generator is None:
        return in_lambda(analysis, path, place.scope, iterate)
    if place.sealed is not None:
        return Refusal(place.sealed)
    if place.generator is not None:
        return iterate(Given(analysis, path), place.generator)
    return _nested(analysis, analysis.syntax[path], node)


def _nested(analysis: Analysis, syntax: Syntax, node: ast.expr) -> Consumed:
    around = [
        parent
        for parent in syntax.ancestors(node)
        if isinstance(parent, COMPREHENSIONS) and node not in set(ast.walk(parent.generators[0].iter))
    ]
    version = tuple(map(int, analysis.project.python_version.split(".")[:2]))
    if len(around) > 1 and version < NESTED_SINCE:
        return Refusal("before Python 3.11, a comprehension within another one cannot await")
    return Taken()


def iterate(given: Given, node: ast.expr) -> Consumed:
    """What it takes to go through something asynchronous at an expression."""
    syntax = given.syntax
    parent = syntax.parents[node]
    match parent:
        case ast.AsyncFor():
            return given.taken()
        case ast.For() if parent.iter is node:
            return read_by_loop(given, parent)
        case ast.comprehension() if parent.iter is node:
            return _read_by_clause(given, parent)
        case ast.YieldFrom():
            statement = syntax.parents[parent]
            if not isinstance(statement, ast.Expr):
                return Refusal("the value of a `yield from` is used")
            return read_by_delegation(given, statement)
        case ast.Starred(ctx=ast.Load()):
            return joined(room_for_await(given.analysis, given.path, node), given.listed(node))
        case ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return joined(room_for_await(given.analysis, given.path, node), given.listed(node))
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            if given.mapped is not None:
                return Refusal(f"what `{name}` is made of is read later")
            return read_through_variable(given, parent, name, iterate)
        case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[container]) if (
            container is node
        ):
            return _read_by_in(given, parent, left)
        case ast.Call() if node in parent.args:
            return _read_by_call(given, parent, node)
        case ast.keyword():
            call = syntax.parents[parent]
            assert isinstance(call, ast.Call)
            return read_by_call(given, call, parent, iterate, room_for_await)
        case ast.Return():
            return _handed_on(given, parent)
        case ast.Attribute(attr="close"):
            call = syntax.parents[parent]
            if isinstance(call, ast.Call) and call.func is parent and not call.args:
                room = room_for_await(given.analysis, given.path, call)
                return joined(room, given.taken(Rename(parent, "aclose"), Await(call)))
    return Refusal("it is used in a way that has no asynchronous form")


def _read_by_clause(given: Given, clause: ast.comprehension) -> Consumed:
    around = given.syntax.parents[clause]
    if clause.is_async:
        return given.taken()
    if isinstance(around, ast.GeneratorExp):
        own = given.taken(AsyncFor(clause))
        return joined(own, iterate(given.inside(), around))
    assert isinstance(around, ast.expr)
    return joined(room_for_await(given.analysis, given.path, around), given.taken(AsyncFor(clause)))


def _read_by_in(given: Given, compare: ast.Compare, wanted: ast.expr) -> Consumed:
    """`x in g()`: the helper takes the iterable first, so nothing may happen when `x` is evaluated."""
    if any(isinstance(one, ast.Call | ast.Await | ast.NamedExpr) for one in ast.walk(wanted)):
        return Refusal(f"`{ast.unparse(wanted)}` would be evaluated after what it is looked for in")
    if given.analysis.literal:
        return Refusal("`in` may stop early")
    return given.left_early("`in`") or joined(
        room_for_await(given.analysis, given.path, compare), given.taken(Contains(compare), bare=True)
    )


def _read_by_call(given: Given, call: ast.Call, node: ast.expr) -> Consumed:
    stopped = read_by_next(given, call, node)
    if stopped is not None:
        return joined(room_for_await(given.analysis, given.path, call), stopped)
    return read_by_call(given, call, node, iterate, room_for_await)


def _handed_on(given: Given, statement: ast.Return) -> Consumed:
    for around in given.syntax.ancestors(statement):
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
            if given.analysis.by_node.get(around) in given.analysis.forwarders and given.mapped is None:
                return given.taken()
            break
    return Refusal("a function that waits, or returns other things as well, returns it to be read later")
