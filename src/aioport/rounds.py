"""Runs of the checker over a project: each sees what the one before it lacked, types and hidden sources."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aioport.laying import find_source, lay_out, lay_stubs, link_packages
from aioport.program.pyrefly import VERSION, Invocation, Report, started
from aioport.program.sinks import BUNDLED, discarding
from aioport.project import Project
from aioport.scratch import Scratch

if TYPE_CHECKING:
    from aioport.catalog.index import Catalog
    from aioport.program.holders import Holder, HolderType
    from aioport.program.model import Call, Program
    from aioport.values.code import Code


@dataclass(frozen=True)
class Widening:
    """What a further run of the checker is to see.

    types: of parameters, attributes and globals without annotation.
    unhidden: packages of which it saw stubs instead of their source: name -> the installed folder or file.
    settled: files of which all that matters was found out before, so that no further types are looked for.
    """

    types: Mapping[Holder, HolderType]
    unhidden: Mapping[str, Path]
    settled: frozenset[str] = frozenset()


NOTHING = Widening({}, {})


@dataclass(frozen=True)
class Run:
    """One run of the checker.

    project: what is asked about.
    seen: the same as the checker reads it, which may be a copy.
    scratch: for all runs.
    folder: for what this one writes.
    stubs: the catalog's, for packages that are not installed.
    opaque: packages that are not looked into, unless the project names them.
    """

    project: Project
    seen: Project
    widening: Widening
    scratch: Scratch
    folder: Path
    stubs: tuple[Path, ...]
    opaque: frozenset[str]

    @contextmanager
    def started(self) -> Iterator[Callable[[Callable[[int], object]], Report]]:
        """Starts the checker; the value yielded waits for its report, and tells how many seconds it took so far."""
        self.folder.mkdir(exist_ok=True)
        packages = link_packages(self.widening.unhidden, self._packages)
        opaque = sorted(name for name in self.opaque if not self._is_named(name))
        invocation = Invocation(
            files=tuple(str(self.seen.root / path) for path in self.seen.sources),
            # Among installed packages, pyrefly would take the stubs of a known library for a mistake.
            search_path=tuple(str(root) for root in (*self.seen.import_roots, *packages, *self.stubs)),
            site_packages=tuple(str(site) for site in self.seen.site_packages),
            python_version=self.seen.python_version,
            opaque=tuple(opaque),
        )
        with started(invocation, self.folder) as finish:

            def finish_and_discard(tick: Callable[[int], object]) -> Report:
                report = finish(tick)
                if not (report.folder / BUNDLED[0]).is_symlink():
                    self.scratch.begin(discarding(report.folder, VERSION))
                return report

            yield finish_and_discard

    def loaded(self, report: Report) -> frozenset[str]:
        """Every file and namespace folder that the checker read, but for copies."""
        scratch = f"{self.scratch.folder}/"
        found = set(report.places())
        copies = {path for path in found if path.startswith(scratch)}
        real = {os.path.realpath(path) for path in copies}
        return frozenset(found - copies | {path for path in real if not path.startswith(scratch)})

    def program(self, report: Report, catalog: Catalog, *, exact: bool) -> Program:
        """The program, in positions of the project's own sources."""
        from aioport.program.annotated import annotate  # noqa: PLC0415
        from aioport.program.build import build_program  # noqa: PLC0415

        # A copy has no byte order mark, which the checker would count.
        sources = {
            path: source if source.bom == self.seen.sources[path].bom else replace(source, bom=False)
            for path, source in self.project.sources.items()
        }
        return build_program(
            replace(self.seen, sources=sources),
            report,
            catalog.public_name,
            exact=exact,
            inserted={
                path: one.inserted for path, one in annotate(self.project, self.widening.types).items()
            },
            links={str(self._packages / path.name): str(path) for path in self.widening.unhidden.values()},
        )

    @property
    def _packages(self) -> Path:
        return self.folder / "packages"

    def _is_named(self, package: str) -> bool:
        return any(package.encode() in source.data for source in self.project.sources.values())


def first_run(project: Project, catalog: Catalog, scratch: Scratch, known: Widening = NOTHING) -> Run:
    """The run that sees a project as it is, but for encodings that the checker does not read.

    known: what it is to see at once, since it was found out before.
    """
    run = Run(
        project,
        _in_utf8(project, scratch.folder / "sources"),
        NOTHING,
        scratch,
        scratch.folder / "1",
        lay_stubs(project, catalog, scratch.folder / "stubs"),
        catalog.unseen,
    )
    return next_run(run, known, run.folder) if known.types or known.unhidden else run


def next_run(run: Run, widening: Widening, folder: Path) -> Run:
    """The run that sees what is to be seen on top."""
    from aioport.program.annotated import annotate  # noqa: PLC0415

    folder.mkdir(exist_ok=True)
    texts = {path: one.data for path, one in annotate(run.project, widening.types).items()}
    return replace(
        run, seen=lay_out(run.project, folder / "sources", texts), widening=widening, folder=folder
    )


def carry(widening: Widening, before: Project, after: Project, changing: Iterable[str]) -> Widening:
    """What a run over a changed copy of a project is to see at once: what was found out about the project.

    changing: libraries whose classes other ones take the place of in the copy, so that holders may get those.
    """
    from aioport.program.carrying import carry_types  # noqa: PLC0415

    tops = tuple(f"{name}." for name in changing)
    types = {
        holder: type_
        for holder, type_ in carry_types(widening.types, before, after).items()
        if not any(f"{module}.".startswith(tops) for module, _ in type_.classes)
    }
    unsettled = {one.path for one in widening.types.keys() - types.keys()}
    settled = (
        path
        for path, source in after.sources.items()
        if path not in unsettled and path in before.sources and before.sources[path].data == source.data
    )
    return Widening(types, widening.unhidden, frozenset(settled))


def _in_utf8(project: Project, folder: Path) -> Project:
    """The project, or a copy of it where a file is in an encoding that the checker does not read."""
    is_read = all(source.encoding in ("utf-8", "ascii") for source in project.sources.values())
    return project if is_read else lay_out(project, folder)


def widen(run: Run, program: Program, waits: Collection[int], catalog: Catalog, *, follow: bool) -> Widening:
    """What a further run is to see on top of what this one saw.

    waits: the functions that wait.
    follow: also look at calls of functions that are passed around, which takes longer.
    """
    from aioport.planning.testing.code import find_test_files  # noqa: PLC0415
    from aioport.program.fixtures import find_supplied  # noqa: PLC0415
    from aioport.program.holders import choose_types, find_asked, is_implicit  # noqa: PLC0415
    from aioport.program.parameters import find_arguments  # noqa: PLC0415
    from aioport.values.carried import find_carried, find_taken  # noqa: PLC0415
    from aioport.values.code import Code  # noqa: PLC0415
    from aioport.values.later import find_later  # noqa: PLC0415
    from aioport.values.types import Types  # noqa: PLC0415

    # What a method returns may be a function that waits, defined in it.
    makers = {program.functions[one].parent for one in waits}

    @cache
    def matters(class_id: int, name: str) -> bool:
        method = program.find_method(class_id, name)
        if method is None:
            return False
        below = (program.classes[one].methods.get(name) for one in program.subclasses.get(class_id, ()))
        if any(one in waits or one in makers for one in (method, *below) if one is not None):
            return True
        names = (f"{program.classes[class_id].name}.{name}", program.functions[method].name)
        blocks = next((found for one in names if (found := catalog.blocks(one)) is not None), None)
        return (blocks is not None and blocks.treatment != "leave") or any(map(catalog.rewrites, names))

    tests = find_test_files(run.project, program, catalog)
    asked = find_asked(run.project, program, waits)
    found: dict[Holder, HolderType] = {}
    implicit = any(
        program.functions[one].in_project and is_implicit(program.functions[one].bare_name) for one in waits
    )
    if asked.methods or implicit:
        types_of = Types(code := Code(run.project, program, catalog, list(program.calls)))
        supplied = (
            *find_supplied(run.project, program, catalog, tests),
            *find_carried(code, types_of),
        )
        values = _calls_of_values(run, code) if follow else ()
        held = find_arguments(run.project, program, supplied, values) | find_later(code, types_of)
        held |= find_taken(code, types_of)
        found = choose_types(program, held, asked, matters, types_of.field)
    types = {one: type_ for one, type_ in found.items() if one.path not in run.widening.settled}
    unhidden = dict(run.widening.unhidden)
    for name in sorted(program.stubbed() - catalog.libraries.keys() - unhidden.keys()):
        source = find_source(name, run.project.site_packages)
        if source is not None:
            unhidden[name] = source
    return Widening({**run.widening.types, **types}, unhidden, run.widening.settled)


def _calls_of_values(run: Run, code: Code) -> tuple[Call, ...]:
    """Calls that the checker does not resolve, with what a scan finds that they run: functions that are passed around.

    Only where something unknown is called in a function that nothing is seen to call, or that is decorated; and only of
    functions with parameters of which something is to be found out. What asks something of a parameter is followed
    whether it waits or not, for that depends on what it is given.
    """
    from aioport.blocking.chains import follow_only  # noqa: PLC0415
    from aioport.program.parameters import asks_parameter, find_open  # noqa: PLC0415

    program = code.program
    called = {target for call in program.calls for target in call.targets} - program.decorators.keys()
    unknown = [index for index, call in enumerate(program.calls) if call.unknown is not None]
    if all(program.calls[index].caller in called for index in unknown):
        return ()
    passed_around = {
        one.id
        for one in program.functions
        if one.in_project and one.id not in called and one.path not in run.widening.settled
    }
    asked = find_open(run.project, program, passed_around)
    if not asked:
        return ()
    asking: dict[int, None] = {}
    for index in unknown:
        call = program.calls[index]
        found = code.node(call.caller) if call.caller in asked and call.caller not in asking else None
        node = code.expression(call) if found is not None else None
        if found is not None and node is not None and asks_parameter(found[1], node):
            asking[call.caller] = None
    followed = follow_only(code.project, program, code.catalog, asked, asking).calls
    return tuple(followed[index] for index in unknown if not program.calls[index].targets)
