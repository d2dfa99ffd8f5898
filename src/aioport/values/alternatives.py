"""Functions that may run in the place of the one the checker names: implementers of Protocols, other definitions."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping

from aioport.program.model import Program
from aioport.program.syntax import Syntax
from aioport.values.code import Code


def find_alternatives(code: Code) -> Mapping[int, tuple[int, ...]]:
    """For each function, those that a call of it may run instead."""
    found: dict[int, dict[int, None]] = defaultdict(dict)
    for protocol in code.program.classes:
        if protocol.is_protocol:
            _add_implementers(protocol.id, code.program, found)
    _add_definitions(code, found)
    return {function: tuple(others) for function, others in found.items()}


def find_other_definitions(code: Code) -> Mapping[int, tuple[int, ...]]:
    """The same of what is defined more than once under one name, without Protocols."""
    found: dict[int, dict[int, None]] = defaultdict(dict)
    _add_definitions(code, found)
    return {function: tuple(others) for function, others in found.items()}


def _add_implementers(protocol: int, program: Program, found: dict[int, dict[int, None]]) -> None:
    """Methods of the classes that have every method and attribute of a Protocol, inherited or their own."""
    wanted = program.classes[protocol].methods
    fields = program.classes[protocol].fields
    if not wanted:
        return
    for one in program.classes:
        if not one.in_project or one.is_protocol or protocol in one.ancestors:
            continue
        methods = {name: program.find_method(one.id, name) for name in wanted}
        line = (one.id, *one.ancestors)
        has_fields = all(
            any(
                name in program.classes[base].fields or name in program.classes[base].methods for base in line
            )
            for name in fields
        )
        if has_fields and None not in methods.values():
            for name, method in methods.items():
                if method is not None and program.functions[method].in_project:
                    found[wanted[name]][method] = None


def _add_definitions(code: Code, found: dict[int, dict[int, None]]) -> None:
    """Definitions of one name in branches of which one runs (`if`, `try`, `match`), and those that replace others.

    Of two in one block, the checker names the first.
    """
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in code.program.functions:
        if one.in_project and one.kind == "def" and one.path is not None and not one.is_property:
            groups[one.path, one.name].append(one.id)
    for (path, _), group in groups.items():
        syntax = code.syntax(path) if len(group) > 1 else None
        if syntax is None:
            continue
        nodes = {function: node[1] for function in group if (node := code.node(function)) is not None}
        for function, first in nodes.items():
            for other, second in nodes.items():
                if function == other:
                    continue
                is_replaced = syntax.parents[first] is syntax.parents[second] and first.lineno < second.lineno
                if is_replaced or _exclusive(syntax, first, second):
                    found[function][other] = None


def _exclusive(syntax: Syntax, first: ast.AST, second: ast.AST) -> bool:
    """Whether two nodes stand in different branches of one statement."""
    branches: dict[ast.AST, ast.AST] = {}
    child = first
    for parent in syntax.ancestors(first):
        branches[parent] = child
        child = parent
    child = second
    for parent in syntax.ancestors(second):
        if parent in branches:
            return isinstance(parent, ast.If | ast.Try | ast.Match) and _branch(
                parent, branches[parent]
            ) != _branch(parent, child)
        child = parent
    return False


def _branch(statement: ast.AST, child: ast.AST) -> object:
    """Which branch of a statement a child of it belongs to."""
    for name in ("body", "orelse", "finalbody"):
        if child in getattr(statement, name, ()):
            return name
    return child
