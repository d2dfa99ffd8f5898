"""The program of a twin: with the calls of values that reach a leaf, and without iterations that cannot be its own."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from aioport.blocking.edges import find_edges, find_takers
from aioport.blocking.facts import Wait
from aioport.catalog.schema import Blocks
from aioport.planning.analysis import Analysis
from aioport.planning.colors import DEMANDS, VALUE
from aioport.program.model import Call, Program
from aioport.program.names import dotted
from aioport.program.syntax import own_nodes
from aioport.twin.twofold import find_twofold, with_twofold
from aioport.values.following import Edges, follow_values

LAMBDA = "<lambda>"
"""What the function that stands for a lambda is called."""

ABSTRACT = ("typing.", "collections.abc.", "_typeshed.")
"""Where protocols are defined that any class may implement."""

REACHES_LEAF = Blocks(names=("a leaf of the twin",), category="network")


@dataclass(frozen=True)
class FollowedLeaves:
    """An analysis in which calls of values have targets: of what is passed, stored and returned, and leads to a leaf.

    twofold: the function that stands for going through an iterable of both colors; reached: where such come to.
    """

    analysis: Analysis
    twofold: int
    reached: tuple[tuple[str, ast.expr], ...]


def follow_leaves(analysis: Analysis, leaves: Iterable[int], wanted: Iterable[int]) -> FollowedLeaves:
    """Follows values to the calls that may run what leads to a leaf.

    leaves: calls of leaves, by index; wanted: functions that are to be async whatever they call.
    """
    catalog = analysis.catalog
    program, twofold = with_twofold(analysis.program)
    points = frozenset(leaves)
    seeds = {program.calls[index].caller for index in points}
    seeds |= {target for index in points for target in program.calls[index].targets}
    seeds |= set(wanted)
    takers = find_takers(program, catalog)
    edges = find_edges(program, catalog, takers, analysis.facts.spawned, follow=True)

    def find_waits(found: Program, edges: Edges) -> dict[int, Wait]:
        return _reaching(found, edges, seeds)

    both = {twofold: tuple(find_twofold(analysis))}
    followed = follow_values(analysis.project, program, catalog, edges, find_waits, both)
    return FollowedLeaves(analysis.revised(_merged(analysis, followed.program)), twofold, followed.reached)


def _reaching(program: Program, edges: Edges, seeds: Iterable[int]) -> dict[int, Wait]:
    callers: dict[int, list[int]] = defaultdict(list)
    for index, targets in edges.items():
        for target in targets:
            callers[target].append(program.calls[index].caller)
    found = dict.fromkeys(seeds)
    queue = deque(found)
    while queue:
        for caller in callers.get(queue.popleft(), ()):
            if caller not in found and not program.functions[caller].is_async:
                found[caller] = None
                queue.append(caller)
    return {one: Wait("", REACHES_LEAF, (), sure=True) for one in found}


def _merged(analysis: Analysis, followed: Program) -> Program:
    """What was found, as far as an async half can await it.

    A lambda whose body is a call hands on the coroutine that the call makes; others stay part of what is around them.
    """
    before = analysis.program.calls
    bodies = dict(_lambda_bodies(analysis, followed))
    made = frozenset(bodies.values())
    calls: list[Call] = []
    for index, call in enumerate(followed.calls):
        known = before[index] if index < len(before) else None
        if known is None and call.kind not in DEMANDS:
            continue
        targets = tuple(one for one in call.targets if not _is_deferred(followed, one) or one in made)
        if known is not None and not known.targets:
            targets = _values_only(targets, followed)
        if known is None:
            if targets:
                calls.append(msgspec.structs.replace(call, targets=targets))
            continue
        caller = bodies.get(index, known.caller)
        if any(not followed.functions[one].in_project for one in known.targets):
            # What others call back is not awaited by them.
            calls.append(msgspec.structs.replace(known, caller=caller))
            continue
        is_value = (
            bool(targets) and not known.targets and not _is_looked_up(call, targets, analysis, followed)
        )
        unknown = VALUE if is_value else known.unknown
        calls.append(msgspec.structs.replace(call, caller=caller, targets=targets, unknown=unknown))
    return replace(followed, calls=tuple(calls))


def _values_only(targets: tuple[int, ...], program: Program) -> tuple[int, ...]:
    """Targets without the `__getattr__` that found the others: it runs before the call, and is not what is called."""
    found = tuple(one for one in targets if program.functions[one].bare_name != "__getattr__")
    return found or targets


def _is_looked_up(call: Call, targets: Iterable[int], analysis: Analysis, followed: Program) -> bool:
    """Whether targets were found by the name of a method, not by what a value may be."""
    node = analysis.expression(call)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    return any(followed.functions[one].bare_name in (node.func.attr, "__getattr__") for one in targets)


def _is_deferred(program: Program, function: int) -> bool:
    return function < len(program.functions) and program.functions[function].bare_name.startswith("<")


def _lambda_bodies(analysis: Analysis, followed: Program) -> Iterator[tuple[int, int]]:
    """Calls that are all of a lambda's body, by index, with the function that stands for the lambda."""
    for index in range(len(analysis.program.calls)):
        call = followed.calls[index]
        if call.kind == "call" and followed.functions[call.caller].bare_name == LAMBDA:
            node = analysis.expression(call)
            parent = analysis.syntax[call.path].parents.get(node) if node is not None else None
            if isinstance(parent, ast.Lambda) and parent.body is node:
                yield index, call.caller


def without_guesses(analysis: Analysis) -> Program:
    """A program in which nothing is taken for the project's that only might be, since an `await` too many breaks code.

    Going through something runs the project's `__next__` only where that of the iterator's class is known: the checker
    knows the iterators of builtins as `Iterator`, of which every iterator of the project is a subclass. A method of
    an unknown object is the project's only where builtins have none of its name.
    """
    program = analysis.program
    own: dict[tuple[str, int, int], tuple[int, ...]] = {}
    for call in program.calls:
        if call.kind == "iter" and not _is_abstract(call, program):
            own[call.path, call.start, call.end] = tuple(_next_methods(call, analysis))
    return replace(program, calls=tuple(_sobered(call, analysis, own) for call in program.calls))


def _is_abstract(call: Call, program: Program) -> bool:
    """Whether a call is one of a protocol's method, which a class of the project might be behind."""
    return any(program.functions[target].name.startswith(ABSTRACT) for target in call.targets)


def _next_methods(call: Call, analysis: Analysis) -> Iterator[int]:
    """The `__next__` of what the project's `__iter__` returns: its own object, or one that it makes."""
    program = analysis.program
    for target in call.targets:
        node = analysis.node(target)
        if node is None:
            continue
        classes = [program.calls[index].constructs for index in analysis.calls_in.get(target, ())]
        if any(isinstance(one, ast.Return) and isinstance(one.value, ast.Name) for one in own_nodes(node)):
            classes.append(program.functions[target].owner)
        for one in classes:
            found = program.find_method(one, "__next__") if one is not None else None
            if found is not None and program.functions[found].in_project:
                yield found


def _sobered(call: Call, analysis: Analysis, own: Mapping[tuple[str, int, int], tuple[int, ...]]) -> Call:
    program = analysis.program
    if call.kind == "next" and _is_abstract(call, program):
        return _only_outside(call, program, own.get((call.path, call.start, call.end), ()))
    if call.kind == "iter" and _is_abstract(call, program):
        return _only_outside(call, program)
    if call.kind == "call" and call.unknown is not None:
        if _is_guess(call, analysis):
            return _only_outside(call, program)
        call = _of_its_line(call, analysis)
    return _only_outside(call, program) if _overrides_only(call, program) else call


def _only_outside(call: Call, program: Program, more: tuple[int, ...] = ()) -> Call:
    outside = tuple(one for one in call.targets if not program.functions[one].in_project)
    return msgspec.structs.replace(call, targets=(*outside, *more))


def _is_guess(call: Call, analysis: Analysis) -> bool:
    """Whether an unknown call's targets have nothing to do with it but the name of a method."""
    node = analysis.expression(call)
    if isinstance(node, ast.Call) and analysis.names(call.path).resolve(node.func) is not None:
        first = dotted(node.func) or ""
        bound = analysis.names(call.path).bound.get(first.partition(".")[0], "")
        if bound.partition(".")[0] not in _packages(analysis):
            return True
    names = {analysis.function(target).bare_name for target in call.targets}
    return not names.isdisjoint(analysis.catalog.method_names) and not _is_receiver_known(call, analysis)


def _of_its_line(call: Call, analysis: Analysis) -> Call:
    """A call on a method's own object, without methods that no object of its class, or of one below, has."""
    program = analysis.program
    own = program.functions[call.caller].owner
    if own is None or not _is_on_first(call, analysis):
        return call
    below = {own, *program.subclasses.get(own, ())}
    line = below.union(*(program.classes[one].ancestors for one in below))
    near = tuple(one for one in call.targets if program.functions[one].owner in (None, *line))
    return msgspec.structs.replace(call, targets=near)


def _is_on_first(call: Call, analysis: Analysis) -> bool:
    """Whether a method is called on the first parameter of the function around."""
    node, around = analysis.expression(call), analysis.node(call.caller)
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or around is None:
        return False
    own = around.args.args[0].arg if around.args.args else None
    return isinstance(node.func.value, ast.Name) and node.func.value.id == own


def _packages(analysis: Analysis) -> frozenset[str]:
    return frozenset(path.partition("/")[0].removesuffix(".py") for path in analysis.project.sources)


def _overrides_only(call: Call, program: Program) -> bool:
    """Whether the project's methods are there only because they override one of another package's class, and the
    object is known as one of that class (`dict`), which says nothing of the project's subclasses.
    """
    owners = {program.functions[target].owner for target in call.targets}
    outside = {one for one in owners if one is not None and not program.classes[one].in_project}
    inside = {one for one in owners if one is not None and program.classes[one].in_project}
    if not outside or not inside or call.through_super:
        return False
    known = program.receiver(call)
    named = set(known.ids) if known is not None else set()
    return all(one not in named and not outside.isdisjoint(program.classes[one].ancestors) for one in inside)


def _is_receiver_known(call: Call, analysis: Analysis) -> bool:
    """Whether it is known what a method is called on; of a method's own object the report has no type."""
    receiver = analysis.program.receiver(call)
    if receiver is not None and (receiver.classes or receiver.objects):
        return True
    return _is_on_first(call, analysis)
