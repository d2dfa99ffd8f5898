"""Turns decisions into intents: which node of which file is to be changed in which way."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aioport.planning.affine_lifting import Lift
from aioport.planning.analysis import Analysis
from aioport.planning.both import Both
from aioport.planning.callables.intents import drop_handed_on, make_callable_intents
from aioport.planning.cancelling import find_caught
from aioport.planning.colors import DEMANDS, Colors
from aioport.planning.concurrency import Overlap
from aioport.planning.consuming.annotations import asynchronous_annotation
from aioport.planning.consuming.outcome import Taken
from aioport.planning.doctests import find_examples
from aioport.planning.entries import Entries
from aioport.planning.flows import Stream
from aioport.planning.fronts import Front
from aioport.planning.leaves import Demand, Leaf
from aioport.planning.pins.halves import twin_name
from aioport.planning.pins.slots import ASYNC_SLOTS
from aioport.planning.plan import (
    AsyncFront,
    AsyncWith,
    AsyncYieldFrom,
    Await,
    BlockUnit,
    Bridge,
    DropAsync,
    GatherComprehension,
    GatherLoop,
    Intent,
    KeepSync,
    MakeAsync,
    MakeMain,
    MakeSync,
    Mapped,
    Native,
    Offload,
    OnLoop,
    ReadMember,
    Rename,
    Retype,
    RunHere,
    Scope,
    Shim,
    Suggestion,
)
from aioport.planning.protocol_bases import find_protocol_bases
from aioport.planning.raising import Raising
from aioport.planning.reshaping.reshapes import Reshapes, define_reshaped, use_reshaped
from aioport.planning.retyping import retype_exceptions, retype_named, retype_names
from aioport.planning.sites import consume, find_uses
from aioport.planning.spelling import find_spelled_out
from aioport.planning.testing.asynchronous import Way, turn_test
from aioport.planning.testing.handing import hand_over
from aioport.planning.testing.mocks import make_stand_ins
from aioport.planning.testing.programs import run_programs
from aioport.planning.testing.running import form_of, runs_here
from aioport.planning.unit_names import name_item
from aioport.planning.units import Units
from aioport.planning.waiting import NewAwaits, find_new_awaits
from aioport.program.syntax import FunctionNode, nodes_in

LONGEST_SCOPE = 15
"""Lines that an `async with` around a response may span; beyond, the response is read whole at once."""


@dataclass(frozen=True)
class Parts:
    """What planning has decided.

    tests: functions of tests that may become async, and how.
    leaves: all calls that rules are about; refused: those among them that are not rewritten, and why.
    idle: functions that were named as entries and would be async for nothing, and why.
    needless: async functions that become sync ones, since a framework runs these in a thread.
    fronts: functions that stay sync under another name, behind an async form of theirs.
    lifts: how thread-affine objects are made for any thread, each with the use on another one.
    divided: functions that become async since part of what they do has to stay on the event loop's thread.
    on_loop: functions that become async since they make a client, so that no framework runs them in a thread.
    returning: functions that run on the event loop's thread wherever they are called; decorated: those that do from now on.
    """

    analysis: Analysis
    colors: Colors
    leaves: Mapping[int, Leaf]
    streams: tuple[Stream, ...]
    entries: Entries
    units: Units
    overlaps: tuple[Overlap, ...]
    refused: Mapping[int, str]
    reshapes: Reshapes = field(default_factory=Reshapes)
    idle: Mapping[int, str] = field(default_factory=dict)
    tests: Mapping[int, Way] = field(default_factory=dict)
    needless: frozenset[int] = frozenset()
    fronts: Mapping[int, Front] = field(default_factory=dict)
    lifts: tuple[tuple[Lift, str], ...] = ()
    divided: frozenset[int] = frozenset()
    on_loop: frozenset[int] = frozenset()
    returning: frozenset[int] = frozenset()
    decorated: frozenset[int] = frozenset()

    @cached_property
    def awaits(self) -> NewAwaits:
        return find_new_awaits(self.analysis, self.colors, self.units, self.overlaps)


def make_intents(parts: Parts) -> tuple[dict[str, tuple[Intent, ...]], frozenset[str]]:
    """Intents by path, and the catalog files whose rules they use."""
    found: dict[str, list[Intent]] = defaultdict(list)
    for maker in (_functions, _calls, _fronts, _uses, _streams, _retypings, _overlaps, _cancellations):
        for path, intent in maker(parts):
            found[path].append(intent)
    for path, intent in make_callable_intents(parts.analysis, parts.colors.wanted, parts.colors.points):
        found[path].append(intent)
    for path, intent in parts.units.intents:
        found[path].append(intent)
    for path, intent in (
        *make_stand_ins(parts.analysis, parts.colors.awaited, parts.colors.kept | parts.entries.scripts),
        *hand_over(
            parts.analysis, parts.colors.awaited, parts.colors.kept | parts.entries.scripts, parts.tests
        ),
    ):
        found[path].append(intent)
    for function in sorted(parts.decorated):
        node, home = parts.analysis.node(function), parts.analysis.function(function).path
        if isinstance(node, ast.FunctionDef) and home is not None:
            found[home].append(OnLoop(node))
    for lift, _ in parts.lifts:
        for path, argument in lift.intents():
            found[path].append(argument)
    for example in find_examples(parts.analysis, {*parts.colors.awaited, *parts.fronts}):
        if not isinstance(example, Suggestion):
            found[example[0]].append(example[1])
    for path, program in run_programs(parts.analysis, parts.colors.awaited):
        found[path].append(program)
    for path, intents in found.items():
        intents.extend(find_spelled_out(parts.analysis, path, intents))
    if parts.colors.kept:
        both = Both(parts.analysis, parts.entries.starts, parts.entries.scripts)
        for path, intents in found.items():
            found[path] = [one for one in intents if not both.is_sync_code(path, one, parts.colors.wanted)]
    libraries = {leaf.rule.library for leaf in parts.colors.points.values() if leaf.rule is not None}
    return {path: _merged(intents) for path, intents in sorted(found.items())}, frozenset(libraries)


def _merged(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """Each change once: several calls may ask for the same one, and `with a, b` once an item."""
    found: dict[tuple[type, int], Intent] = {}
    for intent in intents:
        key = (type(intent), id(intent.first if isinstance(intent, Scope | BlockUnit) else intent.node))
        known = found.get(key)
        if isinstance(known, AsyncYieldFrom) and known.is_async:
            continue
        if isinstance(known, Mapped) and isinstance(intent, Mapped):
            both = known.awaits or intent.awaits, known.is_async or intent.is_async
            found[key] = Mapped(known.node, *both, known.brackets)
        elif isinstance(known, AsyncWith) and isinstance(intent, AsyncWith):
            found[key] = AsyncWith(known.node, tuple(sorted({*known.items, *intent.items})))
        else:
            found[key] = intent
    return tuple(found.values())


def _functions(parts: Parts) -> Iterator[tuple[str, Intent]]:
    analysis = parts.analysis
    for function in sorted(parts.needless):
        node, path = analysis.node(function), analysis.function(function).path
        if isinstance(node, ast.AsyncFunctionDef) and path is not None:
            yield path, DropAsync(node)
    for function in sorted(parts.colors.wanted):
        node, path = analysis.node(function), analysis.function(function).path
        if not isinstance(node, ast.FunctionDef) or path is None:
            continue
        if function in analysis.mains:
            yield path, MakeMain(node, analysis.mains[function])
            continue
        if parts.reshapes.has(function):
            yield from (
                (path, one)
                for one in define_reshaped(analysis, parts.reshapes, function, parts.colors.wanted)
            )
            yield from ((path, one) for one in _decorators(analysis, path, node))
            continue
        name = ASYNC_SLOTS.get(node.name) if analysis.function(function).owner is not None else None
        if function in parts.entries.scripts:
            name = _free_name(analysis, path, f"a{node.name}")
            yield path, Shim(node, node.name, name, analysis.function(function).owner is not None)
            yield from _calls_of_script(parts, function, name)
        if function in analysis.callables.entries:
            yield path, MakeSync(node, analysis.callables.entries[function])
        if function in parts.colors.kept:
            name = twin_name(node.name)
            yield path, KeepSync(node)
        is_generator = function in analysis.written_generators
        plain = (
            function in analysis.abstract_generators
            or function in analysis.forwarders
            or (node.name == "__iter__" and not is_generator)
        )
        if (way := parts.tests.get(function)) is not None:
            name = way.how.methods.get(node.name)
            yield from turn_test(analysis, function, way)
        yield path, MakeAsync(node, name, plain)
        names = analysis.names(path)
        owner = analysis.function(function).owner
        for base, counterpart in find_protocol_bases(analysis, owner, node.name) if owner is not None else ():
            yield path, Retype(base, (counterpart,))
        for overload in analysis.overloads(path, node):
            yield path, MakeAsync(overload, name, plain)
        yield from ((path, one) for one in _decorators(analysis, path, node))
        if (is_generator or plain) and node.returns is not None:
            yield from ((path, intent) for intent in asynchronous_annotation(names, node.returns))
        if is_generator:
            yield from ((path, AsyncYieldFrom(one, is_async=False)) for one in _delegations(node))
        if node.name == "__next__":
            yield from ((path, intent) for intent in _stop_iterations(node))


def _decorators(analysis: Analysis, path: str, node: FunctionNode) -> Iterator[Intent]:
    """Decorators of libraries that have others for an `async def`."""
    names = analysis.names(path)
    for decorator in node.decorator_list:
        maker = decorator.func if isinstance(decorator, ast.Call) else decorator
        called = names.resolve(maker)
        known = analysis.catalog.decorator(called) if called else None
        if known is not None and known.async_ != known.sync:
            yield Retype(maker, (known.async_,))


def _delegations(node: FunctionNode) -> Iterator[ast.Expr]:
    for statement in node.body:
        for inner in nodes_in(statement):
            if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.YieldFrom):
                yield inner


def _stop_iterations(node: FunctionNode) -> Iterator[Intent]:
    for statement in node.body:
        for inner in nodes_in(statement):
            match inner:
                case ast.Raise(exc=ast.Name(id="StopIteration") as name):
                    yield Rename(name, "StopAsyncIteration")
                case ast.Raise(exc=ast.Call(func=ast.Name(id="StopIteration") as name)):
                    yield Rename(name, "StopAsyncIteration")


def _free_name(analysis: Analysis, path: str, name: str) -> str:
    while name in analysis.identifiers(path):
        name += "_"
    return name


def _calls_of_script(parts: Parts, function: int, name: str) -> Iterator[tuple[str, Intent]]:
    for index in parts.analysis.calls_of.get(function, ()):
        call = parts.analysis.program.calls[index]
        node = parts.analysis.expression(call)
        if parts.analysis.function(call.caller).kind != "def" or not isinstance(node, ast.Call):
            continue
        if not runs_here(parts.analysis, call, parts.colors.wanted):
            yield call.path, _renamed(parts.analysis, call.path, node.func, function, name)


def _renamed(analysis: Analysis, path: str, node: ast.expr, function: int, name: str) -> Intent:
    """Another name for a function at one of its uses, wherever that imports it from."""
    known, home = analysis.names(path).resolve(node), analysis.function(function).name
    if known is None:
        return Rename(node, name)
    if known != home:
        return Retype(node, (f"{home.rpartition('.')[0]}.{name}",))
    statements = (one for one in ast.walk(analysis.syntax[path].tree) if isinstance(one, ast.ImportFrom))
    modules = (
        "." * one.level + (one.module or "")
        for one in statements
        if isinstance(node, ast.Name) and any((alias.asname or alias.name) == node.id for alias in one.names)
    )
    return Rename(node, name, next(modules, None))


def _calls(parts: Parts) -> Iterator[tuple[str, Intent]]:
    analysis, colors = parts.analysis, parts.colors
    coroutines = {index for one in parts.overlaps if _is_bare(parts, one) for index in one.calls}
    scopes = dict(_scopes(parts, coroutines))
    for index, call in enumerate(analysis.program.calls):
        node = analysis.expression(call)
        if node is None:
            continue
        leaf = colors.points.get(index)
        if leaf is not None:
            yield from _leaf(parts, index, leaf, node, scopes, coroutines)
            continue
        if index in colors.outside or index in analysis.pooled_lambdas:
            continue
        targets = [target for target in call.targets if target in colors.wanted]
        reshaped = next((target for target in targets if parts.reshapes.has(target)), None)
        is_awaited = call.kind in DEMANDS or (call.kind == "property" and colors.reads)
        if not targets or index in colors.doubtful or not (is_awaited or reshaped is not None):
            continue
        slot = ASYNC_SLOTS.get(analysis.function(targets[0]).bare_name)
        if (
            call.kind == "call"
            and slot is not None
            and isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
        ):
            yield call.path, Rename(node.func, slot)
        if reshaped is not None:
            yield from ((call.path, one) for one in use_reshaped(parts.reshapes, reshaped, node))
        if (renamed := _async_form(parts, index, targets)) is not None:
            yield call.path, renamed
        if index in colors.bridged and isinstance(node, ast.Call):
            yield call.path, Bridge(node)
            continue
        if not analysis.literal and runs_here(analysis, call, colors.wanted):
            if not (colors.kept | parts.entries.scripts).issuperset(targets):
                yield call.path, RunHere(node, form_of(_demand(parts, index, targets[0])))
            continue
        caller = analysis.function(call.caller)
        if index in coroutines or not (call.caller in colors.wanted or caller.is_async):
            continue
        targets = drop_handed_on(analysis, colors.wanted, colors.points, index, targets)
        if not targets:
            continue
        if analysis.function(targets[0]).bare_name == "__iter__" and call.kind == "call":
            continue
        yield from _consumed(parts, call.path, node, _demand(parts, index, targets[0]))


def _async_form(parts: Parts, index: int, targets: Iterable[int]) -> Intent | None:
    """The name of the async form of a function of both colors, at a call that is awaited or starts the event loop."""
    analysis, colors, call = parts.analysis, parts.colors, parts.analysis.program.calls[index]
    node, kept = analysis.expression(call), next((one for one in targets if one in colors.kept), None)
    if kept is None or not isinstance(node, ast.Call) or call.kind != "call":
        return None
    if index in analysis.callables.sites or index in analysis.facts.spawned:
        return None
    bare = analysis.function(kept).bare_name
    is_open = call.caller in colors.wanted or analysis.function(call.caller).is_async
    if bare in ASYNC_SLOTS or not (is_open or index in colors.bridged):
        return None
    return _renamed(analysis, call.path, node.func, kept, twin_name(bare))


def _fronts(parts: Parts) -> Iterator[tuple[str, Intent]]:
    """The async forms, the sync ones' names wherever the project calls them, and the async ones where tests do."""
    analysis = parts.analysis
    for function, front in parts.fronts.items():
        node, one = analysis.node(function), analysis.function(function)
        if isinstance(node, ast.FunctionDef) and one.path is not None:
            yield one.path, AsyncFront(node, front.name, front.receiver, front.pool, one.is_static)
        for index in analysis.calls_of.get(function, ()):
            call = analysis.program.calls[index]
            called = analysis.expression(call)
            if not isinstance(called, ast.Call):
                continue
            if runs_here(analysis, call, parts.colors.wanted):
                yield call.path, RunHere(called)
            elif call.path in analysis.test_files:
                yield from _consumed(parts, call.path, called, "await")
            else:
                yield call.path, _renamed(analysis, call.path, called.func, function, front.name)


def _uses(parts: Parts) -> Iterator[tuple[str, Intent]]:
    for function, uses in find_uses(parts.analysis).items():
        for use in uses:
            if function in parts.colors.wanted and isinstance(use.consumed, Taken):
                yield from use.consumed.intents


def _demand(parts: Parts, index: int, target: int) -> Demand:
    call = parts.analysis.program.calls[index]
    if call.kind == "call" and target in parts.analysis.lazy:
        return "async with" if target in parts.analysis.context_managers else "async for"
    return DEMANDS.get(call.kind, "await")


def _consumed(parts: Parts, path: str, node: ast.expr, demand: Demand) -> Iterator[tuple[str, Intent]]:
    found = consume(parts.analysis, path, node, demand)
    if isinstance(found, Taken):
        yield from found.intents


def _leaf(
    parts: Parts, index: int, leaf: Leaf, node: ast.expr, scopes: Mapping[int, Scope], coroutines: set[int]
) -> Iterator[tuple[str, Intent]]:
    path = parts.analysis.program.calls[index].path
    if leaf.rule is None or not isinstance(node, ast.Call):
        if leaf.renamed is not None and isinstance(node, ast.Call):
            yield path, Rename(node.func, leaf.renamed)
        yield from _consumed(parts, path, node, leaf.demand)
        return
    if leaf.demand != "none":
        for found_path, intent in _consumed(parts, path, node, leaf.demand):
            if not isinstance(intent, Await):
                yield found_path, intent
    parent = parts.analysis.syntax[path].parents.get(node)
    if index in scopes:
        yield path, scopes[index]
        yield path, Native(node, leaf.rule, leaf.bound, "scoped")
    elif index in coroutines:
        yield path, Native(node, leaf.rule, leaf.bound, "coroutine")
    elif leaf.rule.rule.resource is not None:
        yield (
            path,
            Native(node, leaf.rule, leaf.bound, "scoped" if isinstance(parent, ast.withitem) else "whole"),
        )
    else:
        yield path, Native(node, leaf.rule, leaf.bound)


def _scopes(parts: Parts, coroutines: set[int]) -> Iterator[tuple[int, Scope]]:
    """Responses that stay in one block: `async with` around just the statements that use them."""
    for stream in parts.streams:
        makers = [
            index
            for index in stream.leaves
            if (leaf := parts.colors.points.get(index)) is not None and leaf.makes
        ]
        if stream.refusal is not None or len(makers) != 1 or makers[0] in coroutines:
            continue
        leaf = parts.colors.points[makers[0]]
        if leaf.rule is not None and leaf.rule.rule.resource is not None:
            scope = _scope(parts, stream, makers[0])
            if scope is not None:
                yield makers[0], scope


def _scope(parts: Parts, stream: Stream, maker: int) -> Scope | None:
    path = parts.analysis.program.calls[maker].path
    syntax = parts.analysis.syntax[path]
    node = parts.analysis.expression(parts.analysis.program.calls[maker])
    assignment = syntax.parents.get(node) if node is not None else None
    if not isinstance(assignment, ast.Assign) or len(assignment.targets) != 1:
        return None
    target = assignment.targets[0]
    if not isinstance(target, ast.Name):
        return None
    suite = syntax.suite(assignment)
    later = suite[suite.index(assignment) + 1 :]
    last = -1
    for use in stream.uses:
        if use.node is node:
            continue
        inside = [position for position, one in enumerate(later) if use.node in set(ast.walk(one))]
        if (
            use.path != path
            or use.attribute is None
            or not inside
            or syntax.place(use.node).scope is not syntax.place(assignment).scope
        ):
            return None
        last = max(last, *inside)
    if last < 0:
        return None
    run = [assignment, *later[: last + 1]]
    lines = [one.lineno for one in run]
    if (run[-1].end_lineno or 0) - assignment.lineno > LONGEST_SCOPE or len(set(lines)) != len(lines):
        return None
    if any(
        isinstance(inner, ast.Yield | ast.YieldFrom | ast.FunctionDef)
        for one in run
        for inner in ast.walk(one)
    ):
        return None
    return Scope(assignment, run[-1], target.id)


def _streams(parts: Parts) -> Iterator[tuple[str, Intent]]:
    for stream in parts.streams:
        if stream.refusal is None and stream.leaves and stream.leaves <= parts.colors.points.keys():
            for path, attribute, member in stream.members:
                yield path, ReadMember(attribute, member.rule.async_)
            for path, statement, item in stream.withs:
                yield path, AsyncWith(statement, (item,))


def _retypings(parts: Parts) -> Iterator[tuple[str, Intent]]:
    points = parts.colors.points
    libraries = {leaf.rule.library for leaf in points.values() if leaf.rule is not None}
    raising = Raising(parts.analysis, parts.colors, parts.streams, libraries)
    sync_forms = bool(parts.colors.sync_again) or not parts.entries.scripts.isdisjoint(parts.colors.wanted)
    yield from retype_exceptions(parts.analysis, raising, libraries, sync_forms=sync_forms)
    yield from retype_named(parts.analysis, raising, libraries, sync_forms=sync_forms)
    done: set[str] = set()
    undone: set[str] = set()
    settled: dict[ast.AST, bool] = {}
    for stream in parts.streams:
        is_done = stream.refusal is None and bool(stream.leaves) and stream.leaves <= points.keys()
        (done if is_done else undone).update(stream.types)
        settled |= dict.fromkeys(stream.named, is_done)
    converted = {
        name: found.type.async_ for name in done if (found := parts.analysis.catalog.type(name)) is not None
    }
    yield from retype_names(parts.analysis, converted, undone, settled)


def _cancellations(parts: Parts) -> Iterator[tuple[str, Intent]]:
    # A twin reads word by word as the sync half does; whoever keeps it sees to what it catches.
    for function in sorted(parts.colors.wanted) if not parts.analysis.literal else ():
        for caught in find_caught(parts.analysis, function, parts.awaits):
            yield caught.path, caught.intent


def _is_bare(parts: Parts, overlap: Overlap) -> bool:
    """Whether `gather` is given the waiting call itself."""
    call = parts.analysis.program.calls[overlap.calls[0]]
    span = parts.analysis.syntax[overlap.path].span(overlap.element)
    return len(overlap.calls) == 1 and not overlap.body and (call.start, call.end) == span


def _overlaps(parts: Parts) -> Iterator[tuple[str, Intent]]:
    for one in parts.overlaps:
        label = None if _is_bare(parts, one) else _label(parts, one)
        is_async = label is None or any(index in _asynchronous(parts) for index in one.calls)
        if isinstance(one.node, ast.ListComp):
            yield one.path, GatherComprehension(one.node, label, is_async)
        else:
            assert one.target is not None
            yield one.path, GatherLoop(one.node, one.target, one.element, one.empty, label, is_async)
        if label is None:
            index = one.calls[0]
            node = parts.analysis.expression(parts.analysis.program.calls[index])
            if index not in _asynchronous(parts) and isinstance(node, ast.Call):
                yield one.path, Offload(node, awaited=False)


def _asynchronous(parts: Parts) -> set[int]:
    calls = parts.analysis.program.calls
    wanted = {index for index, call in enumerate(calls) if parts.colors.is_awaited(index, call)}
    return wanted | set(parts.colors.points)


def _label(parts: Parts, overlap: Overlap) -> str:
    """What one iteration is called as a function, after the list that it adds to."""
    wait = parts.analysis.facts.calls[overlap.calls[0]]
    statement = parts.analysis.syntax[overlap.path].statement(overlap.node)
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            target = name
        case _:
            target = overlap.target or "item"
    return name_item(wait.category, overlap.target or target, parts.analysis.identifiers(overlap.path))
