"""What it takes for the functions that pools of threads run to become async: all of a function's pools change together."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.given import Given
from aioport.planning.consuming.higher_order import Use
from aioport.planning.consuming.iterating import iterate, room_for_await
from aioport.planning.consuming.outcome import Consumed, Refusal, Taken, joined
from aioport.planning.plan import AsyncWith, Await, Helper, Intent, Retype
from aioport.planning.pools.belongings import find_belonging
from aioport.planning.pools.model import PoolGroup


def find_pool_uses(analysis: Analysis) -> Iterator[tuple[int, Use]]:
    """Each function that a pool is given, and where."""
    for group in analysis.callables.pools.groups:
        consumed = _consumed(analysis, group)
        calls = frozenset(_calls(analysis, group))
        for one in group.submissions:
            index = analysis.call_at.get((group.path, *analysis.syntax[group.path].span(one.call)))
            line = one.call.lineno
            use = Use(
                group.function, group.path, line, index, consumed, f"runs it in a {group.name}", calls, group.targets
            )  # fmt: skip
            for target in one.targets:
                yield target, use


def _consumed(analysis: Analysis, group: PoolGroup) -> Consumed:
    """All changes around the pools, or why one of them cannot be made."""
    path, syntax = group.path, analysis.syntax[group.path]
    if (reason := find_belonging(analysis, group)) is not None:
        return Refusal(reason)
    parts: list[Consumed] = []
    for entered in group.entered:
        item = syntax.parents[entered]
        statement = syntax.parents[item]
        if not isinstance(statement, ast.With) or not isinstance(item, ast.withitem):
            return Refusal(f"line {entered.lineno} is no plain `with`")
        parts.append(Taken(((path, AsyncWith(statement, (statement.items.index(item),))),)))
    for call in group.awaited:
        parts += [_at(call, room_for_await(analysis, path, call)), Taken(((path, Await(call)),))]
    parts += [_at(call, iterate(Given(analysis, path), call)) for call in group.lazy]
    own: list[Intent] = [Helper(call, name) for call, name in group.helpers]
    own += [Retype(node, (name,)) for node, name in group.retyped]
    return joined(*parts, Taken(tuple((path, intent) for intent in own)))


def _at(call: ast.Call, consumed: Consumed) -> Consumed:
    return Refusal(f"line {call.lineno}: {consumed.reason}") if isinstance(consumed, Refusal) else consumed


def _calls(analysis: Analysis, group: PoolGroup) -> Iterator[int]:
    """Indices of all calls on the pools and what they give, implicit ones included."""
    syntax = analysis.syntax[group.path]
    spans = {syntax.span(one) for one in group.touched}
    spans |= {syntax.span(one.call) for one in group.submissions}
    spans |= {syntax.span(one) for one in (*group.awaited, *group.lazy)}
    spans |= {
        syntax.span(call)
        for one in group.touched
        if isinstance(attribute := syntax.parents[one], ast.Attribute)
        and isinstance(call := syntax.parents[attribute], ast.Call)
    }
    for index in analysis.indices_of(group.path):
        known = analysis.program.calls[index]
        if (known.start, known.end) in spans:
            yield index


def pooled_calls(uses: Mapping[int, tuple[Use, ...]], wanted: Mapping[int, int | None]) -> frozenset[int]:
    """Calls on pools that become pools of tasks."""
    return frozenset(
        index
        for function, found in uses.items()
        if function in wanted
        for use in found
        for index in use.calls
    )
