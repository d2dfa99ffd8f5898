"""Where statements stand in a file: their lines, with what belongs to them, and the end of the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from aioport.positions import Span
from aioport.project import Source


def whole_lines(source: Source, node: ast.stmt) -> Span:
    """The bytes of a statement's lines, with the comment above it and the empty lines below it."""
    lines = source.data.splitlines()
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    while first > 1 and lines[first - 2].startswith(b"#"):
        first -= 1
    last = node.end_lineno or node.lineno
    while last < len(lines) and not lines[last].strip():
        last += 1
    return source.line_starts[first - 1], line_end(source, last)


def line_end(source: Source, line: int) -> int:
    """The byte offset behind a line, which is counted from 1."""
    return source.line_starts[line] if line < len(source.line_starts) else len(source.data)


def end_of_imports(source: Source, statements: Iterable[ast.stmt]) -> int:
    """The byte offset below the docstring and the imports that statements of a file begin with."""
    last = None
    for node in statements:
        if isinstance(node, ast.Import | ast.ImportFrom) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        ):
            last = node
        else:
            break
    return line_end(source, last.end_lineno or last.lineno) if last is not None else 0
