"""The part of a file around a place: the innermost function, or the statement of the module, with parents and places.

A whole file's tables cost several times its parsing, and most files of a project have one place to look at, if any.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

from aioport.positions import Span, span_of
from aioport.program.syntax import FunctionNode, own_nodes
from aioport.project import Source

N = TypeVar("N", bound=ast.AST)


class Excerpt:
    """What stands below one node of a file.

    root: a function, a statement of the module, or the module; it has no parent here.
    """

    def __init__(self, source: Source, root: ast.AST) -> None:
        self.source, self.root = source, root

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        found: dict[ast.AST, ast.AST] = {}
        todo = [self.root]
        while todo:
            node = todo.pop()
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, ast.expr_context):
                    found[child] = node
                    todo.append(child)
        return found

    @cached_property
    def _by_span(self) -> dict[Span, list[ast.expr]]:
        found: dict[Span, list[ast.expr]] = {}
        for node in self.parents:
            if isinstance(node, ast.expr):
                found.setdefault(self.span(node), []).append(node)
        return found

    def at(self, span: Span, kind: type[N]) -> N | None:
        """The expression of a kind with exactly this byte range."""
        return next((node for node in self._by_span.get(span, ()) if isinstance(node, kind)), None)

    def span(self, node: ast.expr | ast.stmt) -> Span:
        return span_of(self.source, node)

    def text(self, node: ast.expr) -> str:
        """A node's text on one line."""
        start, end = self.span(node)
        return " ".join(self.source.data[start:end].decode().split())

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """What is around a node, innermost first, up to the root."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent


def nodes_run_by(function: FunctionNode) -> Iterator[ast.AST]:
    """What runs when a function does; of nested functions and classes, only the definition itself."""
    for statement in function.body:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from own_nodes(statement)


def function_around(tree: ast.Module, line: int, column: int) -> FunctionNode | None:
    """The innermost `def` at a place; what decorates a function is not in it."""
    found = None
    for node in _around(tree, (line, column)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found = node
    return found


def statement_around(tree: ast.Module, line: int, column: int) -> ast.AST:
    """The statement of a module at a place; the module itself for a decorator's."""
    return next(_around(tree, (line, column)), tree)


def _around(tree: ast.Module, place: tuple[int, int]) -> Iterator[ast.stmt | ast.excepthandler]:
    """The statements around a place, outermost first."""
    node: ast.AST | None = tree
    while node is not None:
        node = next((one for one in _statements(node) if _covers(one, place)), None)
        if node is not None:
            yield node


def _covers(node: ast.stmt | ast.excepthandler, place: tuple[int, int]) -> bool:
    end = (node.end_lineno or 0, node.end_col_offset or 0)
    return (node.lineno, node.col_offset) <= place < end


def _statements(node: ast.AST) -> Iterator[ast.stmt | ast.excepthandler]:
    for name in ("body", "handlers", "orelse", "finalbody"):
        # The `body` of a lambda or a conditional expression is no list, but these are no statements.
        yield from getattr(node, name, ())
    for case in getattr(node, "cases", ()):
        yield from case.body
