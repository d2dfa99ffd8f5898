"""`super().method()` means the next class in the order of the object's own bases, not of the class that it stands in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from aioport.program.model import Program
from aioport.project import Project

ON_SUPER = re.compile(rb"super\s*\([^()]*\)\s*\.\s*(\w+)\s*\(")


def find_next_methods(project: Project, program: Program) -> dict[int, dict[int, None]]:
    """The methods that subclasses with several bases put in the place of the base's, by the call's index."""
    between = _between(program)
    found: dict[int, dict[int, None]] = defaultdict(dict)
    for index, call in enumerate(program.calls if between else ()):
        data = project.sources[call.path].data
        if call.kind != "call" or not data.startswith(b"super", call.start):
            continue
        written, owner = ON_SUPER.match(data, call.start, call.end), _owner(program, call.caller)
        if written is None or owner is None:
            continue
        for class_id in between.get(owner, ()):
            method = _next_method(program, class_id, owner, written[1].decode())
            if method is not None and method not in call.targets:
                found[index][method] = None
    return found


def _between(program: Program) -> Mapping[int, tuple[int, ...]]:
    """For each of the project's classes the subclasses in which another class than its own base comes next."""
    found: dict[int, list[int]] = defaultdict(list)
    for below in program.classes:
        for place, base in enumerate(below.ancestors if below.in_project else ()):
            if (
                program.classes[base].in_project
                and below.ancestors[place + 1 :] != program.classes[base].ancestors
            ):
                found[base].append(below.id)
    return {base: tuple(classes) for base, classes in found.items()}


def _next_method(program: Program, class_id: int, owner: int, name: str) -> int | None:
    """What `super().name` is in a method of `owner` that runs on an instance of a class below it."""
    order = program.classes[class_id].ancestors
    behind = order[order.index(owner) + 1 :]
    methods = (program.classes[one].methods.get(name) for one in behind)
    return next((one for one in methods if one is not None), None)


def _owner(program: Program, function: int | None) -> int | None:
    """The class that a function, or the innermost one around it, is a method of."""
    while function is not None:
        one = program.functions[function]
        if one.owner is not None:
            return one.owner
        function = one.parent
    return None
