"""What reshaping asks of the project's classes: their definitions, their relatives, what they are derived from."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.class_definitions import definition_of
from aioport.planning.pins.bases import SLOT_BASES
from aioport.planning.protocol_bases import HARMLESS
from aioport.program.syntax import own_nodes

PICKLING = ("__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__", "__copy__", "__deepcopy__")
"""Methods that say how other code makes copies of an object."""


def bare_name(analysis: Analysis, class_id: int) -> str:
    return analysis.program.classes[class_id].name.rpartition(".")[2]


def ancestors(analysis: Analysis, class_id: int) -> tuple[int, ...]:
    """The project's classes above one, along its MRO."""
    program = analysis.program
    return tuple(one for one in program.classes[class_id].ancestors if program.classes[one].in_project)


def descendants(analysis: Analysis, class_id: int) -> tuple[int, ...]:
    """The project's classes below one."""
    program = analysis.program
    return tuple(one for one in program.subclasses.get(class_id, ()) if program.classes[one].in_project)


def users_of(analysis: Analysis, function: int) -> tuple[int, ...]:
    """The classes whose objects have a method: its own, and those below that do not override it."""
    one = analysis.function(function)
    assert one.owner is not None
    below = descendants(analysis, one.owner)
    return (
        one.owner,
        *(other for other in below if analysis.program.find_method(other, one.bare_name) == function),
    )


def defines(analysis: Analysis, class_id: int, name: str) -> bool:
    """Whether a class has a method or an attribute of its own of some name."""
    one = analysis.program.classes[class_id]
    return name in one.methods or name in one.fields


def kin(analysis: Analysis, class_id: int) -> frozenset[int]:
    """The project's classes that are connected with one by inheritance, by whatever way, itself included."""
    found: set[int] = set()
    todo = [class_id]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += [*ancestors(analysis, one), *descendants(analysis, one)]
    return frozenset(found)


def free_member(analysis: Analysis, class_id: int, names: Iterator[str]) -> str:
    """The first of some names that no class of a hierarchy has; the same for each of its classes."""
    own = kin(analysis, class_id)
    every = own | {base for one in own for base in analysis.program.classes[one].ancestors}
    return next(name for name in names if not any(defines(analysis, one, name) for one in every))


def foreign_base(analysis: Analysis, class_id: int) -> str | None:
    """The name of a class outside the project that one is derived from and that is more than a protocol's name."""
    for ancestor in analysis.program.classes[class_id].ancestors:
        base = analysis.program.classes[ancestor]
        if not base.in_project and base.name not in HARMLESS and not base.name.startswith(SLOT_BASES):
            return base.name
    return None


def has_metaclass(analysis: Analysis, class_id: int) -> bool:
    """Whether a class, or one above it in the project, names its metaclass; `ABCMeta` makes objects as `type` does."""
    for one in (class_id, *ancestors(analysis, class_id)):
        node = definition_of(analysis, one)
        for keyword in node.keywords if node is not None else ():
            if keyword.arg == "metaclass" and not ast.unparse(keyword.value).endswith("ABCMeta"):
                return True
    return False


def own_methods(node: ast.ClassDef, name: str) -> list[ast.stmt]:
    """Every definition of a name in a class's body, in branches as well."""
    return [
        inner
        for inner in own_nodes(node)
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner.name == name
    ]
