"""Calls that give a function only part of what it takes, and so do not run it."""

from __future__ import annotations

import ast
from dataclasses import replace

import msgspec

from aioport.planning.analysis import Analysis
from aioport.program.model import Call, Program
from aioport.program.syntax import FunctionNode


def without_partial(analysis: Analysis) -> Program:
    """A program in which such calls have no targets: there is nothing to be awaited.

    What they give is followed before, as if it were what the function returns.
    """
    calls = (
        msgspec.structs.replace(call, targets=())
        if call.kind == "call" and _is_partial(call, analysis)
        else call
        for call in analysis.program.calls
    )
    return replace(analysis.program, calls=tuple(calls))


def _is_partial(call: Call, analysis: Analysis) -> bool:
    """Whether arguments are missing that a function waits for under its decorator: what it gives takes the rest."""
    if not call.targets or not any(_is_curried(target, analysis) for target in call.targets):
        return False
    node = analysis.expression(call)
    if not isinstance(node, ast.Call) or any(isinstance(one, ast.Starred) for one in node.args):
        return False
    if any(one.arg is None for one in node.keywords):
        return False
    return all(_waits_for_more(node, target, analysis) for target in call.targets)


def _is_curried(target: int, analysis: Analysis) -> bool:
    function, definition = analysis.function(target), analysis.node(target)
    if definition is None or function.path is None or function.owner is not None:
        return False
    names = analysis.names(function.path)
    return any(names.resolve(one) in analysis.catalog.curries for one in definition.decorator_list)


def _waits_for_more(node: ast.Call, target: int, analysis: Analysis) -> bool:
    definition = analysis.node(target)
    if definition is None or not _is_curried(target, analysis):
        return False
    return not _required(definition) <= _given(node, definition)


def _required(definition: FunctionNode) -> set[str]:
    arguments = definition.args
    positional = [*arguments.posonlyargs, *arguments.args]
    required = positional[: len(positional) - len(arguments.defaults)]
    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return {one.arg for one in required} | {one.arg for one, default in by_name if default is None}


def _given(node: ast.Call, definition: FunctionNode) -> set[str]:
    positional = [one.arg for one in (*definition.args.posonlyargs, *definition.args.args)]
    return {*positional[: len(node.args)], *(one.arg for one in node.keywords if one.arg is not None)}
