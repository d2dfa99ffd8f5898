"""Says in words what was decided: a color and a reason for every function, an action and a reason for every call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aioport.blocking.facts import Wait
from aioport.planning.callables.coloring import CallableColors
from aioport.planning.callables.intents import find_offloaded
from aioport.planning.cancelling import find_caught
from aioport.planning.intents import Parts
from aioport.planning.pins.halves import twin_name
from aioport.planning.plan import Action, CallDecision, FunctionDecision, Safety
from aioport.planning.pools.uses import pooled_calls
from aioport.planning.sites import find_uses
from aioport.planning.testing.running import runs_here

ACTIONS: Mapping[str, Action] = {
    "enter": "async with",
    "exit": "async with",
    "iter": "async for",
    "next": "async for",
}
"""What becomes of an implicit call of something that becomes async."""


def decide_functions(parts: Parts, pins: Mapping[int, str]) -> dict[int, FunctionDecision]:
    """A decision for every `def` of the project."""
    units = _units(parts)
    inside = _inside(parts, units)
    found = {}
    for one in parts.analysis.program.functions:
        if one.id in parts.needless:
            what = parts.analysis.hosted_async[one.id].entry.what
            reason = f"it awaits nothing: {what} that is no `async def` runs in a thread"
            found[one.id] = FunctionDecision(one.id, "sync", reason, changed=True)
        elif (front := parts.fronts.get(one.id)) is not None:
            reason = f"it runs its sync form, {front.name}, in a thread; that stays: {front.reason}"
            found[one.id] = FunctionDecision(one.id, "async", reason, changed=True)
        elif one.in_project and one.kind == "def":
            found[one.id] = (
                _async(parts, one.id)
                if one.is_async or one.id in parts.colors.wanted
                else _sync(parts, one.id, pins, units, inside)
            )
    return found


def _units(parts: Parts) -> frozenset[int]:
    """Functions that async ones hand to a thread, those behind an async form of theirs or around them among them."""
    calls = [index for index, one in parts.units.decisions.items() if one.action == "offload"]
    calls += [index for one in parts.overlaps for index in one.calls if index not in parts.colors.points]
    return frozenset(
        target
        for index in calls
        for target in parts.analysis.program.calls[index].targets
        if target not in parts.colors.awaited
    ).union(parts.fronts, find_offloaded(parts.analysis, parts.colors.wanted, parts.colors.points))


def _inside(parts: Parts, units: frozenset[int]) -> dict[int, int]:
    """Functions that run in a thread because a unit calls them, with that unit."""
    functions = parts.analysis.program.functions
    found: dict[int, int] = {}
    todo = [(unit, unit) for unit in sorted(units) if functions[unit].in_project]
    while todo:
        function, unit = todo.pop()
        for index in parts.analysis.calls_in.get(function, ()):
            for target in parts.analysis.program.calls[index].targets:
                if target not in found and target not in units and functions[target].in_project:
                    found[target] = unit
                    todo.append((target, unit))
    return found


def _async(parts: Parts, function: int) -> FunctionDecision:
    analysis, colors = parts.analysis, parts.colors
    if analysis.function(function).is_async:
        return FunctionDecision(function, "async", "it is async already")
    safety, doubt = _safety(parts, function)
    through = colors.wanted[function]
    if function in parts.entries.named:
        reason = "it was named as an entry"
    elif through is None and function in parts.divided:
        reason = "part of it has to stay on the event loop's thread, and it waits for the rest in others"
    elif through is None and function in parts.on_loop:
        what = analysis.hosted[function].entry.what
        reason = f"it makes a client, which needs the event loop, and {what} that is sync runs in a thread"
    elif through is None:
        reason = "its waits overlap, or it reads what has to be awaited"
    else:
        call = analysis.program.calls[through]
        where = f"{call.path}:{call.line}"
        if call.caller == function:
            reason = f"it awaits {_callee(parts, through)} ({where})"
        elif function in CallableColors(analysis, colors.points).siblings(call.caller):
            reason = f"it is called where {analysis.function(call.caller).name} is, which awaits ({where})"
        elif function in call.targets:
            reason = f"{where} calls it, or something else that becomes async"
        elif call.caller not in analysis.family(function):
            reason = f"it goes through what {_callee(parts, through)} makes ({where})"
        else:
            reason = f"{analysis.function(call.caller).name} of its family awaits ({where})"
    if function in colors.kept:
        reason += (
            f"; its sync form stays, and the async one is {twin_name(analysis.function(function).bare_name)}"
        )
    return FunctionDecision(function, "async", reason + doubt, safety, changed=True)


def _sync(
    parts: Parts, function: int, pins: Mapping[int, str], units: frozenset[int], inside: Mapping[int, int]
) -> FunctionDecision:
    analysis, colors = parts.analysis, parts.colors
    wait = analysis.facts.waits.get(function)
    waiting = _waiting(wait) if wait is not None else "it is part of what blocks"
    if function in units:
        kept = f", since it stays sync: {colors.frozen[function]}" if function in colors.frozen else ""
        return FunctionDecision(function, "unit", f"{waiting}; async callers run it in a thread{kept}")
    if function in parts.returning:
        reason = f"{waiting}, on the event loop's thread wherever it is called: it does what only the main thread may do"
        return FunctionDecision(function, "sync", reason, changed=function in parts.decorated)
    if function in colors.frozen:
        return FunctionDecision(function, "sync", f"kept: {colors.frozen[function]}")
    if function in parts.idle:
        return FunctionDecision(function, "sync", f"{waiting}; {parts.idle[function]}")
    if wait is None:
        return FunctionDecision(function, "sync", "it reaches nothing that blocks")
    refused = (parts.refused.get(index) for index in analysis.calls_in.get(function, ()))
    obstacle = next((reason for reason in refused if reason is not None), None) or pins.get(function)
    if function in inside:
        unit = analysis.function(inside[function]).name
        return FunctionDecision(function, "sync", f"{waiting}; it runs inside the unit {unit}")
    if obstacle is not None:
        return FunctionDecision(function, "sync", f"{waiting}; {obstacle}")
    for index in analysis.calls_of.get(function, ()):
        left = parts.units.decisions.get(index)
        if left is not None and left.action in ("keep", "leave"):
            return FunctionDecision(function, "sync", f"{waiting}, on the event loop: {left.reason}")
    return FunctionDecision(function, "sync", f"{waiting}, but nothing async calls it")


def _waiting(wait: Wait) -> str:
    return f"it waits for {wait.category} ({wait.primitive})"


def _safety(parts: Parts, function: int) -> tuple[Safety, str]:
    """`review` and the doubt, where a rule has a note or something unknown is called; else `safe`."""
    caught = next(find_caught(parts.analysis, function, parts.awaits), None)
    if caught is not None:
        return "review", f"; {caught.note}"
    for index in parts.analysis.calls_in.get(function, ()):
        call = parts.analysis.program.calls[index]
        leaf = parts.colors.points.get(index)
        if leaf is not None and leaf.note is not None:
            return "review", f"; {leaf.note}"
        if call.unknown is not None and call.kind == "call":
            return "review", f"; line {call.line} calls something unknown"
    return "safe", ""


def _callee(parts: Parts, index: int) -> str:
    leaf = parts.colors.points.get(index)
    if leaf is not None and leaf.rule is not None:
        return leaf.rule.name
    call = parts.analysis.program.calls[index]
    return parts.analysis.function(call.targets[0]).name if call.targets else "something"


def decide_calls(parts: Parts) -> dict[int, CallDecision]:
    """A decision for every call that waits, or is awaited afterwards."""
    units = _units(parts)
    inside = _inside(parts, units)
    overlapping = {index for overlap in parts.overlaps for index in overlap.calls}
    pooled = pooled_calls(find_uses(parts.analysis), parts.colors.wanted) & parts.analysis.facts.calls.keys()
    found: dict[int, CallDecision] = {}
    for index, call in enumerate(parts.analysis.program.calls):
        decision = (
            CallDecision(index, "overlap", "it only reads and shares nothing: the waits overlap")
            if index in overlapping
            else CallDecision(index, "overlap", "its threads become as many tasks")
            if index in pooled
            else parts.units.decisions.get(index) or _call(parts, index)
        )
        if decision is None:
            continue
        refused = parts.refused.get(index)
        if decision.action == "offload" and refused is not None:
            decision = replace(decision, reason=f"{decision.reason}; not rewritten: {refused}")
        if decision.action == "keep" and (call.caller in units or call.caller in inside):
            unit = parts.analysis.function(inside.get(call.caller, call.caller)).name
            decision = CallDecision(index, "offload", f"it runs in a thread, inside the unit {unit}")
        found[index] = decision
    for lift, why in parts.lifts:
        for path, node in lift.makers:
            made = parts.analysis.call_at.get((path, *parts.analysis.syntax[path].span(node)))
            if made in found:
                reason = f"{found[made].reason}; {lift.argument} lets any thread use it, in turns: {why}; {lift.affinity.note}"
                found[made] = replace(found[made], reason=reason, safety="review")
    return found


def _call(parts: Parts, index: int) -> CallDecision | None:
    """What becomes of a call that is neither part of a unit nor of an overlap."""
    analysis, colors = parts.analysis, parts.colors
    call = analysis.program.calls[index]
    if index in colors.bridged:
        return CallDecision(index, "bridge", "the event loop starts here")
    if (leaf := colors.points.get(index)) is not None:
        if leaf.rule is None and call.kind == "enter":
            return CallDecision(index, "async with", "it is held across an await, and tasks share it")
        if leaf.rule is None:
            return CallDecision(index, "native", "it is a leaf")
        note = leaf.note
        reason = f"{leaf.rule.name} has an async counterpart"
        return (
            CallDecision(index, "native", f"{reason}; {note}", "review")
            if note
            else CallDecision(index, "native", reason)
        )
    if colors.is_awaited(index, call):
        if not analysis.literal and runs_here(analysis, call, colors.wanted):
            return CallDecision(
                index, "bridge", f"{_callee(parts, index)} becomes async, and the test runs it"
            )
        if analysis.function(call.caller).kind == "module":
            return CallDecision(
                index, "leave", f"{_callee(parts, index)} keeps a sync form that starts the event loop"
            )
        return CallDecision(index, ACTIONS.get(call.kind, "await"), f"{_callee(parts, index)} becomes async")
    wait = analysis.facts.calls.get(index)
    if wait is None:
        return None
    reason = parts.refused.get(index) or colors.refused.get(index) or "its function stays sync"
    return CallDecision(index, "keep", f"{_waiting(wait)}: {reason}")
