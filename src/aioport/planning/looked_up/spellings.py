"""The names that an expression may be when the program runs, as a pattern."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.program.syntax import FunctionNode, Syntax
from aioport.values.arguments import arrivals

ANYTHING = ".*"

TELLING = 2
"""Characters of a name that have to be known; with fewer, a pattern says nothing about which names are meant."""

_PERCENT = re.compile(r"%(?:\(\w+\))?[-+ #0-9.]*[a-zA-Z]")
_BRACES = re.compile(r"\{[^{}]*\}")


def spelling(analysis: Analysis, path: str, node: ast.expr) -> re.Pattern[str]:
    """A pattern that fits every name that an expression may be; one that fits anything where nothing is known."""
    if isinstance(node, ast.Name):
        passed = list(_passed(analysis, path, node))
        if passed and None not in passed:
            texts = sorted({re.escape(text) for text in passed if text is not None})
            return re.compile(f"(?:{'|'.join(texts)})", re.DOTALL)
    return re.compile(_text(analysis.syntax[path], node, deep=True), re.DOTALL)


def _passed(analysis: Analysis, path: str, node: ast.Name) -> Iterator[str | None]:
    """The strings that calls pass for a parameter that is never assigned; None for what is no plain string."""
    scope = analysis.syntax[path].place(node).scope
    function = analysis.by_node.get(scope)
    if function is None or not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    names = [inner for inner in ast.walk(scope) if isinstance(inner, ast.Name) and inner.id == node.id]
    if node.id not in _parameters(scope) or any(not isinstance(one.ctx, ast.Load) for one in names):
        return
    one = analysis.function(function)
    for index in analysis.calls_of.get(function, ()):
        call = analysis.program.calls[index]
        made = analysis.expression(call)
        if call.path in analysis.test_files or not isinstance(made, ast.Call):
            continue
        arguments: list[ast.expr | ast.keyword] = [*made.args, *made.keywords]
        for argument in arguments:
            receives = one.owner is not None and not one.is_static
            if any(name == node.id for name, _ in arrivals(scope, made, argument, receives=receives)):
                value = argument.value if isinstance(argument, ast.keyword) else argument
                yield (
                    value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
                )


def spelling_in(syntax: Syntax, node: ast.expr) -> re.Pattern[str]:
    """The same of an expression in an installed file, of which only the text is known."""
    return re.compile(_text(syntax, node, deep=True), re.DOTALL)


def is_telling(pattern: re.Pattern[str]) -> bool:
    """Whether a pattern says which names are meant."""
    return len(re.sub(r"\W", "", pattern.pattern)) >= TELLING


def _text(syntax: Syntax, node: ast.expr, *, deep: bool) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(_text(syntax, part, deep=deep) for part in parts)
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return _text(syntax, value, deep=deep)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(syntax, left, deep=deep) + _text(syntax, right, deep=deep)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return ANYTHING.join(map(re.escape, _PERCENT.split(text)))
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return ANYTHING.join(map(re.escape, _BRACES.split(text)))
        case ast.IfExp(body=first, orelse=second):
            return f"(?:{_text(syntax, first, deep=deep)}|{_text(syntax, second, deep=deep)})"
        case ast.Name(id=name) if deep:
            values = list(_values(syntax, node, name))
            if values and None not in values:
                texts = (_text(syntax, one, deep=False) for one in values if one is not None)
                return f"(?:{'|'.join(texts)})"
    return ANYTHING


def _values(syntax: Syntax, node: ast.Name, name: str) -> Iterator[ast.expr | None]:
    """What a variable is given, anywhere in the function around or in the module; None where that is not told."""
    scope: ast.AST = next(
        (one for one in syntax.ancestors(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)),
        syntax.tree,
    )
    if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) and name in _parameters(scope):
        yield None
    for inner in ast.walk(scope):
        if isinstance(inner, ast.Name) and inner.id == name and not isinstance(inner.ctx, ast.Load):
            match syntax.parents.get(inner):
                case ast.Assign(value=value) | ast.NamedExpr(value=value):
                    yield value
                case (
                    ast.For(iter=ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items))
                    | ast.comprehension(
                        iter=ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items)
                    )
                ):
                    yield from items
                case ast.For(iter=ast.Constant(value=str(text))):
                    yield from (ast.Constant(value=one) for one in text)
                case _:
                    yield None


def _parameters(scope: FunctionNode) -> set[str]:
    return {one.arg for one in ast.walk(scope.args) if isinstance(one, ast.arg)}
