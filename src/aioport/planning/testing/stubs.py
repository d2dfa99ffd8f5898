"""Objects that tests make of attributes, `SimpleNamespace(get=lambda key: 1)`, in the place of one of the project's own."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator

from aioport.planning.analysis import Analysis
from aioport.program.model import Class


def find_stubbed(analysis: Analysis, changed: Container[int]) -> Iterator[tuple[str, ast.expr]]:
    """The values that stand in for methods that become async, of stubs with functions for a class's methods only.

    changed: the functions that become async.
    """
    own = [one for one in analysis.program.classes if one.in_project and one.path not in analysis.test_files]
    for path in sorted(analysis.test_files):
        names = analysis.names(path)
        for node in analysis.syntax[path].of_kind.get(ast.Call, ()):
            assert isinstance(node, ast.Call)
            if names.resolve(node.func) not in analysis.catalog.makes_of_keywords:
                continue
            given = {one.arg: one.value for one in node.keywords if one.arg and _may_be_called(one.value)}
            for name, value in given.items():
                methods = {
                    analysis.program.find_method(one.id, name) for one in own if _fits(analysis, one, given)
                }
                known = {one for one in methods if one is not None}
                if known and all(one in changed for one in known):
                    yield path, value


def _may_be_called(value: ast.expr) -> bool:
    return not isinstance(value, ast.Constant | ast.Dict | ast.List | ast.Set | ast.Tuple | ast.JoinedStr)


def _fits(analysis: Analysis, one: Class, names: Iterable[str]) -> bool:
    """Whether a class has attributes of all these names, or methods."""
    line = [one, *(analysis.program.classes[base] for base in one.ancestors)]
    return all(any(name in above.methods or name in above.fields for above in line) for name in names)
