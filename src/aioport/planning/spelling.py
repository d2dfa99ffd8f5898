"""`f"{f(x)=}"` prints the code of its expression: where that changes, the text that was printed is written out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Intent, SpellOut
from aioport.program.syntax import Syntax


def find_spelled_out(analysis: Analysis, path: str, intents: Iterable[Intent]) -> Iterator[SpellOut]:
    """One for each replacement field with `=` in which something changes."""
    syntax = analysis.syntax[path]
    for intent in list(intents):
        node = getattr(intent, "node", None)
        if isinstance(node, ast.expr):
            for above in syntax.ancestors(node):
                if isinstance(above, ast.stmt):
                    break
                if isinstance(above, ast.FormattedValue) and _shows_code(syntax, above):
                    yield SpellOut(above)


def _shows_code(syntax: Syntax, field: ast.FormattedValue) -> bool:
    """Whether the text in front of a field ends with the code of the field, as `=` makes it."""
    around = syntax.parents[field]
    if not isinstance(around, ast.JoinedStr):
        return False
    index = around.values.index(field)
    before = around.values[index - 1] if index else None
    return (
        isinstance(before, ast.Constant)
        and isinstance(before.value, str)
        and before.value.rstrip().endswith("=")
        and syntax.text(field.value) in before.value
    )
