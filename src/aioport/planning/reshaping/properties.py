"""A `@property` that has to await -> a method of the same name, where every place that reads it is known."""

from __future__ import annotations

import ast
import re
from itertools import chain

from aioport.planning.analysis import Analysis
from aioport.planning.class_definitions import definition_of
from aioport.planning.reshaping.class_uses import BY_STRING
from aioport.planning.reshaping.classes import (
    ancestors,
    defines,
    descendants,
    foreign_base,
    own_methods,
)
from aioport.program.mentions import attributes_of, texts_with
from aioport.program.names import dotted

PLAIN = frozenset({"property", "builtins.property", "abc.abstractproperty"})


def shape_property(analysis: Analysis, function: int) -> ast.expr | str:
    """The decorator that goes when a property becomes a method, or why it has to stay."""
    one, node = analysis.function(function), analysis.node(function)
    assert one.owner is not None
    definition = definition_of(analysis, one.owner)
    if not isinstance(node, ast.FunctionDef) or definition is None or one.path is None:
        return "its class is not understood"
    if len(own_methods(definition, node.name)) > 1:
        return "it has a setter or a deleter, which cannot await"
    names = analysis.names(one.path)
    decorator = next(
        (item for item in node.decorator_list if (names.resolve(item) or dotted(item)) in PLAIN), None
    )
    if function in analysis.generators:
        return "it is a generator"
    if decorator is None:
        return "it is no plain @property"
    return _field_of_family(analysis, one.owner, node.name) or _stray_read(analysis, function) or decorator


def _field_of_family(analysis: Analysis, owner: int, name: str) -> str | None:
    """What of the same name is no property: a class's plain attribute, or something of a foreign base."""
    program = analysis.program
    for class_id in (owner, *ancestors(analysis, owner), *descendants(analysis, owner)):
        if name in program.classes[class_id].fields:
            return f"{program.classes[class_id].name}.{name} is a plain attribute"
        if (base := foreign_base(analysis, class_id)) is not None:
            for above in program.classes[class_id].ancestors:
                if not program.classes[above].in_project and defines(analysis, above, name):
                    return f"{base} reads it as well"
    for one in program.classes:
        if one.is_protocol and one.in_project and name in one.fields:
            return f"the protocol {one.name} has an attribute of that name"
    return None


def _stray_read(analysis: Analysis, function: int) -> str | None:
    """Where a property may be read without the checker's knowing that it is one, in words."""
    one = analysis.function(function)
    assert one.owner is not None
    name = one.bare_name
    related = {one.owner, *ancestors(analysis, one.owner), *descendants(analysis, one.owner)}
    classes = {analysis.program.classes[other].name for other in related}
    family = set(analysis.family(function))
    known = {
        (call.path, call.start, call.end)
        for member in family
        for index in analysis.calls_of.get(member, ())
        for call in (analysis.program.calls[index],)
        if call.kind == "property" and set(call.targets) <= family
    }
    in_format = re.compile(rf"\{{[^{{}}]*\.{re.escape(name)}\b")
    for path in analysis.mentions.files_with(name):
        syntax = analysis.syntax[path]
        source = syntax.source
        written = source.once(attributes_of).get(name, ()), source.once(texts_with).get(name, ())
        for node in chain(*written, syntax.of_kinds(ast.MatchClass)):
            if isinstance(node, ast.Attribute):
                where = analysis.where(path, node)
                is_read = (path, *syntax.span(node)) in known
                other = _other_class(analysis, path, node.value, classes) if is_read else None
                if other is not None:
                    return f"{where}: `{ast.unparse(node)}` may be an attribute of {other}"
                if (
                    _is_unknown(analysis, path, node.value)
                    if is_read
                    else _may_have(analysis, path, node.value, classes)
                ):
                    return f"{where}: `{ast.unparse(node)}` may be this property, and what it is read from is not known"
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                parent = syntax.parents.get(node)
                called = dotted(parent.func) if isinstance(parent, ast.Call) else None
                if node.value == name and (called or "").rpartition(".")[2] in BY_STRING:
                    return f"{analysis.where(path, node)} names it in a string"
                if in_format.search(node.value) and not isinstance(parent, ast.JoinedStr):
                    return f"{analysis.where(path, node)}: a template reads it"
            elif isinstance(node, ast.MatchClass) and name in node.kwd_attrs:
                return f"{analysis.where(path, node)}: a pattern reads it"
    return None


def _may_have(analysis: Analysis, path: str, base: ast.expr, classes: set[str]) -> bool:
    """Whether an object may be of one of some classes; a class or module itself, or a known other class, is not."""
    known = analysis.program.type_at(path, *analysis.syntax[path].span(base))
    if known is None or not known.exhaustive:
        return True
    return bool(classes & {*known.classes, *known.objects})


def _is_unknown(analysis: Analysis, path: str, base: ast.expr) -> bool:
    """Whether an object may be of a class that is not known."""
    known = analysis.program.type_at(path, *analysis.syntax[path].span(base))
    return known is not None and not known.exhaustive


def _other_class(analysis: Analysis, path: str, base: ast.expr, classes: set[str]) -> str | None:
    """A class outside of some family that an object may be of as well."""
    known = analysis.program.type_at(path, *analysis.syntax[path].span(base))
    return next((one for one in known.classes if one not in classes), None) if known is not None else None
