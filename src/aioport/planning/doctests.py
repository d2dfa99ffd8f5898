"""Examples in docstrings that call what becomes async: each such call is run to its end, since no loop runs there."""

from __future__ import annotations

import ast
import doctest
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.plan import RunExamples, Suggestion
from aioport.positions import Span
from aioport.program.model import Function
from aioport.program.syntax import Syntax

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
PROMPT = len(">>> ")
PLAIN_QUOTES = ('"""', "'''", 'r"""', "r'''", 'R"""', "R'''")


def find_examples(
    analysis: Analysis, wanted: Collection[int]
) -> Iterator[tuple[str, RunExamples] | Suggestion]:
    """Docstrings with calls to rewrite, by their file, and suggestions for examples that need a person.

    wanted: the functions that become async.
    """
    functions = _by_name(analysis, wanted)
    if not functions or analysis.literal:
        return
    for path in analysis.project.sources:
        syntax = analysis.syntax[path]
        for kind in DOCUMENTED:
            for node in syntax.of_kind.get(kind, ()):
                found = _docstring(node)
                if found is not None and ">>> " in str(found.value):
                    yield from _read(analysis, path, found, functions)


def _by_name(analysis: Analysis, wanted: Collection[int]) -> Mapping[str, list[Function]]:
    found: dict[str, list[Function]] = defaultdict(list)
    for one in wanted:
        function = analysis.function(one)
        found[function.bare_name].append(function)
    return found


def _docstring(node: ast.AST) -> ast.Constant | None:
    match node:
        case (
            ast.Module(body=[ast.Expr(value=ast.Constant(value=str()) as found), *_])
            | ast.ClassDef(body=[ast.Expr(value=ast.Constant(value=str()) as found), *_])
            | ast.FunctionDef(body=[ast.Expr(value=ast.Constant(value=str()) as found), *_])
            | ast.AsyncFunctionDef(body=[ast.Expr(value=ast.Constant(value=str()) as found), *_])
        ):
            return found
    return None


def _read(
    analysis: Analysis, path: str, node: ast.Constant, functions: Mapping[str, list[Function]]
) -> Iterator[tuple[str, RunExamples] | Suggestion]:
    try:
        examples = doctest.DocTestParser().get_examples(str(node.value))
    except ValueError:
        return
    starts = _line_starts(analysis.syntax[path], node)
    calls: list[Span] = []
    for example in examples:
        try:
            tree = ast.parse(example.source)
        except SyntaxError:
            continue
        for call in [one for one in ast.walk(tree) if isinstance(one, ast.Call)]:
            if not _is_async(analysis, path, call, functions):
                continue
            if starts is None or _is_iterated(analysis, path, call, functions):
                yield Suggestion(
                    path,
                    node.lineno + example.lineno,
                    f"the example `{example.source.strip()}` calls what is async now",
                )
                continue
            indent = example.indent + PROMPT
            begin = starts[example.lineno + call.lineno - 1] + indent + call.col_offset
            end = starts[example.lineno + (call.end_lineno or 1) - 1] + indent + (call.end_col_offset or 0)
            calls.append((begin, end))
    if calls:
        yield path, RunExamples(node, tuple(sorted(set(calls))))


def _line_starts(syntax: Syntax, node: ast.Constant) -> list[int] | None:
    """Where each line of a docstring starts in its file; None where its text is not what it stands for."""
    start, end = syntax.span(node)
    text = syntax.source.data[start:end].decode()
    opened = next((one for one in PLAIN_QUOTES if text.startswith(one)), None)
    if opened is None or text[len(opened) : -3].replace("\r\n", "\n") != node.value:
        return None
    lines = text[len(opened) :].encode().split(b"\n")
    found, position = [], start + len(opened)
    for line in lines:
        found.append(position)
        position += len(line) + 1
    return found


def _named(
    analysis: Analysis, path: str, call: ast.Call, functions: Mapping[str, list[Function]]
) -> list[Function]:
    """The functions that become async which a call in an example may mean."""
    match call.func:
        case ast.Name(id=name):
            known = analysis.names(path).resolve(call.func)
            return [
                one
                for one in functions.get(name, ())
                if _is_global(analysis, one)
                and (known == one.name if known is not None else one.path == path)
            ]
        case ast.Attribute(attr=name):
            every = [
                one
                for one in analysis.program.functions
                if one.in_project and one.bare_name == name and one.kind == "def"
            ]
            return functions.get(name, []) if len(every) == len(functions.get(name, ())) else []
    return []


def _is_global(analysis: Analysis, function: Function) -> bool:
    around = analysis.function(function.parent) if function.parent is not None else None
    return function.owner is None and (around is None or around.kind == "module")


def _is_async(analysis: Analysis, path: str, call: ast.Call, functions: Mapping[str, list[Function]]) -> bool:
    return bool(_named(analysis, path, call, functions))


def _is_iterated(
    analysis: Analysis, path: str, call: ast.Call, functions: Mapping[str, list[Function]]
) -> bool:
    """Whether what a call returns is an async generator or context manager, which no single call runs."""
    return any(one.id in analysis.generators for one in _named(analysis, path, call, functions))
