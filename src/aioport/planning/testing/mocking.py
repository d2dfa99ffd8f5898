"""How mocks are made: what the classes of `unittest.mock` and the arguments of `patch` say about what they return."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis
from aioport.program.names import dotted

SYNC_MOCKS = frozenset({"Mock", "MagicMock"})
"""The classes of mocks whose results are not awaited, whatever module they are taken from."""

RESULTS = frozenset({"return_value", "side_effect", "wraps"})
"""Keywords that say what a mock returns; without them an `AsyncMock` returns one like itself, and not a plain mock."""

FACTORIES = frozenset({"autospec", "new_callable", "spec", "spec_set"})
"""Keywords that say what a mock is made of; of a class, a mock knows which methods are asynchronous."""


def is_sync_mock(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether an expression is a class of mocks that are not awaited: `Mock`, `mock.MagicMock`, `mocker.Mock`."""
    text = analysis.names(path).resolve(node) or dotted(node) or ""
    owner, _, last = text.rpartition(".")
    return last in SYNC_MOCKS and (owner.rpartition(".")[2] == "mock" or owner in analysis.catalog.fixtures)


def origin(analysis: Analysis, path: str, node: ast.expr) -> ast.expr:
    """What a variable of a test is assigned, where that happens once; else the expression itself."""
    if not isinstance(node, ast.Name):
        return node
    scope = analysis.syntax[path].place(node).scope
    values = [
        inner.value
        for inner in ast.walk(scope)
        if isinstance(inner, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == node.id for target in inner.targets)
    ]
    return values[0] if len(values) == 1 else node


def is_mock_maker(analysis: Analysis, path: str, node: ast.Call) -> bool:
    """Whether a call makes a mock, of any kind, or patches something."""
    text = analysis.names(path).resolve(node.func) or dotted(node.func) or ""
    return "mock" in text or text.rpartition(".")[2] == "patch"
