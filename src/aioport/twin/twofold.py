"""Iterables that a package declares in both colors: the sync half goes through them with `for`, the async half does not."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.annotations import asynchronous_annotation
from aioport.planning.plan import Intent, Plan
from aioport.program.model import Function, Program

NAME = "an iterable of both colors"
"""What the function is called that stands for going through one."""

SYNC = ("Iterable[", "Iterator[")
ASYNC = ("AsyncIterable[", "AsyncIterator[")


def with_twofold(program: Program) -> tuple[Program, int]:
    """A program that has a function which stands for going through such an iterable, and the function."""
    # The list goes on growing while installed packages are looked into, so that it must stay the same one.
    functions = program.functions if isinstance(program.functions, list) else list(program.functions)
    made = Function(len(functions), NAME, "def", None, 0, 0, in_project=False)
    functions.append(made)
    return replace(program, functions=functions), made.id


def find_twofold(analysis: Analysis) -> Iterator[tuple[str, ast.expr]]:
    """Reads of attributes that are declared as iterable and as asynchronously iterable (`Iterable | AsyncIterable`)."""
    program = analysis.program
    fields = {
        (one.id, name)
        for one in program.classes
        if one.in_project
        for name in one.fields
        if _is_twofold(program.field_type(one.id, name))
    }
    names = {name for _, name in fields}
    for path in analysis.project.sources if names else ():
        syntax = analysis.syntax[path]
        for node in syntax.nodes:
            if isinstance(node, ast.Attribute) and node.attr in names and isinstance(node.ctx, ast.Load):
                known = program.type_at(path, *syntax.span(node.value))
                for owner in known.ids if known is not None else ():
                    if any((one, node.attr) in fields for one in (owner, *program.classes[owner].ancestors)):
                        yield path, node
                        break


def _is_twofold(text: str) -> bool:
    parts = [
        part.strip().rpartition(".")[2] if "[" not in part else _head(part) for part in text.split(" | ")
    ]
    return any(part.startswith(ASYNC) for part in parts) and any(part.startswith(SYNC) for part in parts)


def _head(part: str) -> str:
    before, bracket, _ = part.strip().partition("[")
    return f"{before.rpartition('.')[2]}{bracket}"


def retype_twofold(
    analysis: Analysis, plan: Plan, reached: Iterable[tuple[str, ast.expr]]
) -> Mapping[str, tuple[Intent, ...]]:
    """The intents of a plan, with those for what names such an iterable as a sync one where the async half has it.

    reached: the expressions that such iterables come to.
    """
    found = {path: list(intents) for path, intents in plan.intents.items()}
    done: set[ast.AST] = set()
    for path, node in reached:
        for annotation in _annotations(analysis, path, node):
            if annotation not in done and _is_in_async_half(analysis, plan, path, annotation):
                done.add(annotation)
                found.setdefault(path, []).extend(asynchronous_annotation(analysis.names(path), annotation))
    return {path: tuple(intents) for path, intents in found.items()}


def _annotations(analysis: Analysis, path: str, node: ast.expr) -> Iterator[ast.expr]:
    """What an expression is checked against, and how the parameter is annotated that it is."""
    syntax = analysis.syntax[path]
    match syntax.parents.get(node):
        case ast.Call(func=ast.Name(id="isinstance"), args=[first, kind]) if first is node:
            yield kind
    for around in syntax.ancestors(node):
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef) and isinstance(node, ast.Name):
            every = (*around.args.posonlyargs, *around.args.args, *around.args.kwonlyargs)
            yield from (one.annotation for one in every if one.arg == node.id and one.annotation is not None)
            return


def _is_in_async_half(analysis: Analysis, plan: Plan, path: str, node: ast.AST) -> bool:
    """Whether the function around becomes async, or another of its class does."""
    for around in analysis.syntax[path].ancestors(node):
        if isinstance(around, ast.FunctionDef) and around in analysis.by_node:
            function = analysis.function(analysis.by_node[around])
            same = (
                analysis.program.classes[function.owner].methods.values()
                if function.owner is not None and function.bare_name == "__init__"
                else (function.id,)
            )
            return any(one in plan.functions and plan.functions[one].changed for one in same)
    return False
