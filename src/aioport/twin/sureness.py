"""What the checker says of a twin's program, as far as it is sure, and what an attribute's name says where it is not."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import msgspec

from aioport.planning.analysis import Analysis
from aioport.program.model import Call, Program
from aioport.program.names import dotted
from aioport.program.syntax import own_nodes

ABSTRACT = ("typing.", "collections.abc.", "_typeshed.")
"""Where protocols are defined that any class may implement."""


def without_guesses(analysis: Analysis) -> Program:
    """A program in which nothing is taken for the project's that only might be, since an `await` too many breaks code.

    Going through something runs the project's `__next__` only where that of the iterator's class is known: the checker
    knows the iterators of builtins as `Iterator`, of which every iterator of the project is a subclass. A method of
    an unknown object is the project's only where builtins have none of its name.
    """
    program = analysis.program
    fields = _fields_by_name(program)
    reads = {(one.path, one.start, one.end): one.targets for one in program.calls if one.kind == "property"}
    own: dict[tuple[str, int, int], tuple[int, ...]] = {}
    for call in program.calls:
        if call.kind == "iter" and not _is_abstract(call, program):
            own[call.path, call.start, call.end] = tuple(_next_methods(call, analysis))
    return replace(
        program, calls=tuple(_sobered(call, analysis, own, fields, reads) for call in program.calls)
    )


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


def _sobered(
    call: Call,
    analysis: Analysis,
    own: Mapping[tuple[str, int, int], tuple[int, ...]],
    fields: Mapping[str, frozenset[str]],
    reads: Mapping[tuple[str, int, int], tuple[int, ...]],
) -> Call:
    program = analysis.program
    if call.kind == "next" and _is_abstract(call, program):
        return _only_outside(call, program, own.get((call.path, call.start, call.end), ()))
    if call.kind == "iter" and _is_abstract(call, program):
        return _only_outside(call, program)
    if call.unknown is not None and (methods := _on_property(call, analysis, reads)):
        return msgspec.structs.replace(call, targets=methods, unknown=None)
    if call.kind == "call" and call.unknown is not None:
        if (method := _of_object(call, analysis)) is not None:
            return msgspec.structs.replace(call, targets=(method,), unknown=None)
        if (method := _on_field(call, analysis, fields)) is not None:
            return msgspec.structs.replace(call, targets=(method,), unknown=None)
        if _is_guess(call, analysis) or _is_of_another(call, program):
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


def _is_of_another(call: Call, program: Program) -> bool:
    """Whether the object is known to be of another package's class, and no target is a method of one below that."""
    known = program.receiver(call)
    if known is None or not known.ids or known.objects:
        return False
    classes = [program.classes[one] for one in known.ids]
    if any(one.in_project or one.name.startswith(ABSTRACT) for one in classes):
        return False
    owners = [program.functions[one].owner for one in call.targets if program.functions[one].in_project]
    return all(
        owner is not None and not {owner, *program.classes[owner].ancestors} & set(known.ids)
        for owner in owners
    )


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


def _fields_by_name(program: Program) -> Mapping[str, frozenset[str]]:
    """The types of the attributes that the project's classes have under each name; of a method nothing is called."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in program.classes:
        for name in one.fields if one.in_project else ():
            found[name].add(program.field_type(one.id, name))
        for name, method in one.methods.items() if one.in_project else ():
            if program.functions[method].is_property:
                found[name].add(program.functions[method].annotation)
    return {name: frozenset(types) for name, types in found.items()}


def _on_field(call: Call, analysis: Analysis, fields: Mapping[str, frozenset[str]]) -> int | None:
    """The method of `unknown.field.method()`, where every attribute of that name in the project is of one of its classes.

    The name of an attribute and that of the method together say what the name of a method alone does not.
    """
    node = analysis.expression(call)
    match node:
        case ast.Call(func=ast.Attribute(attr=method, value=ast.Attribute(attr=field, value=base))):
            types = fields.get(field, frozenset())
            if len(types) != 1 or analysis.names(call.path).resolve(base) is not None:
                return None
            program, (text,) = analysis.program, types
            known = program.type_at(call.path, *analysis.syntax[call.path].span(base))
            if known is not None and (known.classes or known.objects):
                return None
            owner = next((one.id for one in program.classes if one.name == text and one.in_project), None)
            return program.find_method(owner, method) if owner is not None else None
    return None


def _on_property(
    call: Call, analysis: Analysis, reads: Mapping[tuple[str, int, int], tuple[int, ...]]
) -> tuple[int, ...]:
    """The methods that a call on what a property gives runs, or a `with` over such a call, by the property's declaration.

    None where something else may be given than objects of the project's classes.
    """
    node, program = analysis.expression(call), analysis.program
    if call.kind in ("enter", "exit") and not call.targets and isinstance(node, ast.Call):
        index = analysis.call_at.get((call.path, call.start, call.end))
        made = _on_property(program.calls[index], analysis, reads) if index is not None else ()
        texts = [program.functions[one].annotation for one in made]
        return _methods_of(texts, f"__{call.kind}__", program)
    if call.kind != "call" or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ()
    span = analysis.syntax[call.path].span(node.func.value)
    read = [program.functions[one] for one in reads.get((call.path, *span), ())]
    texts = [one.annotation for one in read if one.is_property and one.annotation != "None"]
    return _methods_of(texts, node.func.attr, program)


def _methods_of(texts: Iterable[str], name: str, program: Program) -> tuple[int, ...]:
    """The methods of a name that objects of declared types have; none where one of them is not the project's."""
    found: dict[int, None] = {}
    classes = {one.name: one for one in program.classes if one.in_project}
    for text in dict.fromkeys(part for whole in texts for part in whole.split(" | ")):
        if text == "None":
            continue
        one = classes.get(text)
        method = program.find_method(one.id, name) if one is not None else None
        if one is None or method is None:
            return ()
        found[method] = None
        for below in program.subclasses.get(one.id, ()):
            if (other := program.classes[below].methods.get(name)) is not None:
                found[other] = None
    return tuple(found)


def _of_object(call: Call, analysis: Analysis) -> int | None:
    """The `__call__` that a call of an object runs, where the checker knows the object's class and no method."""
    node = analysis.expression(call)
    if call.targets or not isinstance(node, ast.Call):
        return None
    program = analysis.program
    known = program.type_at(call.path, *analysis.syntax[call.path].span(node.func))
    if known is None or len(known.ids) != 1 or known.objects:
        return None
    found = program.find_method(known.ids[0], "__call__")
    return found if found is not None and program.functions[found].in_project else None


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
