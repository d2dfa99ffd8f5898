"""Edits that put a function between the arguments of a call and the call."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.plan import ConvertArguments
from aioport.program.names import dotted
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, opening

OWNER = "ConvertArguments"


def edit_convert_arguments(intent: ConvertArguments, context: FileContext) -> Iterator[Edit]:
    """The call of the function around the arguments, and its definition at the end of the file."""
    tree = ast.parse(intent.function)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    name = function.name
    while name in context.taken:
        name = f"{name}_"
    tree = ast.fix_missing_locations(_Local(function.name, name, context).visit(tree))
    span = context.syntax.span(intent.node)
    begin, end = context.open_parenthesis(intent.node) + 1, span[1] - 1
    yield opening(begin, f"**{name}(", span, OWNER)
    yield closing(end, ")", span, OWNER)
    text = intent.function.strip("\n")
    if name != function.name:
        text = ast.unparse(tree)
    gap = "" if context.data.endswith(b"\n") else context.newline
    below = (gap + "\n\n" + text + "\n").replace("\n", context.newline)
    yield closing(len(context.data), below, (0, len(context.data)), OWNER)


class _Local(ast.NodeTransformer):
    """Asks for the modules that the function uses, and gives it its name in the file."""

    def __init__(self, old: str, new: str, context: FileContext) -> None:
        self.old, self.new, self.context = old, new, context
        self.bound: set[str] = set()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.bound |= {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
        self.bound |= {
            one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        }
        node.name = self.new if node.name == self.old else node.name
        self.generic_visit(node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        text = dotted(node)
        if text is not None and text.partition(".")[0] not in self.bound:
            self.context.symbol(text)
        self.generic_visit(node)
        return node
