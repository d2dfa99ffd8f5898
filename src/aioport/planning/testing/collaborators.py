"""Mocks that tests hand to the project's functions, and the methods that are awaited on them there."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Container, Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.testing.mocking import FACTORIES, is_sync_mock, origin
from aioport.program.model import Call
from aioport.program.syntax import FunctionNode
from aioport.values.arguments import arrivals


def find_collaborators(
    analysis: Analysis, changed: Container[int]
) -> Iterator[tuple[str, ast.Call, frozenset[str]]]:
    """Mocks by the call that makes them, with the names of their methods that the project awaits from now on.

    changed: the functions that become async.
    """
    awaited = _Awaited(analysis, changed)
    for path in sorted(analysis.test_files):
        for call in analysis.calls_by_path(path):
            node = analysis.expression(call)
            if call.kind != "call" or not isinstance(node, ast.Call):
                continue
            arguments: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
            for argument in arguments:
                value = argument.value if isinstance(argument, ast.keyword) else argument
                made = origin(analysis, path, value)
                if not isinstance(made, ast.Call) or not is_sync_mock(analysis, path, made.func):
                    continue
                if made.args or FACTORIES & {keyword.arg for keyword in made.keywords}:
                    continue
                methods = awaited.on(call, node, argument) - {keyword.arg or "" for keyword in made.keywords}
                if methods:
                    yield path, made, methods


class _Awaited:
    def __init__(self, analysis: Analysis, changed: Container[int]) -> None:
        self._analysis = analysis
        self._on_variables: dict[tuple[FunctionNode, str], set[str]] = defaultdict(set)
        self._on_attributes: dict[str, set[str]] = defaultdict(set)
        for call in analysis.program.calls:
            in_tests = call.path in analysis.test_files
            if call.kind == "call" and not in_tests and any(target in changed for target in call.targets):
                self._note(call)

    def _note(self, call: Call) -> None:
        node = self._analysis.expression(call)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return
        match node.func.value:
            case ast.Name(id=name):
                for around in self._analysis.syntax[call.path].ancestors(node):
                    if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                        self._on_variables[around, name].add(node.func.attr)
            case ast.Attribute(attr=name):
                self._on_attributes[name].add(node.func.attr)

    def on(self, call: Call, node: ast.Call, argument: ast.expr | ast.keyword) -> frozenset[str]:
        """The methods that are awaited on an argument of a call, under the name of a parameter or as an attribute."""
        found: set[str] = set()
        for target in call.targets:
            definition, one = self._analysis.node(target), self._analysis.function(target)
            if definition is None or self._analysis.in_tests(target):
                continue
            receives = one.owner is not None and not one.is_static
            for name, _ in arrivals(definition, node, argument, receives=receives):
                found |= self._on_variables.get((definition, name), set())
                for attribute in _kept_as(definition, name):
                    found |= self._on_attributes.get(attribute, set())
        return frozenset(found)


def _kept_as(definition: FunctionNode, name: str) -> Iterator[str]:
    """The attributes in which a function keeps a parameter."""
    for inner in ast.walk(definition):
        match inner:
            case ast.Assign(targets=targets, value=ast.Name(id=same)) if same == name:
                yield from (target.attr for target in targets if isinstance(target, ast.Attribute))
