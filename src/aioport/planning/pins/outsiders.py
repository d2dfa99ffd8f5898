"""Methods of classes whose base is not installed: it is not known what of them it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.program.model import Class
from aioport.program.names import dotted

LANGUAGE = ("builtins.", "typing.", "typing_extensions.", "abc.", "collections.", "enum.", "types.")
"""Modules of which the checker knows every class, some as forms of their own that are no classes."""


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    unknown = _unknown_bases(analysis)
    for one in analysis.program.classes:
        line = [one, *(analysis.program.classes[base] for base in one.ancestors)] if one.in_project else []
        strange = next((unknown[member.id] for member in line if member.id in unknown), None)
        if strange is None:
            continue
        for member in line:
            for name, method in member.methods.items() if member.in_project else ():
                if not name.startswith("_"):
                    yield method, f"{strange} is not installed here, and may call {name} itself"


def _unknown_bases(analysis: Analysis) -> Mapping[int, str]:
    """Classes of the project with an imported base that the checker knows nothing of, and what they call it."""
    at: dict[tuple[str, str, int], Class] = {}
    for one in analysis.program.classes:
        if one.in_project and one.path is not None:
            at[one.path, one.name.rpartition(".")[2], one.line] = one
    own = {part.removesuffix(".py") for path in analysis.project.sources for part in path.split("/")}
    found: dict[int, str] = {}
    for path in sorted({path for path, _, _ in at}):
        for node in analysis.syntax[path].of_kind.get(ast.ClassDef, ()):
            known = at.get((path, node.name, node.lineno)) if isinstance(node, ast.ClassDef) else None
            if known is None or not isinstance(node, ast.ClassDef):
                continue
            have = _bare_names(analysis, known)
            for base in node.bases:
                plain = base.value if isinstance(base, ast.Subscript) else base
                name = analysis.names(path).resolve(plain)
                if name is None or name.startswith(LANGUAGE) or name.partition(".")[0] in own:
                    continue
                if have.isdisjoint({name.rpartition(".")[2], *_imported_as(analysis, path, plain)}):
                    found[known.id] = dotted(plain) or name
                    break
    return found


def _imported_as(analysis: Analysis, path: str, base: ast.expr) -> Iterator[str]:
    """What is imported under the name of a base: `try` takes it from one module, and `except` from another."""
    if isinstance(base, ast.Name):
        for node in analysis.syntax[path].of_kind.get(ast.ImportFrom, ()):
            if isinstance(node, ast.ImportFrom):
                yield from (alias.name for alias in node.names if base.id == (alias.asname or alias.name))


def _bare_names(analysis: Analysis, one: Class) -> frozenset[str]:
    return frozenset(analysis.program.classes[base].name.rpartition(".")[2] for base in one.ancestors)
