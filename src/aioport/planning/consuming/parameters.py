"""Something asynchronous that is passed to a function of the project, which goes through its parameter."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.given import Follow, Given
from aioport.planning.consuming.outcome import Consumed, Refusal, Taken, joined
from aioport.planning.consuming.variables import made_by, read_by_name
from aioport.program.model import Function
from aioport.values.arguments import arrivals


def read_by_function(
    given: Given, call: ast.Call, argument: ast.expr | ast.keyword, targets: Iterable[int], follow: Follow
) -> Consumed:
    """What it takes for all that a call may run to go through an asynchronous argument."""
    if given.mapped is not None:
        return Refusal(f"`{ast.unparse(call.func)}` gets what `map` or `filter` make, and reads it later")
    parts = [
        _read_by(given, member, call, argument, follow)
        for target in targets
        for member in given.analysis.family(target)
    ]
    return joined(*parts)


def _read_by(
    given: Given, target: int, call: ast.Call, argument: ast.expr | ast.keyword, follow: Follow
) -> Consumed:
    analysis = given.analysis
    one, node = analysis.function(target), analysis.node(target)
    if node is None or one.path is None or one.bare_name == "__init__":
        return Refusal(f"{one.name} keeps what it is given, or is not understood")
    name = _parameter(analysis, one, call, argument)
    if name is None:
        return Refusal(f"{one.name} gets it among other arguments")
    makers = _passed_everywhere(given, target, name, argument)
    if isinstance(makers, Refusal):
        return makers
    inside = replace(given, path=one.path, makers=given.makers | makers, kept=False)
    found = read_by_name(inside, node, name, follow)
    if isinstance(found, Refusal):
        return Refusal(f"{one.name} goes through it: {found.reason}")
    return joined(found, Taken(needs=frozenset({target}) | makers))


def _parameter(
    analysis: Analysis, one: Function, call: ast.Call, argument: ast.expr | ast.keyword
) -> str | None:
    node = analysis.node(one.id)
    assert node is not None
    receives = one.owner is not None and not one.is_static
    if any(isinstance(other, ast.Starred) for other in call.args):
        return None
    found = list(arrivals(node, call, argument, receives=receives))
    return found[0][0] if len(found) == 1 and found[0][1] == "itself" else None


def _passed_everywhere(
    given: Given, target: int, name: str, argument: ast.expr | ast.keyword
) -> frozenset[int] | Refusal:
    """The generators that all calls of a function pass for a parameter."""
    analysis = given.analysis
    one = analysis.function(target)
    makers: set[int] = set()
    for index in analysis.calls_of.get(target, ()):
        record = analysis.program.calls[index]
        where = f"{record.path}:{record.line}"
        node = analysis.expression(record)
        if record.kind != "call" or not isinstance(node, ast.Call) or record.unknown is not None:
            return Refusal(f"{where} calls {one.name} in a way that is not understood")
        values = [other for other in _arguments(node) if _parameter(analysis, one, node, other) == name]
        if argument in values:
            continue
        value = next((other.value if isinstance(other, ast.keyword) else other for other in values), None)
        made = made_by(analysis, record.path, value) if value is not None else None
        if made is None:
            return Refusal(
                f"{where} passes {one.name} something else for `{name}`, which would have to be asynchronous"
            )
        makers |= made
    return frozenset(makers)


def _arguments(call: ast.Call) -> Iterator[ast.expr | ast.keyword]:
    yield from call.args
    yield from call.keywords
