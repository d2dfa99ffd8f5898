"""Functions that the checker leaves out because it takes a branch for dead: `if sys.platform == "win32": def f(): ...`.

Their calls are unknown, not absent. Files are parsed only where their text has a `def` that the report has not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from aioport.positions import line_of, span_of
from aioport.program.model import Call, Function
from aioport.program.syntax import FunctionNode, Syntax, own_nodes
from aioport.project import PARSE_ERRORS, Source

DEFINITION = re.compile(rb"def[ \t]+(?=\w)")
"""Also finds what is no definition, in comments and strings; a pattern that does not takes four times as long."""

REASON = "UnreportedFunction"


def find_unreported(
    source: Source, module: str, known: Collection[int], first: int
) -> Iterator[tuple[Function, tuple[Call, ...]]]:
    """Each such function with the calls in it.

    known: offsets of the names of the functions that were reported.
    first: the id from which on ids are given.
    """
    doubtful = [found.start() for found in DEFINITION.finditer(source.data) if found.end() not in known]
    if not any(_begins_line(source, start) for start in doubtful):
        return
    try:
        syntax = Syntax(source)
    except PARSE_ERRORS:
        return
    ids: dict[ast.AST, int] = {}
    for offset, node in sorted(syntax.functions.items()):
        if offset not in known:
            ids[node] = first + len(ids)
            yield _function(syntax, node, module, ids), tuple(_calls(syntax, node, ids[node]))


def _begins_line(source: Source, offset: int) -> bool:
    start = source.line_starts[line_of(source, offset) - 1]
    return source.data[start:offset].split() in ([], [b"async"])


def _function(syntax: Syntax, node: FunctionNode, module: str, ids: dict[ast.AST, int]) -> Function:
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    around = [one for one in syntax.ancestors(node) if isinstance(one, scopes)]
    names = [module, *(one.name for one in reversed(around)), node.name]
    offset = syntax.name_offset(node)
    line = line_of(syntax.source, offset)
    return Function(
        id=ids[node],
        name=".".join(names),
        kind="def",
        path=syntax.source.path,
        line=line,
        column=offset - syntax.source.line_starts[line - 1],
        in_project=True,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        parent=next((ids[one] for one in around if one in ids), None),
    )


def _calls(syntax: Syntax, node: FunctionNode, caller: int) -> Iterator[Call]:
    for inner in own_nodes(node):
        if isinstance(inner, ast.Call):
            start, end = span_of(syntax.source, inner)
            yield Call(
                caller=caller,
                path=syntax.source.path,
                kind="call",
                start=start,
                end=end,
                line=inner.lineno,
                column=inner.col_offset,
                targets=(),
                sure=False,
                unknown=REASON,
            )
