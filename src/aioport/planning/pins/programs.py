"""Functions that a program in a string calls: what tests hand to `python -c`, and nobody converts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import dedent

from aioport.planning.analysis import Analysis


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """Functions that such a program names, and the special methods of what it names or makes."""
    modules = (one for one in analysis.program.functions if one.kind == "module" and one.in_project)
    own = {one.name.partition(".")[0] for one in modules if one.path not in analysis.test_files}
    functions = [one for one in analysis.program.functions if one.in_project and one.kind == "def"]
    for path in analysis.project.sources:
        for where, program in _programs(analysis, path, own):
            named = {one.id for one in ast.walk(program) if isinstance(one, ast.Name)}
            named |= {one.attr for one in ast.walk(program) if isinstance(one, ast.Attribute)}
            for one in functions:
                bare, owner = one.bare_name, one.name.split(".")[-2:-1]
                is_special = bare.startswith("__") and bare.endswith("__")
                if one.path != path and (not named.isdisjoint(owner) if is_special else bare in named):
                    yield one.id, f"{where}: a program in a string may call it"


def _programs(analysis: Analysis, path: str, own: set[str]) -> Iterator[tuple[str, ast.Module]]:
    """Strings that are programs and import from the project, with their places."""
    syntax = analysis.syntax[path]
    for node in syntax.of_kind.get(ast.Constant, ()):
        if (
            not isinstance(node, ast.Constant)
            or not isinstance(node.value, str)
            or "import" not in node.value
        ):
            continue
        if isinstance(syntax.parents.get(node), ast.Expr) or not any(top in node.value for top in own):
            continue
        try:
            program = ast.parse(dedent(node.value))
        except (SyntaxError, ValueError):
            continue
        if any(_imports(one, own) for one in ast.walk(program)):
            yield analysis.where(path, node), program


def _imports(node: ast.AST, own: set[str]) -> bool:
    match node:
        case ast.Import(names=names):
            return any(one.name.partition(".")[0] in own for one in names)
        case ast.ImportFrom(module=str(module), level=0):
            return module.partition(".")[0] in own
    return False
