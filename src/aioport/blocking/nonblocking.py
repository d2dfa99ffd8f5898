"""Calls on sockets and files that are ready to be told to come back later: `except BlockingIOError` says so."""

from __future__ import annotations

import ast

from aioport.positions import Span, span_of
from aioport.project import PARSE_ERRORS, Project, Source

SIGNS = frozenset({"BlockingIOError", "SSLWantReadError", "SSLWantWriteError"})
"""Exceptions that only what does not wait raises."""

CATEGORIES = frozenset({"file", "network"})
"""Waits that can be turned off on the object."""


class NonBlocking:
    """Statements under such clauses, each file looked at when first asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def has(self, path: str, start: int, end: int) -> bool:
        """Whether a range of bytes lies in the body of such a `try`."""
        return any(begin <= start and end <= stop for begin, stop in self._project.sources[path].once(_find))


def _find(source: Source) -> tuple[Span, ...]:
    if not any(sign.encode() in source.data for sign in SIGNS):
        return ()
    try:
        tree = source.tree
    except PARSE_ERRORS:
        return ()
    return tuple(
        (span_of(source, node.body[0])[0], span_of(source, node.body[-1])[1])
        for node in ast.walk(tree)
        if isinstance(node, ast.Try) and any(_names_sign(handler) for handler in node.handlers)
    )


def _names_sign(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return False
    names = (
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(handler.type)
        if isinstance(node, ast.Name | ast.Attribute)
    )
    return not SIGNS.isdisjoint(names)
