"""Finds the statements at module level that may become one `async def main()`: what a guard runs, and ends of scripts.

What one call alone waits for stays as it is written, with the event loop started around that call.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from aioport.planning.analysis import Analysis
from aioport.planning.entries import LOOPS, find_script_files
from aioport.planning.mains.names import find_obstacle, find_shared
from aioport.program.model import Call
from aioport.program.syntax import Syntax
from aioport.program.unwritten import Form, Unwritten, statements_of
from aioport.values.code import scopes_of

Definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Imports = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Statements of a file that may become a function.

    obstacle: why they cannot; None where they can.
    """

    path: str
    unwritten: Unwritten
    obstacle: str | None = None


def find_candidates(analysis: Analysis) -> tuple[Candidate, ...]:
    """Those that wait more than once, or where no event loop could be started; one a file at most."""
    if analysis.settings.keep_sync or analysis.settings.keep_api:
        return ()
    return tuple(_candidates(analysis))


def find_main_obstacles(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Files whose statements would be a function, and why they cannot be."""
    for one in find_candidates(analysis):
        if one.obstacle is not None:
            yield one.path, one.obstacle


def _candidates(analysis: Analysis) -> Iterator[Candidate]:
    guards = {(one.path, one.line) for one in analysis.entries if one.kind == "guard"}
    scripts = set(find_script_files(analysis))
    bodies = {
        one.path: one.id
        for one in analysis.program.functions
        if one.in_project and one.kind == "module" and one.path not in analysis.test_files
    }
    for path, body in bodies.items():
        waits = [index for index in analysis.calls_in.get(body, ()) if index in analysis.facts.calls]
        if path is None or not waits:
            continue
        waiting = _by_statement(analysis, path, waits)
        if any(one == path for one, _ in guards):
            lines = {line for one, line in guards if one == path}
            found = _guard(analysis, path, waiting, lines)
        else:
            found = _end(analysis, path, waiting) if path in scripts else None
        if found is not None:
            yield found


def _by_statement(analysis: Analysis, path: str, waits: Collection[int]) -> Mapping[ast.stmt, list[Call]]:
    """The calls that wait, by the statements of the module."""
    syntax = analysis.syntax[path]
    found: dict[ast.stmt, list[Call]] = {}
    for index in waits:
        call = analysis.program.calls[index]
        for statement in syntax.tree.body:
            decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
            start = min([syntax.span(statement)[0], *(syntax.span(one)[0] for one in decorators)])
            if start <= call.start and call.end <= syntax.span(statement)[1]:
                found.setdefault(statement, []).append(call)
    return found


def _guard(
    analysis: Analysis, path: str, waiting: Mapping[ast.stmt, list[Call]], lines: Collection[int]
) -> Candidate | None:
    syntax = analysis.syntax[path]
    for place, guard in enumerate(syntax.tree.body):
        calls = waiting.get(guard, [])
        if not isinstance(guard, ast.If) or guard.lineno not in lines or not _is_worth(analysis, calls):
            continue
        obstacle = None
        if guard.orelse:
            obstacle = f"line {guard.lineno} has an `else`"
        elif not isinstance(guard.test, ast.Compare):
            obstacle = f"line {guard.lineno} asks for more than whether the file is run"
        elif guard.body[0].lineno == (guard.test.end_lineno or guard.lineno):
            obstacle = f"line {guard.lineno} runs what stands on the same line"
        form: Form = "attempt" if _is_attempt(syntax, guard, calls) else "guard"
        found = Unwritten(form, place, 0, 0)
        return with_end(analysis, Candidate(path, found, obstacle), None)
    return None


def _is_attempt(syntax: Syntax, guard: ast.If, calls: Sequence[Call]) -> bool:
    """Whether a guard runs a `try` that catches Ctrl-C and waits in its body only: the event loop raises that."""
    match guard.body:
        case [ast.Try(body=[first, *_], handlers=handlers, orelse=[]) as attempt]:
            low, high = syntax.span(first)[0], syntax.span(attempt.body[-1])[1]
            names = {
                one.id
                for handler in handlers
                if handler.type is not None
                for one in ast.walk(handler.type)
                if isinstance(one, ast.Name)
            }
            return (
                "KeyboardInterrupt" in names
                and first.lineno > attempt.lineno
                and all(low <= call.start and call.end <= high for call in calls)
            )
    return False


def _end(analysis: Analysis, path: str, waiting: Mapping[ast.stmt, list[Call]]) -> Candidate | None:
    """The statements of a script from the first one on that waits, with those before it that only prepare them."""
    syntax = analysis.syntax[path]
    body = syntax.tree.body
    if not _is_worth(analysis, [call for calls in waiting.values() for call in calls]):
        return None
    first = min(body.index(one) for one in waiting)
    whole = Unwritten("body", 0, first, len(body))
    for later in body[first:]:
        if isinstance(later, (*Definitions, *Imports)):
            what = "defines" if isinstance(later, Definitions) else "imports"
            return Candidate(path, whole, f"line {later.lineno} {what} something between them")
    while first and _prepares(analysis, path, first - 1):
        first -= 1
    if not _begins_line(syntax, body[first]):
        return Candidate(path, whole, f"line {body[first].lineno} begins with another statement")
    return with_end(analysis, Candidate(path, replace(whole, begin=first)), None)


def _prepares(analysis: Analysis, path: str, place: int) -> bool:
    """Whether a statement is an assignment to names that only the statements below it read."""
    tree = analysis.syntax[path].tree
    match tree.body[place]:
        case ast.Assign(targets=targets):
            names = [one.id for one in targets if isinstance(one, ast.Name)]
            if len(names) < len(targets) or any(one.isupper() or one.startswith("__") for one in names):
                return False
            scopes = analysis.project.sources[path].once(scopes_of)
            return not find_shared(tree, scopes, tree.body[place:])
    return False


def _begins_line(syntax: Syntax, statement: ast.stmt) -> bool:
    start = syntax.source.line_starts[statement.lineno - 1]
    return start == syntax.span(statement)[0]


def with_end(analysis: Analysis, candidate: Candidate, end: int | None) -> Candidate:
    """The same candidate up to one of its statements; None for all of them."""
    path, source = candidate.path, analysis.project.sources[candidate.path]
    found = replace(candidate.unwritten, end=sys.maxsize if end is None else end, name=_name(analysis, path))
    statements = statements_of(source.tree, found)
    shared = find_shared(source.tree, source.once(scopes_of), statements)
    found = replace(found, end=found.begin + len(statements), shared=shared)
    obstacle = candidate.obstacle or find_obstacle(source.tree, statements, shared)
    return Candidate(path, found, obstacle)


def _name(analysis: Analysis, path: str) -> str:
    taken = analysis.identifiers(path)
    name = "main" if "main" not in taken else "amain"
    while name in taken:
        name += "_"
    return name


def _is_worth(analysis: Analysis, calls: Sequence[Call]) -> bool:
    """Whether some calls are more than one event loop would be started for, or none could be."""
    places = {(call.start, call.end) for call in calls}
    return len(places) > 1 or any(call.kind != "call" or is_repeated(analysis, call) for call in calls)


def is_repeated(analysis: Analysis, call: Call) -> bool:
    """Whether a call stands in a loop."""
    node = analysis.expression(call)
    return node is not None and any(
        isinstance(one, LOOPS) for one in analysis.syntax[call.path].ancestors(node)
    )
