"""Code that never runs: behind a `return`, an endless loop or a constant condition."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

from aioport.positions import Span, span_of
from aioport.project import PARSE_ERRORS, Project, Source

HINTS = re.compile(
    rb"""
    ^([ \t]*)(?:return|raise|continue|break|(?:sys\.)?exit|quit|os\._exit|os\.abort)\b[^\n]*\n
      (?:[ \t]*(?:\#[^\n]*)?\n)*\1(?=[^\s\#])(?!elif\b|else\b|except\b|finally\b|case\b)
    | \b(?:if|elif|while|and|or)[ ]+(?:not[ ]+)?(?:False|True|None|[01]|TYPE_CHECKING|\w+\.TYPE_CHECKING)\b
    | \b(?:False|True|[01])[ ]+(?:and|or)\b
    | version_info
    | \belse:
    """,
    re.MULTILINE | re.VERBOSE,
)
"""What a file has in which something may be dead; only such files are looked at."""

NEVER_RETURNS = frozenset({"sys.exit", "exit", "quit", "os._exit", "os.abort"})


class DeadCode:
    """Dead parts of a project's files, each file looked at when first asked for."""

    def __init__(self, project: Project) -> None:
        self._sources, self._find = project.sources, _reader(project.python_version).find

    def has(self, path: str, start: int, end: int) -> bool:
        """Whether a range of bytes lies in code that never runs."""
        spans = self._sources[path].once(self._find)
        return any(begin <= start and end <= stop for begin, stop in spans)


@cache
def _reader(python_version: str) -> _Reader:
    return _Reader(tuple(int(part) for part in python_version.split(".")))


class _Reader:
    """Finds the dead parts of a file; one for each version of Python, so that a file's are kept with it."""

    def __init__(self, version: tuple[int, ...]) -> None:
        self._version = version

    def find(self, source: Source) -> tuple[Span, ...]:
        if HINTS.search(source.data) is None:
            return ()
        try:
            return tuple(self._dead_in(source, source.tree))
        except PARSE_ERRORS:
            return ()

    def _dead_in(self, source: Source, tree: ast.Module) -> Iterator[Span]:
        todo: list[ast.AST] = [tree]
        while todo:
            node = todo.pop()
            for block in _blocks(node):
                yield from self._after_end(source, block)
            for dead in self._by_condition(node):
                yield from (span_of(source, one) for one in dead)
            todo.extend(ast.iter_child_nodes(node))

    def _after_end(self, source: Source, block: list[ast.stmt]) -> Iterator[Span]:
        for number, statement in enumerate(block[:-1]):
            if self._ends(statement):
                yield span_of(source, block[number + 1])[0], span_of(source, block[-1])[1]
                return

    def _ends(self, statement: ast.stmt) -> bool:
        """Whether nothing behind a statement runs."""
        match statement:
            case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
                return True
            case ast.Expr(value=ast.Call(func=function)):
                return ast.unparse(function) in NEVER_RETURNS
            case ast.If(test=test, body=body, orelse=orelse):
                known = self._truth(test)
                taken = [body] if known is True else [orelse] if known is False else [body, orelse]
                return all(self._any_ends(one) for one in taken)
            case ast.While(test=test, body=body):
                return self._truth(test) is True and not any(_leaves(one) for one in body)
            case ast.With(body=body):
                # A context manager may swallow what is raised.
                return any(isinstance(one, ast.Return | ast.Continue | ast.Break) for one in body)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
                if self._any_ends(finalbody):
                    return True
                whole = self._any_ends(body) or self._any_ends(orelse)
                return whole and all(self._any_ends(handler.body) for handler in handlers)
        return False

    def _any_ends(self, block: list[ast.stmt]) -> bool:
        return any(self._ends(one) for one in block)

    def _by_condition(self, node: ast.AST) -> Iterator[list[ast.stmt] | list[ast.expr]]:
        """The parts of a node that a constant condition leaves out."""
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                known = self._truth(test)
                if known is not None:
                    yield orelse if known else body
            case ast.While(test=test, body=body):
                if self._truth(test) is False:
                    yield body
            case ast.IfExp(test=test, body=first, orelse=second):
                known = self._truth(test)
                if known is not None:
                    yield [second if known else first]
            case ast.BoolOp(op=operator, values=values):
                for number, value in enumerate(values[:-1]):
                    if self._truth(value) is isinstance(operator, ast.Or):
                        yield values[number + 1 :]
                        return

    def _truth(self, test: ast.expr) -> bool | None:
        """What a condition is if it is always the same."""
        match test:
            case ast.Constant(value=value):
                return bool(value)
            case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
                return False
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                known = self._truth(operand)
                return None if known is None else not known
            case ast.Compare(
                left=ast.Attribute(value=ast.Name(id="sys"), attr="version_info"),
                ops=[operator],
                comparators=[ast.Tuple(elts=items)],
            ):
                return self._compare(operator, items)
        return None

    def _compare(self, operator: ast.cmpop, items: Iterable[ast.expr]) -> bool | None:
        """What `sys.version_info < (3, 8)` is on every interpreter from the project's oldest version on."""
        parts = [one.value for one in items if isinstance(one, ast.Constant) and isinstance(one.value, int)]
        if not parts:
            return None
        wanted = tuple(parts)
        if isinstance(operator, ast.Lt | ast.LtE) and wanted <= self._version:
            return False
        if isinstance(operator, ast.Gt | ast.GtE) and wanted <= self._version:
            return True
        return None


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _leaves(statement: ast.stmt) -> bool:
    """Whether a statement may leave the loop around it by `break`."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Break):
            return True
        if not isinstance(node, ast.For | ast.While | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            todo.extend(ast.iter_child_nodes(node))
        elif isinstance(node, ast.For | ast.While):
            todo.extend(node.orelse)
    return False
