"""One intent's edits on a piece of text."""

import ast
from collections.abc import Callable, Iterator
from typing import TypeVar

from aioport.program.names import ImportedNames
from aioport.program.syntax import Syntax
from aioport.project import Source
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, apply_edits

Wanted = TypeVar("Wanted")


def edited(
    text: str, find: Callable[[ast.Module], Wanted], edit: Callable[[Wanted, FileContext], Iterator[Edit]]
) -> str:
    """The text after the edits of the intent that `find` makes of its tree."""
    syntax = Syntax(Source("program.py", text))
    context = FileContext(syntax, ImportedNames(syntax, str), frozenset(), frozenset())
    made = list(edit(find(syntax.tree), context))
    return apply_edits(syntax.source.data, made).decode()


def last_statement(tree: ast.Module) -> ast.stmt:
    """The last statement of the file's first function."""
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    return function.body[-1]
