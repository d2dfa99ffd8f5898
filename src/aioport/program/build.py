"""Joins the checker's report with the project's sources into a `Program`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import msgspec

from aioport.program.definitions import Definitions
from aioport.program.exported import Exported
from aioport.program.expressions import KEPT_FILES, Types
from aioport.program.fields import FieldTypes, find_typed
from aioport.program.graphs import Graphs
from aioport.program.installed import InstalledBodies
from aioport.program.loading import MODULE_BODY
from aioport.program.model import Call, Program, Reference
from aioport.program.places import Inserted, Places
from aioport.program.pyrefly import Report
from aioport.program.records import ModuleRecord
from aioport.program.unreported import DOUBTED, Reported, find_unreported
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
    exact: whether most types will be asked for, so that all files' are kept.
    inserted: by path and line, what the checker saw and the project's sources do not have.
    links: folders that stand for others in the report: the folder that the checker saw -> the one that is meant.
    """
    shifted = inserted or {}
    places = {path: Places(source, shifted.get(path)) for path, source in project.sources.items()}
    definitions = Definitions(project, report, places, public_name, links or {})
    modules = dict(definitions.project_modules())
    for module in modules.values():
        definitions.home(module.module_id)
    reported = _reported_in(project, report, definitions, modules)
    graphs, exported = Graphs(project, report, definitions, places), Exported(report, definitions)
    calls: list[Call] = []
    for path, known in reported.items():
        source, module = project.sources[path], modules[path]
        found = graphs.calls(path, module)
        found += find_unreported(source, module.module_name, known, found, definitions.functions, exported)
        calls += sorted(found, key=lambda call: (call.start, call.end, call.kind))
    types = Types(project, report, definitions, places, None if exact else KEPT_FILES)

    @cache
    def references_in(path: str) -> tuple[Reference, ...]:
        return tuple(graphs.references(path))

    def references() -> tuple[Reference, ...]:
        return tuple(one for path in modules for one in references_in(path))

    return Program(
        functions=definitions.functions,
        classes=definitions.classes,
        calls=tuple(calls),
        decorators={function: tuple(names) for function, names in graphs.decorators.items()},
        subclasses=definitions.subclasses,
        unloaded=tuple(
            path for path in project.sources if path not in modules or modules[path].failed_to_load
        ),
        callees=InstalledBodies(report, definitions).callees,
        type_at=types.at,
        receiver=types.receiver,
        stubbed=definitions.stubbed,
        field_type=FieldTypes(report, definitions).of,
        load=definitions.load,
        _typed_with=lambda names: find_typed(report, modules, names),
        _references=references,
        _references_in=references_in,
    )


def with_unsure_receivers(program: Program) -> Program:
    """A program in which `Call.sure` takes into account what is missing from receivers' types: all types are read."""
    calls = [
        msgspec.structs.replace(call, sure=False)
        if call.sure and not program.is_receiver_known(call)
        else call
        for call in program.calls
    ]
    return replace(program, calls=tuple(calls))


def _reported_in(
    project: Project, report: Report, definitions: Definitions, modules: Mapping[str, ModuleRecord]
) -> dict[str, Reported]:
    """What the report has of each file, its calls left out."""
    prefix = f"{project.root}/"
    doubted = {error.file.removeprefix(prefix) for error in report.errors if error.kind in DOUBTED}
    found: dict[str, Reported] = {}
    for path, module in modules.items():
        home = definitions.home(module.module_id)
        if home is not None:
            bodies = (definitions.class_bodies[one] for one in home.classes.values())
            found[path] = Reported(
                home.functions[MODULE_BODY],
                {},
                {definitions.functions[body].line: body for body in bodies},
                path in doubted,
            )
    for function in definitions.functions:
        if function.in_project and function.kind == "def" and function.line and function.path in found:
            offset = project.sources[function.path].line_starts[function.line - 1] + function.column
            found[function.path].functions[offset] = function.id
    return found
