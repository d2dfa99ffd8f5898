"""A second conversion changes nothing; where it would, these are the functions that it changes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Intent, Plan
from aioport.verifying.verdict import Violation

SECOND_RUN = "second run"
"""The check that these violations are of."""


def find_changed_again(after: Analysis, plan: Plan, changed: Collection[str]) -> Iterator[Violation]:
    """One violation for each function that a second plan would change, or for the file where it is in none.

    after, plan: of what the first conversion wrote.
    changed: the files that the second one would write.
    """
    found: set[tuple[str, int | None]] = set()
    for path in sorted(changed):
        for intent in plan.intents.get(path, ()):
            function = _around(after, path, intent)
            if (path, function) in found:
                continue
            found.add((path, function))
            if function is None:
                yield Violation(SECOND_RUN, path, 1, "", "a second run changes this file")
                continue
            one = after.function(function)
            owner = (
                f" of `{after.program.classes[one.owner].name.rpartition('.')[2]}`"
                if one.owner is not None
                else ""
            )
            message = f"a second run changes {one.name}{owner}: {_reason(after, plan, function)}"
            yield Violation(SECOND_RUN, path, one.line, one.name, message)
    if not found and changed:
        yield Violation(SECOND_RUN, min(changed), 1, "", "a second run changes this file")


def _around(after: Analysis, path: str, intent: Intent) -> int | None:
    """The innermost function that a change is in, or the one that it changes itself."""
    node = getattr(intent, "first", None) or getattr(intent, "node", None)
    if not isinstance(node, ast.AST):
        return None
    for one in (node, *after.syntax[path].ancestors(node)):
        if (function := after.by_node.get(one)) is not None:
            return function
    return None


def _reason(after: Analysis, plan: Plan, function: int) -> str:
    decision = plan.functions.get(function)
    if decision is not None and decision.changed:
        return decision.reason
    calls = (plan.calls.get(index) for index in after.calls_in.get(function, ()))
    acting = (one.reason for one in calls if one is not None and one.action not in ("leave", "keep"))
    return next(acting, "something in it is done otherwise")
