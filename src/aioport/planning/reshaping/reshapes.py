"""Which special methods can be given another shape, how, and why the others cannot: looked at before colors are."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from aioport.planning.analysis import Analysis
from aioport.planning.entries import Entries
from aioport.planning.plan import (
    CallMember,
    CallSpecial,
    Construct,
    Create,
    DropDecorator,
    Intent,
    MakeAsync,
    Rename,
)
from aioport.planning.reshaping import constructors
from aioport.planning.reshaping.constructors import Constructor, shape_constructor
from aioport.planning.reshaping.properties import shape_property
from aioport.planning.reshaping.specials import NAMES, Special, shape_special

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reshapes:
    """What reshaping may do.

    constructors, properties, specials: how each becomes a method that is awaited; for a property, its decorator.
    refused: functions that keep their shape, and why.
    """

    constructors: Mapping[int, Constructor] = field(default_factory=dict)
    properties: Mapping[int, ast.expr] = field(default_factory=dict)
    specials: Mapping[int, Special] = field(default_factory=dict)
    refused: Mapping[int, str] = field(default_factory=dict)

    @property
    def functions(self) -> frozenset[int]:
        """All that get another shape."""
        return frozenset({*self.constructors, *self.properties, *self.specials})

    def has(self, function: int) -> bool:
        return function in self.constructors or function in self.properties or function in self.specials

    def without_starts(self, analysis: Analysis, entries: Entries) -> Entries:
        """Entries without the calls that make an object: what one event loop made is not for the next one."""
        calls = analysis.program.calls
        starts = (one for one in entries.starts if not any(map(self.has, calls[one].targets)))
        return replace(entries, starts=tuple(starts))


def find_reshapes(analysis: Analysis) -> Reshapes:
    """Looks at every special method and property of the project that waits."""
    made: dict[int, Constructor] = {}
    properties: dict[int, ast.expr] = {}
    specials: dict[int, Special] = {}
    refused: dict[int, str] = {}
    for one in analysis.program.functions:
        if not one.in_project or one.owner is None or one.id not in analysis.facts.waits:
            continue
        if one.bare_name in constructors.NAMES:
            _sort(made, refused, {one.id: shape_constructor(analysis, one.id)})
        elif one.id in properties or one.id in specials or one.id in refused:
            continue
        elif one.is_property:
            family = analysis.family(one.id)
            _sort(properties, refused, {member: shape_property(analysis, member) for member in family})
        elif one.bare_name in NAMES:
            family = analysis.family(one.id)
            _sort(specials, refused, {member: shape_special(analysis, member) for member in family})
    return Reshapes(made, properties, specials, refused)


def _sort(shapes: dict[int, T], refused: dict[int, str], found: Mapping[int, T | str]) -> None:
    """Puts what was found of a family where it belongs: all of it has a shape, or none."""
    reason = next((one for one in found.values() if isinstance(one, str)), None)
    for function, shape in found.items():
        if reason is not None:
            refused[function] = reason
        elif not isinstance(shape, str):
            shapes[function] = shape


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
    elif (special := reshapes.specials.get(function)) is not None:
        yield MakeAsync(node, special.name)
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
    elif (special := reshapes.specials.get(target)) is not None:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield Rename(node.func, special.name)
        else:
            yield CallSpecial(node, special.name, is_bool=special.is_bool)
