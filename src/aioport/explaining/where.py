"""Finds what `path:line`, `path:line:column` or a dotted name means in a project."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aioport.choosing.comments import headers
from aioport.program.model import Call, Function, Program
from aioport.project import Project, Source
from aioport.settings import find_pyproject

_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d+)(?::(?P<column>\d+))?:?")

NEAREST = 3
"""So many functions or names are suggested where there is nothing at a place, or no such name."""

LISTED = 10
"""So many meanings of an ambiguous name are listed."""


class WhereError(Exception):
    """There is nothing to explain; the message says why, and what is near."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is meant: calls, by their indices in `Program.calls`, or functions, by id."""

    calls: tuple[int, ...]
    functions: tuple[int, ...]


def path_in(where: str) -> Path | None:
    """The file that `where` names; None for a dotted name."""
    match = _PLACE.fullmatch(where)
    if match is not None:
        return Path(match["path"])
    return Path(where) if "/" in where or where.endswith((".py", ".pyw")) else None


def folder_for(where: str, current: Path) -> Path:
    """The folder to read where none is named: the current one, or for a file elsewhere that of its pyproject.toml."""
    path = path_in(where)
    file = (current / path).resolve() if path is not None else current
    if not file.is_file() or file.is_relative_to(current.resolve()):
        return current
    pyproject = find_pyproject(file.parent)
    return pyproject.parent if pyproject is not None else file.parent


def find_where(where: str, project: Project, program: Program, current: Path) -> Found:
    """What is at a place, or has a name. Paths count from `current` on, or else from the project's root.

    Raises WhereError: no such file, line, column or name, nothing there, or more than one function of that name.
    """
    match = _PLACE.fullmatch(where)
    if match is not None:
        source = _find_source(match["path"], project, current)
        column = int(match["column"]) if match["column"] else None
        return _at(source, int(match["line"]), column, program)
    if (path := path_in(where)) is not None:
        source = _find_source(str(path), project, current)
        own = (one for one in _own(program) if one.path == source.path and one.kind != "class")
        return Found((), tuple(one.id for one in own))
    return Found((), _named(where, project, program))


def _find_source(path: str, project: Project, current: Path) -> Source:
    for folder in (current.resolve(), project.root):
        file = (folder / path).parent.resolve() / Path(path).name
        if file.is_relative_to(project.root):
            source = project.sources.get(file.relative_to(project.root).as_posix())
            if source is not None:
                return source
    near = [one for one in project.sources if Path(one).name == Path(path).name]
    near = near or difflib.get_close_matches(path, project.sources, n=NEAREST)
    hint = f"; did you mean {' or '.join(near[:NEAREST])}?" if near else ""
    raise WhereError(f"{path}: no such file among those of {project.root}{hint}")


def _at(source: Source, line: int, column: int | None, program: Program) -> Found:
    count = len(source.line_starts) - (source.line_starts[-1] == len(source.data))
    if not 1 <= line <= count:
        raise WhereError(f"{source.path}:{line}: the file has {count} lines")
    start = source.line_starts[line - 1]
    end = source.line_starts[line] if line < len(source.line_starts) else len(source.data)
    functions = [one for one in _own(program) if one.path == source.path and one.kind == "def"]
    calls = [(index, call) for index, call in enumerate(program.calls) if call.path == source.path]
    if column is None:
        heads = headers(source)
        if line in heads:
            return Found((), tuple(one.id for one in functions if heads.get(one.line) == heads[line]))
        found = [index for index, call in calls if call.line == line]
        return Found(tuple(found or _innermost(calls, start, end) or _nothing(source, line, functions)), ())
    text = source.data[start:end].decode()
    if column < 1 or column > len(text) + 1:
        raise WhereError(f"{source.path}:{line}:{column}: the line has {len(text.rstrip())} columns")
    offset = start + len(text[: column - 1].encode())
    for one in functions:
        begins = source.line_starts[one.line - 1] + one.column
        if begins <= offset < begins + len(one.bare_name.encode()):
            return Found((), (one.id,))
    return Found(tuple(_innermost(calls, offset, offset + 1) or _nothing(source, line, functions)), ())


def _innermost(calls: Iterable[tuple[int, Call]], start: int, end: int) -> list[int]:
    """The smallest call that a stretch of text lies in or begins in."""
    around = [
        (call.end - call.start, index) for index, call in calls if call.start < end and start < call.end
    ]
    smallest = min(around, default=(0, -1))[0]
    return [index for size, index in around if size == smallest]


def _nothing(source: Source, line: int, functions: list[Function]) -> list[int]:
    near = sorted(functions, key=lambda one: abs(one.line - line))[:NEAREST]
    named = ", ".join(f"{one.name} ({source.path}:{one.line})" for one in near)
    hint = f"; the nearest functions are {named}" if near else ""
    raise WhereError(f"{source.path}:{line}: nothing is called or defined there{hint}")


def _named(where: str, project: Project, program: Program) -> tuple[int, ...]:
    """The functions of a dotted name: a function, a method, a class with all its methods, a module with all in it."""
    own, classes = _own(program), program.classes
    meanings: dict[str, list[int]] = defaultdict(list)
    modules = {one.path: one.name for one in own if one.kind == "module"}
    for known in classes:
        if known.in_project:
            meanings[known.name] += []
    for one in own:
        if one.kind == "def":
            meanings[one.name].append(one.id)
            if one.owner is not None:
                meanings[classes[one.owner].name].append(one.id)
        if one.kind != "class" and one.path in modules:
            meanings[modules[one.path]].append(one.id)
    found = [where] if where in meanings else [name for name in meanings if name.endswith(f".{where}")]
    if len(found) > 1:
        listed = "".join(f"\n  {name}" for name in sorted(found)[:LISTED])
        more = f"\n  and {len(found) - LISTED} more" if len(found) > LISTED else ""
        raise WhereError(
            f"{where}: {len(found)} things are called so; name one of them in full{listed}{more}"
        )
    if not found:
        last = {name: name.rpartition(".")[2] for name in meanings}
        alike = difflib.get_close_matches(where.rpartition(".")[2], last.values(), n=NEAREST)
        near = difflib.get_close_matches(where, meanings, n=NEAREST)
        near = near or [name for name in meanings if last[name] in alike][:NEAREST]
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise WhereError(f"{where}: nothing in {project.root} is called so{hint}")
    if not meanings[found[0]]:
        raise WhereError(f"{found[0]}: it has no functions of its own")
    return tuple(dict.fromkeys(meanings[found[0]]))


def _own(program: Program) -> list[Function]:
    return [one for one in program.functions if one.in_project]
