"""Reads statements at module level as functions: the same project and program, with a `def` around the statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

import msgspec

from aioport.planning.mains.candidates import Candidate
from aioport.positions import Span, span_of
from aioport.program.model import Call, Function, Program, Reference
from aioport.program.unwritten import with_unwritten
from aioport.project import Project

T = TypeVar("T", Call, Reference)


def with_mains(
    project: Project, program: Program, candidates: Iterable[Candidate]
) -> tuple[Project, Program, tuple[int, ...]]:
    """The project and program in which candidates are functions, one a file, and these functions.

    The program's list of functions goes on growing while installed code is read, and so stays the same one.
    """
    sources, made = dict(project.sources), dict[str, tuple[int, int, Span]]()
    functions = program.functions
    assert isinstance(functions, list)
    bodies = {one.path: one for one in functions if one.in_project and one.kind == "module"}
    for one in candidates:
        body, source = bodies[one.path], with_unwritten(project.sources[one.path], one.unwritten)
        node, _ = source.unwritten[0]
        sources[one.path] = source
        made[one.path] = body.id, len(functions), span_of(source, node)
        functions.append(
            Function(
                id=len(functions),
                name=f"{body.name}.{node.name}",
                kind="def",
                path=one.path,
                line=node.lineno,
                column=node.col_offset,
                in_project=True,
            )
        )
    move = _mover(made)
    references_in = program.references_in
    return (
        replace(project, sources=sources),
        replace(
            program,
            calls=tuple(map(move, program.calls)),
            _references=lambda: tuple(map(move, program.references)),
            _references_in=lambda path: map(move, references_in(path)),
        ),
        tuple(function for _, function, _ in made.values()),
    )


def forget(program: Program, made: Iterable[int]) -> None:
    """Takes functions out of the project again that were made and are not used."""
    functions = program.functions
    assert isinstance(functions, list)
    for one in made:
        functions[one] = msgspec.structs.replace(functions[one], in_project=False, path=None)


def _mover(made: Mapping[str, tuple[int, int, Span]]) -> Callable[[T], T]:
    """Gives what stands in the statements, and in the module's body so far, to their function."""

    def move(one: T) -> T:
        body, function, (start, end) = made.get(one.path, (-1, -1, (0, 0)))
        if one.caller == body and start <= one.start and one.end <= end:
            return msgspec.structs.replace(one, caller=function)
        return one

    return move
