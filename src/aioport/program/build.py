"""Joins the checker's report with the project's sources into a `Program`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

import msgspec

from aioport.program.definitions import Definitions
from aioport.program.expressions import Types
from aioport.program.fields import FieldTypes, find_typed
from aioport.program.graphs import Graphs
from aioport.program.installed import InstalledBodies
from aioport.program.model import Call, Program, Reference
from aioport.program.places import Inserted, Places
from aioport.program.pyrefly import Report
from aioport.program.unreported import find_unreported
from aioport.project import Project


def build_program(
    project: Project,
    report: Report,
    public_name: Callable[[str], str],
    *,
    exact: bool,
    inserted: Mapping[str, Mapping[int, tuple[Inserted, ...]]] | None = None,
    links: Mapping[str, str] | None = None,
) -> Program:
    """Reads what the report says of the project's files, and of installed packages as far as they are reached.

    public_name: the catalog's spelling of a dotted name.
    exact: whether `Call.sure` takes into account what is missing from receivers' types, which means reading all types.
    inserted: by path and line, what the checker saw and the project's sources do not have.
    links: folders that stand for others in the report: the folder that the checker saw -> the one that is meant.
    """
    shifted = inserted or {}
    places = {path: Places(source, shifted.get(path)) for path, source in project.sources.items()}
    definitions = Definitions(project, report, places, public_name, links or {})
    modules = dict(definitions.project_modules())
    for module in modules.values():
        definitions.home(module.module_id)
    reported = _offsets_by_path(definitions, project)
    graphs = Graphs(project, report, definitions, places)
    calls: list[Call] = []
    for path, module in modules.items():
        found = graphs.calls(path, module)
        first = len(definitions.functions)
        for function, inner in find_unreported(
            project.sources[path], module.module_name, reported[path], first
        ):
            definitions.functions.append(function)
            found += inner
        calls += sorted(found, key=lambda call: (call.start, call.end, call.kind))
    types = Types(project, report, definitions, places)

    def references() -> tuple[Reference, ...]:
        return tuple(one for path, module in modules.items() for one in graphs.references(path, module))

    program = Program(
        functions=definitions.functions,
        classes=definitions.classes,
        calls=tuple(calls),
        decorators={function: tuple(names) for function, names in graphs.decorators.items()},
        subclasses=definitions.subclasses,
        unloaded=tuple(path for path, module in modules.items() if module.failed_to_load),
        callees=InstalledBodies(report, definitions).callees,
        type_at=types.at,
        receiver=types.receiver,
        stubbed=definitions.stubbed,
        field_type=FieldTypes(report, definitions).of,
        _typed_with=lambda names: find_typed(report, modules, names),
        _references=references,
    )
    return _with_unsure_receivers(program) if exact else program


def _with_unsure_receivers(program: Program) -> Program:
    calls = [
        msgspec.structs.replace(call, sure=False)
        if call.sure and not program.is_receiver_known(call)
        else call
        for call in program.calls
    ]
    return replace(program, calls=tuple(calls))


def _offsets_by_path(definitions: Definitions, project: Project) -> dict[str, set[int]]:
    """Where the names of the project's functions stand."""
    found: dict[str, set[int]] = defaultdict(set)
    for function in definitions.functions:
        if function.in_project and function.kind == "def" and function.path is not None and function.line:
            found[function.path].add(
                project.sources[function.path].line_starts[function.line - 1] + function.column
            )
    return found
