"""The migration note: what changed for whoever calls the converted code, as Markdown."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

from aioport.planning import plan as intents
from aioport.planning.analysis import Analysis
from aioport.planning.pins.halves import twin_name
from aioport.planning.public import find_public
from aioport.project import Project
from aioport.settings import read_pyproject

if TYPE_CHECKING:
    from aioport.api import Conversion

Kind = Literal["call", "object", "property", "gone through", "entered", "kept"]

HEADINGS: Mapping[Kind, str] = {
    "call": "Calls that are awaited",
    "object": "Objects that are made by an async method",
    "property": "Properties and special methods that are methods now",
    "gone through": "What is gone through by `async for`",
    "entered": "What is entered by `async with`",
    "kept": "Sync names that stay, with an async form beside them",
}
"""In the order in which they are told."""

SPECIALS = {
    "__enter__": "with {}",
    "__iter__": "for item in {}",
    "__getitem__": "{}[key]",
    "__contains__": "item in {}",
    "__len__": "len({})",
    "__call__": "{}()",
}
"""How special methods are used; those that come in pairs are told by the first."""

KINDS: Mapping[str, Kind] = {"__enter__": "entered", "__iter__": "gone through"}

USED_NOW = {
    "__enter__": "async with {}",
    "__iter__": "async for item in {}",
    "__getitem__": "await {}.get_item(key)",
    "__contains__": "await {}.contains(item)",
    "__len__": "await {}.length()",
    "__call__": "await {}()",
}


@dataclass(frozen=True, slots=True)
class Usage:
    """A public function, how it was used and how it is now."""

    kind: Kind
    name: str
    before: str
    now: str


def render_migration(conversion: Conversion, requires: Iterable[str]) -> str:
    """The note. requires: distributions that the converted code needs, as pip takes them."""
    outcome, settings = conversion.outcome, conversion.project.settings
    analysis, plan = outcome.analysis, outcome.plan
    public = find_public(analysis)
    by = f"aioport {version('aioport')} converted this code (level {settings.level}, concurrency {settings.concurrency})."
    lines = [
        f"# Moving to the asyncio version of {_name(conversion.project)}",
        "",
        f"{by} This is what changed for code that calls it.",
    ]
    usages = sorted(find_usages(analysis, plan, public), key=lambda one: one.name)
    if not usages:
        lines += ["", "Nothing that other code can call has changed its signature."]
    for kind, heading in HEADINGS.items():
        rows = [one for one in usages if one.kind == kind]
        if rows:
            lines += ["", f"## {heading}", "", "| before | now |", "|---|---|"]
            lines += [f"| `{one.before}` | `{one.now}` |" for one in rows]
    lines += _section("What stays sync and blocks", _blocking(analysis, plan, public))
    lines += _section("What behaves differently", _differences(analysis, plan))
    lines += _section("What to look at", _doubts(analysis, plan, public))
    lines += _section("New dependencies", [f"`{one}`" for one in requires])
    return "\n".join(lines) + "\n"


def _name(project: Project) -> str:
    """What the project calls itself, or its folder's name."""
    table = read_pyproject(project.pyproject) if project.pyproject is not None else {}
    match table:
        case {"project": {"name": str(name)}} | {"tool": {"poetry": {"name": str(name)}}}:
            return name
    return project.root.name


def find_usages(analysis: Analysis, plan: intents.Plan, public: Mapping[int, str]) -> Iterator[Usage]:
    """How public functions that changed are used, before and now."""
    made: dict[int, list[intents.Intent]] = defaultdict(list)
    for found in plan.intents.values():
        for intent in found:
            node = getattr(intent, "node", None)
            if isinstance(node, ast.FunctionDef) and node in analysis.by_node:
                made[analysis.by_node[node]].append(intent)
    for function in public:
        decision = plan.functions.get(function)
        if decision is not None and decision.changed:
            yield from _usage(analysis, function, made[function])


def _usage(analysis: Analysis, function: int, made: Iterable[intents.Intent]) -> Iterator[Usage]:
    one, node = analysis.function(function), analysis.node(function)
    if not isinstance(node, ast.FunctionDef) or any(isinstance(intent, intents.Shim) for intent in made):
        return
    owner = analysis.program.classes[one.owner].name if one.owner is not None else ""
    shown = _parameters(node, bound=bool(owner) and not one.is_static)
    call = f"{one.name}({shown})"
    create = next((intent for intent in made if isinstance(intent, intents.Create)), None)
    if create is not None:
        yield Usage("object", owner, f"{owner}({shown})", f"await {owner}.{create.name}({shown})")
    elif any(isinstance(intent, intents.KeepSync) for intent in made):
        now = f"{one.name.removesuffix(one.bare_name)}{twin_name(one.bare_name)}({shown})"
        yield Usage("kept", one.name, call, f"{call}, or await {now}")
    elif one.is_property:
        yield Usage("property", one.name, one.name, f"await {one.name}()")
    elif one.bare_name.startswith("__"):
        if one.bare_name in SPECIALS:
            yield Usage(
                KINDS.get(one.bare_name, "property"),
                one.name,
                SPECIALS[one.bare_name].format(owner),
                USED_NOW[one.bare_name].format(owner),
            )
    elif function in analysis.context_managers:
        yield Usage("entered", one.name, f"with {call}", f"async with {call}")
    elif function in analysis.iterators:
        yield Usage("gone through", one.name, f"for item in {call}", f"async for item in {call}")
    else:
        yield Usage("call", one.name, call, f"await {call}")


def _parameters(node: ast.FunctionDef, *, bound: bool) -> str:
    """The names of the parameters, as a call is written."""
    given = node.args
    plain = [one.arg for one in (*given.posonlyargs, *given.args)][1 if bound else 0 :]
    if given.vararg is not None:
        plain.append(f"*{given.vararg.arg}")
    plain += [f"{one.arg}=…" for one in given.kwonlyargs]
    if given.kwarg is not None:
        plain.append(f"**{given.kwarg.arg}")
    return ", ".join(plain)


def _blocking(analysis: Analysis, plan: intents.Plan, public: Mapping[int, str]) -> Iterator[str]:
    for function in public:
        decision = plan.functions.get(function)
        if decision is not None and decision.color != "async" and function in analysis.facts.waits:
            yield f"`{analysis.function(function).name}`: {decision.reason}"


def _differences(analysis: Analysis, plan: intents.Plan) -> Iterator[str]:
    for name in sorted(plan.libraries):
        library = analysis.catalog.library(name)
        yield from (f"{name}: {one}" for one in library.differences)


def _doubts(analysis: Analysis, plan: intents.Plan, public: Mapping[int, str]) -> Iterator[str]:
    for function in public:
        decision = plan.functions.get(function)
        if decision is not None and decision.changed and decision.safety != "safe":
            yield f"`{analysis.function(function).name}`: {decision.reason}"


def _section(heading: str, rows: Iterable[str]) -> list[str]:
    found = sorted(set(rows))
    return ["", f"## {heading}", "", *(f"- {one}" for one in found)] if found else []
