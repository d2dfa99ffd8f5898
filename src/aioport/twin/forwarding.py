"""Calls of leaves whose arguments differ in the library that takes the place of theirs."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Await, ConvertArguments, Intent, Plan
from aioport.twin.replaced import ReplacedNames


def convert_forwarded(
    analysis: Analysis, plan: Plan, replaced: ReplacedNames
) -> Mapping[str, tuple[Intent, ...]]:
    """The intents of a plan, in which what is awaited of another library gets its arguments as that one has them.

    Only where the call does not write its arguments out, so that nobody could convert them by hand there.
    """
    functions = {
        one.sync: one.function
        for package in replaced.packages
        for one in analysis.catalog.library(package).forwarded
    }
    found = dict(plan.intents)
    for path, intents in plan.intents.items() if functions else ():
        more: list[Intent] = []
        for intent in intents:
            if isinstance(intent, Await) and isinstance(intent.node, ast.Call) and _forwards(intent.node):
                index = analysis.call_at.get((path, *analysis.syntax[path].span(intent.node)))
                targets = analysis.program.calls[index].targets if index is not None else ()
                names = (analysis.catalog.public_name(analysis.function(one).name) for one in targets)
                function = next((functions[name] for name in names if name in functions), None)
                if function is not None:
                    more.append(ConvertArguments(intent.node, function))
        found[path] = (*intents, *more)
    return found


def _forwards(node: ast.Call) -> bool:
    return any(isinstance(one, ast.Starred) for one in node.args) or any(
        one.arg is None for one in node.keywords
    )
