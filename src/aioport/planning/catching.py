"""`except` clauses that catch more after the rewrite than before it: the new library's exceptions have other bases.

`except TimeoutError` around a request does not catch `requests.Timeout`, and does catch what aiohttp raises instead.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.catalog.index import FoundException
from aioport.planning.analysis import Analysis
from aioport.planning.plan import Suggestion
from aioport.planning.raising import Raising
from aioport.program.names import ImportedNames, dotted


def find_wider_handlers(analysis: Analysis, raising: Raising) -> Iterator[Suggestion]:
    """Clauses to be looked at, with what they catch from now on; raising: what reaches each of them."""
    for path in sorted(analysis.project.sources):
        names = analysis.names(path)
        for node in analysis.syntax[path].of_kinds(ast.Try):
            if isinstance(node, ast.Try):
                yield from _of_statement(analysis, raising, path, names, node)


def _of_statement(
    analysis: Analysis, raising: Raising, path: str, names: ImportedNames, node: ast.Try
) -> Iterator[Suggestion]:
    caught: set[str] = set()
    for handler in node.handlers:
        clauses = list(_named(names, handler))
        known = [one for clause in clauses if (one := analysis.catalog.exception(clause)) is not None]
        # A library's base class is the one that builtin exceptions catch.
        caught.update(one.library if one.exception.bases else one.exception.sync for one in known)
        for clause in clauses:
            for found in analysis.catalog.caught_by(clause):
                if caught.isdisjoint((found.library, found.exception.sync)):
                    if found.library in raising.under(path, node.body).new:
                        yield Suggestion(path, handler.lineno, _text(clause, found))


def _named(names: ImportedNames, handler: ast.ExceptHandler) -> Iterator[str]:
    classes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    for one in classes:
        name = (names.resolve(one) or dotted(one)) if one is not None else None
        if name is not None:
            yield name.removeprefix("builtins.")


def _text(clause: str, found: FoundException) -> str:
    return (
        f"`except {clause}` did not catch {found.exception.sync}, and catches {', '.join(found.exception.async_)},"
        " which is raised instead; put a clause for that in front if it is to pass"
    )
