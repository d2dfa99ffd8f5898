"""Leaves: calls that leave the project, and how each one may be treated."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from aioport.blocking.primitives import called_names
from aioport.catalog.matching import Mismatch, bind
from aioport.catalog.rules import CompiledRewrite
from aioport.planning.analysis import Analysis
from aioport.planning.passed_through import Arriving, passed_through
from aioport.planning.scanned import SCANNED

Demand: TypeAlias = Literal["await", "async with", "async for", "none"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A call that can be made without blocking.

    call: its index in `Program.calls`.
    demand: what has to stand in front of it; `none` for a constructor that only changes its type.
    rule, bound: the catalog's rule and what its metavariables stand for; None where the call stays as it is.
    makes: the class of its value, where that class is one that changes.
    on: the same for its receiver.
    renamed: what the method is called in the async half of a twin.
    note: what a person should look at, as a phrase for the report.
    """

    call: int
    demand: Demand
    rule: CompiledRewrite | None = None
    bound: Mapping[str, ast.expr] = field(default_factory=dict)
    makes: str | None = None
    on: str | None = None
    renamed: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NoLeaf:
    """A call that a rule names but cannot carry over, and why."""

    call: int
    reason: str


def find_leaves(analysis: Analysis) -> Iterator[Leaf | NoLeaf]:
    """Every call of the project that a rule of the catalog is about."""
    for index, call in enumerate(analysis.program.calls):
        if call.kind != "call" or index in analysis.facts.spawned:
            continue
        rules = [
            rule for name in called_names(call, analysis.program) for rule in analysis.catalog.rewrites(name)
        ]
        if rules:
            yield _match(index, rules, analysis)


def _match(index: int, rules: list[CompiledRewrite], analysis: Analysis) -> Leaf | NoLeaf:
    call = analysis.program.calls[index]
    name = rules[0].name
    outside = [target for target in call.targets if analysis.function(target).defined_as is None]
    if not call.sure and call.constructs is None and (len(outside) > 1 or call.unknown == SCANNED):
        return NoLeaf(index, f"it may call something other than {name}")
    node = analysis.expression(call)
    if not isinstance(node, ast.Call):
        return NoLeaf(index, f"{name} is called in a place that is not understood")
    reason = ""
    arriving = passed_through(analysis, call.caller, node)
    for rule in rules:
        bound = bind(rule, node, arriving.keywords if arriving is not None else None)
        if not isinstance(bound, Mismatch):
            demand: Demand = "await" if rule.rule.awaits else "none"
            made, received = _made(index, analysis), _received(rule, analysis)
            return Leaf(index, demand, rule, bound, made, received, note=_note(rule, arriving, analysis))
        reason = reason or bound.reason
    return NoLeaf(index, f"{name}: {reason}")


def _note(rule: CompiledRewrite, arriving: Arriving | None, analysis: Analysis) -> str | None:
    if arriving is None or arriving.offered is None:
        return rule.rule.note
    offered = analysis.function(arriving.offered).name
    more = f"other people's code may pass {offered} more that is meant for {rule.library}"
    return more if rule.rule.note is None else f"{rule.rule.note}; {more}"


def _made(index: int, analysis: Analysis) -> str | None:
    call = analysis.program.calls[index]
    names = [analysis.catalog.public_name(analysis.function(target).annotation) for target in call.targets]
    if call.constructs is not None:
        names.insert(0, analysis.program.classes[call.constructs].name)
    return next((name for name in names if analysis.catalog.type(name) is not None), None)


def _received(rule: CompiledRewrite, analysis: Analysis) -> str | None:
    owner = rule.name.rpartition(".")[0]
    return owner if rule.receiver is not None and analysis.catalog.type(owner) is not None else None
