"""Says in words what was decided: a color and a reason for every function, an action and a reason for every call."""

from __future__ import annotations

from collections.abc import Mapping

from aioport.planning.intents import Parts
from aioport.planning.plan import CallDecision, FunctionDecision, Safety


def decide_functions(parts: Parts, pins: Mapping[int, str]) -> dict[int, FunctionDecision]:
    """A decision for every `def` of the project."""
    offloaded = {
        target
        for index, one in parts.units.decisions.items()
        if one.action == "offload"
        for target in parts.analysis.program.calls[index].targets
    }
    offloaded |= {
        target
        for overlap in parts.overlaps
        for index in overlap.calls
        if index not in parts.colors.points
        for target in parts.analysis.program.calls[index].targets
    }
    return {
        one.id: _function(parts, one.id, pins, offloaded)
        for one in parts.analysis.program.functions
        if one.in_project and one.kind == "def"
    }


def _function(parts: Parts, function: int, pins: Mapping[int, str], offloaded: set[int]) -> FunctionDecision:
    analysis, colors = parts.analysis, parts.colors
    one = analysis.function(function)
    if one.is_async:
        return FunctionDecision(function, "async", "it is async already")
    if function in colors.wanted:
        through = colors.wanted[function]
        if function in parts.entries.named:
            return FunctionDecision(function, "async", "it was named as an entry", _safety(parts, function), changed=True)
        if through is None:
            return FunctionDecision(function, "async", "what it waits for overlaps", _safety(parts, function), changed=True)
        call = analysis.program.calls[through]
        text = _callee(parts, through)
        where = f"{call.path}:{call.line}"
        if call.caller == function:
            return FunctionDecision(function, "async", f"it awaits {text} ({where})", _safety(parts, function), changed=True)
        return FunctionDecision(
            function, "async", f"{analysis.function(call.caller).name} of its family awaits ({where})", "safe", changed=True
        )
    wait = analysis.facts.waits.get(function)
    if function in offloaded:
        reason = f"it waits for {wait.category} ({wait.primitive}); async callers run it in a thread" if wait else "runs in a thread"
        return FunctionDecision(function, "unit", reason)
    if function in colors.frozen:
        return FunctionDecision(function, "sync", f"kept: {colors.frozen[function]}")
    if wait is None:
        return FunctionDecision(function, "sync", "it reaches nothing that blocks")
    waiting = f"it waits for {wait.category} ({wait.primitive})"
    refused = [parts.refused.get(index) for index in analysis.calls_in.get(function, ())]
    obstacle = next((reason for reason in refused if reason is not None), None) or pins.get(function)
    if obstacle is not None:
        return FunctionDecision(function, "sync", f"{waiting}; {obstacle}")
    return FunctionDecision(function, "sync", f"{waiting}, but nothing async calls it")


def _safety(parts: Parts, function: int) -> Safety:
    """`review` where a rule has a note, or a call in the function may run something unknown."""
    for index in parts.analysis.calls_in.get(function, ()):
        leaf = parts.colors.points.get(index)
        if leaf is not None and leaf.rule is not None and leaf.rule.rule.note is not None:
            return "review"
        if parts.analysis.program.calls[index].unknown is not None:
            return "review"
    return "safe"


def _callee(parts: Parts, index: int) -> str:
    leaf = parts.colors.points.get(index)
    if leaf is not None and leaf.rule is not None:
        return leaf.rule.name
    call = parts.analysis.program.calls[index]
    return parts.analysis.function(call.targets[0]).name if call.targets else "something"


def decide_calls(parts: Parts) -> dict[int, CallDecision]:
    """A decision for every call that waits, or is awaited afterwards."""
    found = dict(parts.units.decisions)
    analysis, colors = parts.analysis, parts.colors
    overlapping = {index for overlap in parts.overlaps for index in overlap.calls}
    for index, call in enumerate(analysis.program.calls):
        if index in overlapping:
            found[index] = CallDecision(index, "overlap", "it only reads and shares nothing: the waits overlap")
        elif index in colors.bridged:
            found[index] = CallDecision(index, "bridge", "the event loop starts here")
        elif index in colors.points:
            leaf = colors.points[index]
            note = leaf.rule.rule.note if leaf.rule is not None else None
            reason = f"{leaf.rule.name} has an async counterpart" if leaf.rule is not None else "it is a leaf"
            found[index] = CallDecision(
                index, "native", f"{reason}; {note}" if note else reason, "review" if note else "safe"
            )
        elif any(target in colors.wanted for target in call.targets):
            action = {"enter": "async with", "exit": "async with", "iter": "async for", "next": "async for"}.get(call.kind, "await")
            found[index] = CallDecision(index, action, f"{_callee(parts, index)} becomes async")  # type: ignore[arg-type]
        elif index in analysis.facts.calls and index not in found:
            wait = analysis.facts.calls[index]
            reason = parts.refused.get(index) or colors.refused.get(index) or "its function stays sync"
            found[index] = CallDecision(index, "keep", f"it waits for {wait.category} ({wait.primitive}): {reason}")
        if index in parts.refused and index in found and found[index].action == "offload":
            old = found[index]
            found[index] = CallDecision(index, "offload", f"{old.reason}; not rewritten: {parts.refused[index]}")
    return found
