"""What is gone through asynchronously: a generator that becomes async, or a generator expression that awaits."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.cleanup import cleans_up
from aioport.planning.consuming.outcome import Consumed, Refusal, Taken
from aioport.planning.plan import Intent, Listed, Mapped, Materialise
from aioport.program.syntax import Syntax


@dataclass(frozen=True, slots=True)
class Given:
    """An asynchronous iterable in a file.

    makers: the generators that it comes from; none for a generator expression and for what a class makes.
    derived: it is made of another one, and closing it would not close that.
    kept: a variable holds it besides the place that is looked at.
    mapped: it is a call of `map` or `filter`, which becomes a generator expression.
    seen: variables that were followed on the way here, by file, line of their function and name.
    """

    analysis: Analysis
    path: str
    makers: frozenset[int] = frozenset()
    derived: bool = False
    kept: bool = False
    mapped: Mapped | None = None
    seen: frozenset[tuple[str, int, str]] = frozenset()

    @property
    def syntax(self) -> Syntax:
        return self.analysis.syntax[self.path]

    def inside(self, mapped: Mapped | None = None) -> Given:
        """What something lazy makes of it: `enumerate(g())`, `(x for x in g())`."""
        return replace(self, derived=True, kept=False, mapped=mapped)

    def taken(self, *intents: Intent, bare: bool = False) -> Taken:
        """These intents, for a consumer that is asynchronous itself. `bare`: there are parentheses around it already."""
        own = () if self.mapped is None else (replace(self.mapped, brackets="" if bare else "()"),)
        return Taken(tuple((self.path, intent) for intent in (*own, *intents)))

    def listed(self, node: ast.expr, *intents: Intent) -> Taken:
        """The same for a consumer that wants a list."""
        own: Intent
        if self.mapped is not None:
            own = replace(self.mapped, brackets="[]")
        elif isinstance(node, ast.GeneratorExp):
            own = Materialise(node)
        else:
            own = Listed(node)
        return Taken(tuple((self.path, intent) for intent in (own, *intents)))

    @property
    def unclean(self) -> str | None:
        """The name of a generator that has something to do when it is closed."""
        found = (one for one in sorted(self.makers) if cleans_up(self.analysis, one))
        return next((self.analysis.function(one).bare_name for one in found), None)

    def left_early(self, by: str) -> Refusal | None:
        """Why something that may stop early cannot go through it."""
        if self.kept or self.unclean is None:
            return None
        return Refusal(
            f"{by} may stop early, and {self.unclean} would clean up too late; use a `for` loop over it"
        )


Follow: TypeAlias = Callable[[Given, ast.expr], Consumed]
"""Finds what goes through something at an expression."""
