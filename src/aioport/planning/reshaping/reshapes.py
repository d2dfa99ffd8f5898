"""Which special methods can be given another shape, how, and why the others cannot: looked at before colors are."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from aioport.planning.analysis import Analysis
from aioport.planning.entries import Entries
from aioport.planning.plan import CallMember, Construct, Create, DropDecorator, Intent, Rename
from aioport.planning.reshaping import constructors
from aioport.planning.reshaping.constructors import Constructor, shape_constructor
from aioport.planning.reshaping.properties import shape_property


@dataclass(frozen=True, slots=True)
class Reshapes:
    """What reshaping may do.

    constructors, properties: how each of them becomes a method that is awaited; for a property, its decorator.
    refused: functions that keep their shape, and why.
    """

    constructors: Mapping[int, Constructor] = field(default_factory=dict)
    properties: Mapping[int, ast.expr] = field(default_factory=dict)
    refused: Mapping[int, str] = field(default_factory=dict)

    def has(self, function: int) -> bool:
        return function in self.constructors or function in self.properties

    def without_starts(self, analysis: Analysis, entries: Entries) -> Entries:
        """Entries without the calls that make an object: what one event loop made is not for the next one."""
        calls = analysis.program.calls
        starts = (one for one in entries.starts if not any(map(self.has, calls[one].targets)))
        return replace(entries, starts=tuple(starts))


def find_reshapes(analysis: Analysis) -> Reshapes:
    """Looks at every special method and property of the project that waits."""
    made: dict[int, Constructor] = {}
    properties: dict[int, ast.expr] = {}
    refused: dict[int, str] = {}
    for one in analysis.program.functions:
        if not one.in_project or one.owner is None or one.id not in analysis.facts.waits:
            continue
        if one.bare_name in constructors.NAMES:
            shape = shape_constructor(analysis, one.id)
            if isinstance(shape, str):
                refused[one.id] = shape
            else:
                made[one.id] = shape
        elif one.is_property and one.id not in properties:
            for member in analysis.family(one.id):
                found = shape_property(analysis, member)
                if isinstance(found, str):
                    refused[one.id] = found
                    break
                properties[member] = found
    for function in list(properties):
        if any(member in refused for member in analysis.family(function)):
            del properties[function]
    return Reshapes(made, properties, refused)


def define_reshaped(
    analysis: Analysis, reshapes: Reshapes, function: int, wanted: Mapping[int, object]
) -> Iterator[Intent]:
    """The intents for the definition of a function that becomes async in another shape."""
    node = analysis.node(function)
    assert isinstance(node, ast.FunctionDef)
    if (shape := reshapes.constructors.get(function)) is not None:
        makes = _makes(analysis, reshapes, function, wanted)
        yield Create(
            node, shape.form, shape.name, shape.body, shape.first, makes, shape.overridden, shape.inherited
        )
    else:
        yield DropDecorator(node, reshapes.properties[function])


def _makes(analysis: Analysis, reshapes: Reshapes, function: int, wanted: Mapping[int, object]) -> bool:
    """Whether no class above has a `create` that does for this one as well."""
    owner = analysis.function(function).owner
    assert owner is not None
    above = (
        analysis.program.classes[one].methods.get("__init__")
        for one in analysis.program.classes[owner].ancestors
    )
    shapes = (reshapes.constructors.get(one) for one in above if one is not None and one in wanted)
    return not any(one is not None and one.form == "chain" for one in shapes)


def use_reshaped(reshapes: Reshapes, target: int, node: ast.expr) -> Iterator[Intent]:
    """The intents that make a call, or a read, of a reshaped function one of the function's new shape."""
    shape = reshapes.constructors.get(target)
    if shape is not None and isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            yield Rename(node.func, shape.body)
        else:
            yield Construct(node, shape.name)
    elif target in reshapes.properties and isinstance(node, ast.Attribute):
        yield CallMember(node)
