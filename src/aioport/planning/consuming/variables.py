"""A variable that holds something asynchronous: everything that its function does with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from aioport.planning.analysis import Analysis
from aioport.planning.bindings import parameters
from aioport.planning.consuming.annotations import asynchronous_annotation
from aioport.planning.consuming.given import Follow, Given
from aioport.planning.consuming.outcome import Consumed, Refusal, Taken, joined
from aioport.program.syntax import FunctionNode, Syntax, own_nodes


def read_through_variable(
    given: Given, statement: ast.Assign | ast.AnnAssign, name: str, follow: Follow
) -> Consumed:
    """What it takes to go through `name`, which a statement binds to something asynchronous."""
    function = given.syntax.place(statement).scope
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return Refusal(f"`{name}` belongs to a module or class")
    if name in parameters(function):
        return Refusal(f"`{name}` is a parameter that gets something asynchronous in its place")
    return read_by_name(given, function, name, follow, statement)


def read_by_name(
    given: Given, function: FunctionNode, name: str, follow: Follow, known: ast.AST | None = None
) -> Consumed:
    """What it takes to go through what a variable or parameter of a function holds, wherever that is bound.

    known: a statement that binds it to what is given.
    """
    key = (given.path, function.lineno, name)
    if key in given.seen:
        return Taken()
    bound = bindings_of(given.analysis, given.path, function, name, known)
    if isinstance(bound, Refusal):
        return bound
    uses = [one for one in _named(function, name) if isinstance(one.ctx, ast.Load)]
    held = replace(
        given,
        makers=given.makers | bound,
        seen=given.seen | {key},
        kept=len(uses) > 1,
    )
    if held.kept and held.unclean is not None and not any(_may_exhaust(given.syntax, use) for use in uses):
        return replace(held, kept=False).left_early(f"what reads `{name}`") or Taken()
    parts = [_annotated(given, function, name), *(_read(held, use, follow) for use in uses)]
    return joined(Taken(needs=bound), *parts)


def _read(held: Given, use: ast.Name, follow: Follow) -> Consumed:
    found = follow(held, use)
    return Refusal(f"line {use.lineno}: {found.reason}") if isinstance(found, Refusal) else found


def _may_exhaust(syntax: Syntax, use: ast.Name) -> bool:
    match syntax.parents[use]:
        case ast.For() | ast.comprehension() | ast.Attribute(attr="close") | ast.YieldFrom() | ast.Return():
            return True
        case ast.Call(func=ast.Name(id=called)):
            return called not in ("next", "any", "all")
    return False


def bindings_of(
    analysis: Analysis, path: str, function: FunctionNode, name: str, known: ast.AST | None = None
) -> frozenset[int] | Refusal:
    """The generators whose calls are all that a variable is ever bound to, in a function that alone uses it.

    known: a statement that binds it and need not be looked at.
    """
    syntax = analysis.syntax[path]
    own = set(_own(function))
    makers: set[int] = set()
    for node in ast.walk(function):
        match node:
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                return Refusal(f"`{name}` is not the function's own")
            case ast.Name(id=found) if found == name and node not in own:
                return Refusal(f"a nested function uses `{name}`")
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()) if (
                found == name and syntax.parents[node] is not known
            ):
                made = _made(analysis, path, syntax.parents[node])
                if made is None:
                    return Refusal(f"line {node.lineno} makes `{name}` something else")
                makers |= made
    return frozenset(makers)


def _made(analysis: Analysis, path: str, statement: ast.AST) -> frozenset[int] | None:
    match statement:
        case ast.Assign(targets=[ast.Name()], value=value):
            pass
        case ast.AnnAssign(value=ast.expr() as value):
            pass
        case _:
            return None
    return made_by(analysis, path, value)


def made_by(analysis: Analysis, path: str, value: ast.expr) -> frozenset[int] | None:
    """The generators of which an expression is a call, or a variable that holds nothing else; None for another one."""
    if isinstance(value, ast.Name):
        function = analysis.syntax[path].place(value).scope
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or value.id in parameters(
            function
        ):
            return None
        bound = bindings_of(analysis, path, function, value.id)
        return None if isinstance(bound, Refusal) or not bound else bound
    if not isinstance(value, ast.Call):
        return None
    index = analysis.call_at.get((path, *analysis.syntax[path].span(value)))
    targets = analysis.program.calls[index].targets if index is not None else ()
    if not targets or not all(target in analysis.iterators for target in targets):
        return None
    return frozenset(targets)


def _named(function: FunctionNode, name: str) -> Iterator[ast.Name]:
    return (one for one in _own(function) if isinstance(one, ast.Name) and one.id == name)


def _own(function: FunctionNode) -> Iterator[ast.AST]:
    for statement in function.body:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from own_nodes(statement)


def _annotated(given: Given, function: FunctionNode, name: str) -> Consumed:
    annotations = [
        one.annotation
        for one in _own(function)
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.target.id == name
    ]
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    annotations += [one.annotation for one in every if one.arg == name and one.annotation is not None]
    names = given.analysis.names(given.path)
    return Taken(
        tuple((given.path, intent) for one in annotations for intent in asynchronous_annotation(names, one))
    )
