"""Projects that are not converted at all, because of something that they use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Suggestion

MISSING = frozenset({"ImportError", "ModuleNotFoundError"})
"""Exceptions that a file catches which does without a library where there is none."""


@dataclass(frozen=True, slots=True)
class _Use:
    """A place that uses what rules a conversion out; `is_optional` where the project does without it, and has to here."""

    path: str
    line: int
    reason: str
    is_optional: bool


def find_project_refusal(analysis: Analysis) -> str | None:
    """Why nothing in a project may be converted, with the place; None for most projects."""
    return next(
        (f"{one.path}:{one.line}: {one.reason}" for one in _uses(analysis) if not one.is_optional), None
    )


def find_absent(analysis: Analysis) -> Iterator[Suggestion]:
    """Uses of what would rule a conversion out, of a library that is not installed and that the project can do without."""
    for one in _uses(analysis):
        if one.is_optional:
            yield Suggestion(
                one.path, one.line, f"not installed here, and nothing will work where it is: {one.reason}"
            )


def _uses(analysis: Analysis) -> Iterator[_Use]:
    refusals = analysis.catalog.refusals
    tops = {name.partition(".")[0].encode() for name in refusals}
    for path, source in sorted(analysis.project.sources.items()):
        if not any(top in source.data for top in tops):
            continue
        names = analysis.names(path)
        for node in ast.walk(analysis.syntax[path].tree):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                name = names.resolve(node) or ""
                if name in refusals:
                    caught = _is_caught(analysis, path, node) or _is_imported_if_there(analysis, path, node)
                    is_optional = caught and not _is_installed(analysis, name)
                    yield _Use(path, node.lineno, refusals[name], is_optional)


def _is_imported_if_there(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether every import of a name stands in a `try` that goes on where the library is missing."""
    base: ast.expr = node
    while isinstance(base, ast.Attribute):
        base = base.value
    imports = [
        one
        for one in analysis.syntax[path].of_kinds(ast.Import, ast.ImportFrom)
        if isinstance(one, ast.Import | ast.ImportFrom)
        for alias in one.names
        if isinstance(base, ast.Name) and base.id == (alias.asname or alias.name.partition(".")[0])
    ]
    return bool(imports) and all(_is_caught(analysis, path, one) for one in imports)


def _is_caught(analysis: Analysis, path: str, node: ast.AST) -> bool:
    """Whether it stands in a `try` that goes on where the library is missing."""
    child: ast.AST = node
    for parent in analysis.syntax[path].ancestors(node):
        if isinstance(parent, ast.Try) and child in parent.body:
            caught = {
                one.id
                for handler in parent.handlers
                for one in ast.walk(handler.type or handler)
                if isinstance(one, ast.Name)
            }
            if not MISSING.isdisjoint(caught):
                return True
        child = parent
    return False


def _is_installed(analysis: Analysis, name: str) -> bool:
    """Whether a library is among the installed packages, or it is not known which those are."""
    top, sites = name.partition(".")[0], analysis.project.site_packages
    return not sites or any((site / top).exists() or (site / f"{top}.py").exists() for site in sites)
