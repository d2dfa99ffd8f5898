"""Edits of `except` clauses."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.planning.plan import PassCancelled
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, opening


def edit_pass_cancelled(intent: PassCancelled, context: FileContext) -> Iterator[Edit]:
    """A clause in front of another one, with the same indentation."""
    span = context.syntax.span(intent.node)
    start = context.syntax.source.line_starts[intent.node.lineno - 1]
    margin = context.data[start : span[0]].decode()
    cancelled, newline = context.symbol("asyncio.CancelledError"), context.newline
    text = f"except {cancelled}:{newline}{margin}{context.step}raise{newline}{margin}"
    yield opening(span[0], text, span, "PassCancelled")
