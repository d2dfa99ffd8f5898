"""Functions that are not written yet: statements at module level that are read as the body of one, where they stand.

The text stays what it is, and so do all positions; only the syntax tree has a `def` around the statements.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

from aioport.project import Source

Form: TypeAlias = Literal["guard", "attempt", "body"]


@dataclass(frozen=True, slots=True)
class Unwritten:
    """Statements that are to be a function.

    form: what they are of: `guard`, of what a main guard runs; `attempt`, of the body of the `try` that is all that it
        runs; `body`, of the module itself.
    place: which of the module's statements is the guard; 0 for the module itself.
    begin, end: which of those statements they are.
    name: what the function is called.
    shared: names that they bind and that others read, which stay the module's.
    """

    form: Form
    place: int
    begin: int
    end: int
    name: str = ""
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnwrittenSource(Source):
    """A file in whose tree some statements are functions.

    unwritten: those functions, each with what it is made from.
    """

    unwritten: tuple[tuple[ast.FunctionDef, Unwritten], ...] = ()


def with_unwritten(source: Source, wanted: Unwritten) -> UnwrittenSource:
    """The same file with some statements as a function; what a guard runs beside them stays below it."""
    values = {one.name: getattr(source, one.name) for one in fields(Source)}
    tree = Source(**values).tree
    suite, statements = _suite(tree, wanted), statements_of(tree, wanted)
    guard = tree.body[wanted.place]
    node = _function(wanted, statements, guard)
    suite[wanted.begin : wanted.end] = [node]
    if wanted.form == "guard":
        suite.remove(node)
        tree.body[wanted.place : wanted.place + bool(not suite)] = [node]
    found = UnwrittenSource(**values, unwritten=((node, wanted),))
    found.__dict__["tree"] = tree
    return found


def statements_of(tree: ast.Module, one: Unwritten) -> list[ast.stmt]:
    """The statements that are to be a function, in a tree in which they are not."""
    return _suite(tree, one)[one.begin : one.end]


def _suite(tree: ast.Module, one: Unwritten) -> list[ast.stmt]:
    match tree.body[one.place]:
        case ast.If(body=[ast.Try(body=inner)]) if one.form == "attempt":
            return inner
        case ast.If(body=body) if one.form == "guard":
            return body
    return tree.body


def unwritten_at(source: Source, node: ast.AST) -> Unwritten | None:
    """What a function is made from; None for one that is written."""
    made = source.unwritten if isinstance(source, UnwrittenSource) else ()
    return next((one for function, one in made if function is node), None)


def _function(one: Unwritten, body: Sequence[ast.stmt], outer: ast.stmt) -> ast.FunctionDef:
    """A function that begins where its statements do, or the guard around them."""
    node = ast.parse(f"def {one.name}(): pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    begin = outer if one.form == "guard" else body[0]
    node.body = list(body)
    node.lineno, node.col_offset = begin.lineno, begin.col_offset
    node.end_lineno, node.end_col_offset = body[-1].end_lineno, body[-1].end_col_offset
    if one.shared:
        declared = ast.Global(list(one.shared), lineno=begin.lineno, col_offset=begin.col_offset)
        declared.end_lineno, declared.end_col_offset = begin.lineno, begin.col_offset
        node.body.insert(0, declared)
    return node
