"""Keyword arguments that a function takes as `**options` and hands on: which ones its callers in the project pass."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis
from aioport.planning.public import BY_NAME, find_public
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode


def passed_through(analysis: Analysis, function: int, node: ast.Call) -> frozenset[str] | None:
    """The keywords that arrive at a call by `**options`; None where the project does not say all of them.

    function: in whose body the call stands. Known are those of a function that the project calls by its name and does
    not offer to others on purpose, and that does nothing with `options` but hand it on.
    """
    spread = [one.value for one in node.keywords if one.arg is None]
    if len(spread) != 1 or not isinstance(spread[0], ast.Name):
        return None
    return _Callers(analysis).keywords(function, spread[0].id)


class _Callers:
    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._public = analysis.once(find_public)
        self._known: dict[tuple[int, str], frozenset[str] | None] = {}

    def keywords(self, function: int, name: str) -> frozenset[str] | None:
        """What the callers of a function pass beyond its own parameters, where these are gathered under a name."""
        analysis = self._analysis
        key = (function, name)
        if key in self._known:
            return self._known[key]
        self._known[key] = None  # nothing is known of one that calls itself
        node = analysis.node(function)
        if (
            node is None
            or node.args.kwarg is None
            or node.args.kwarg.arg != name
            or not _hands_on_only(node, name)
            or node.decorator_list
            or self._public.get(function, BY_NAME) != BY_NAME
            or function in analysis.callables.pinned
            or function in analysis.callables.followed
            or len(analysis.family(function)) > 1
        ):
            return None
        own = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
        found: set[str] = set()
        for index in analysis.calls_of.get(function, ()):
            record = analysis.program.calls[index]
            call = analysis.expression(record)
            if not isinstance(call, ast.Call) or record.unknown is not None:
                return None
            given = self._given(record.caller, call)
            if given is None:
                return None
            found |= given - own
        if analysis.calls_of.get(function):
            self._known[key] = frozenset(found)
        return self._known[key]

    def _given(self, caller: int, call: ast.Call) -> frozenset[str] | None:
        found: set[str] = set()
        for keyword in call.keywords:
            if keyword.arg is not None:
                found.add(keyword.arg)
                continue
            more = self.keywords(caller, dotted(keyword.value) or "")
            if more is None:
                return None
            found |= more
        return frozenset(found)


def _hands_on_only(node: FunctionNode, name: str) -> bool:
    """Whether all that a function does with the variable is `f(**name)`."""
    uses = [one for one in ast.walk(node) if isinstance(one, ast.Name) and one.id == name]
    handed = {one.value for one in ast.walk(node) if isinstance(one, ast.keyword) and one.arg is None}
    return all(one in handed for one in uses)
