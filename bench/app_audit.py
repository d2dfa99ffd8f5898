"""What a program's own tests see blocking at run time, against what `aioport scan` says of the same lines.

The tests run under the audit plugin that lies beside the cases. A line of the program on which an audit event was
raised must be in the scan: as a finding, as a link of a finding's chain, or under a call that is listed as unknown.
"""

from __future__ import annotations

import ast
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table

from app_cases import CaseError, Places, manifest, set_up
from functions_listed import python_files, reported_root
from measuring import aioport, python, run

PLUGIN = "audit_plugin"
ANSWER = "audit.json"
TEST_LIMIT = 1200
# Findings of other kinds are mistakes around coroutines, and do not say that a line blocks.
BLOCKING = "blocking-call"
Found = Literal["finding", "chain", "unknown", "elsewhere", "missed"]
FOUND: tuple[Found, ...] = ("finding", "chain", "unknown", "elsewhere", "missed")
"""In this order: a line that is in a finding does not count as a link of another's chain."""
NOTE = (
    "audited: lines that blocked while the program's own tests ran; threads: those that did so in worker threads"
    " only. Each counts once: in a finding, in the chain of another, under a call that is listed as unknown, or"
    " elsewhere: it blocked worker threads only, and of these a scan says nothing."
    " Seen is what CPython audits: opening and listing files, what os, shutil, glob and tempfile do to them, starting"
    " programs, connecting and resolving, opening databases; from 3.13 on also time.sleep. Not seen: reading and"
    " writing, queries, locks, whatever an import does, other processes."
)


@dataclass(frozen=True, slots=True)
class Audited:
    """A line of a program that blocked while its tests ran.

    path: relative to the case's root.
    functions: the names of the code objects that ran on it.
    events: the audit events, sorted.
    in_thread: it did so in a worker thread, on the main thread never.
    """

    path: str
    line: int
    functions: tuple[str, ...]
    events: tuple[str, ...]
    in_thread: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """A line that was audited, with its text and how the scan has it."""

    audited: Audited
    text: str
    found: Found


@dataclass(frozen=True, slots=True)
class AuditedCase:
    """A case with its audited lines, and what went wrong, if anything."""

    name: str
    lines: tuple[Checked, ...]
    error: str = ""

    @property
    def counts(self) -> Counter[Found]:
        return Counter(one.found for one in self.lines)

    def as_json(self) -> dict[str, Any]:
        """The case as the JSON of the benchmark holds it."""
        return {
            "case": self.name,
            "audited": len(self.lines),
            **{found: self.counts[found] for found in FOUND},
            "missed_lines": [
                {"path": one.audited.path, "line": one.audited.line, "events": one.audited.events}
                for one in self.lines
                if one.found == "missed"
            ],
            "error": self.error,
        }


def audit_case(name: str, places: Places, *, recorded: bool) -> AuditedCase:
    """Run a case's tests under the plugin and compare what it saw with a scan; what goes wrong is in the answer.

    recorded: take what an earlier run of the tests left, where there is any.
    """
    try:
        folder, case = set_up(name, places), manifest(name, places)
        answer = folder / ANSWER
        if not (recorded and answer.is_file()):
            record(name, folder, case, places)
        return AuditedCase(
            name, tuple(compare(audited_lines(answer, case), scan(folder, case), folder / "src", case))
        )
    except KeyError as missing:
        error = f"no field {missing}"
    except (CaseError, OSError, SyntaxError) as failure:
        error = str(failure)
    return AuditedCase(name, (), error)


def record(name: str, folder: Path, case: Mapping[str, Any], places: Places) -> None:
    """Run a case's tests under the plugin, which writes what it saw into the case's folder. Raises CaseError."""
    answer = folder / ANSWER
    answer.unlink(missing_ok=True)
    settings = {
        **places.settings,
        "PYTHONPATH": str(places.prepare.parent),
        "PYTEST_ADDOPTS": f"-p {PLUGIN}",
        "AUDIT_ROOT": ":".join(str(folder / "src" / path) for path in case["code"]["paths"]),
        "AUDIT_OUT": str(answer),
    }
    command = python(places.prepare, name, folder, "--test")
    done = run(command, extra=settings, limit=TEST_LIMIT)
    if done.code != 0:
        answer.unlink(missing_ok=True)
        said = done.stdout.strip().splitlines()
        raise CaseError(f"its tests: {said[-1] if said else done.complaint}")
    if not answer.is_file():
        raise CaseError(f"its tests passed, and {PLUGIN} wrote nothing")


def audited_lines(answer: Path, case: Mapping[str, Any]) -> list[Audited]:
    """What the plugin recorded of the program itself, in source order.

    Left out are tests that lie among its code, and templates, which have frames of their own and are no Python.
    """
    code, tests = case["code"]["paths"], case.get("tests", {}).get("paths", [])
    base = Path(code[0]).parent
    hits: dict[tuple[str, int], list[tuple[str, str, str]]] = defaultdict(list)
    for where, event, path, line, function, _ in json.loads(answer.read_text(encoding="utf-8"))["hits"]:
        place = (base / path).as_posix()
        if place.endswith(".py") and _is_below(place, code) and not _is_below(place, tests):
            hits[place, line].append((where, event, function))
    return [
        Audited(
            path,
            line,
            tuple(sorted({function for _, _, function in seen})),
            tuple(sorted({event for _, event, _ in seen})),
            all(where == "thread" for where, _, _ in seen),
        )
        for (path, line), seen in sorted(hits.items())
    ]


def scan(folder: Path, case: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a scan of a case's code in its own environment, with nothing in the cache. Raises CaseError."""
    paths, cache = case["code"]["paths"], folder / "scan-cache"
    shutil.rmtree(cache, ignore_errors=True)
    command = aioport("scan", *paths, "--python", folder / "venv" / "bin" / "python", "--format", "json")
    done = run(command, cwd=folder / "src", extra={"AIOPORT_CACHE_DIR": str(cache)})
    # With 1, something sits on an event loop; with 2, a file of the program is no Python.
    if done.code not in (0, 1, 2):
        raise CaseError(f"aioport scan: {done.complaint}")
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise CaseError(f"aioport scan: {done.complaint}; its output is not JSON: {error}") from error
    return report


def compare(
    audited: Sequence[Audited], report: Mapping[str, Any], root: Path, case: Mapping[str, Any]
) -> list[Checked]:
    """How a scan has each audited line. Raises KeyError for a field that the report lacks."""
    paths = case["code"]["paths"]
    base = reported_root(root, paths)
    files = {path.relative_to(base).as_posix(): path for path in python_files(root, paths)}
    placed = {relative: _Lines(path.read_bytes()) for relative, path in files.items()}
    places: dict[Found, set[tuple[str, int]]] = {found: set() for found in FOUND}
    for row in report["findings"]:
        if row["kind"] != BLOCKING:
            continue
        places["finding"] |= _of_row(row, placed)
        # The first link is the `def` that the chain begins in, and calls nothing.
        for link in row["chain"][1:]:
            places["chain"] |= _of_link(link, placed)
    for row in report["unknown"]:
        places["unknown"] |= _of_row(row, placed)
    checked = []
    for one in audited:
        path = (root / one.path).relative_to(base).as_posix()
        nowhere: Found = "elsewhere" if one.in_thread else "missed"
        found = next((kind for kind in FOUND if (path, one.line) in places[kind]), nowhere)
        checked.append(Checked(one, placed[path].text(one.line), found))
    return checked


def print_audit(cases: Sequence[AuditedCase], *, show: bool, console: Console) -> None:
    """The table, a line a case; with `show` also every missed line."""
    table = Table(caption=NOTE, caption_justify="left")
    table.add_column("app", no_wrap=True)
    for heading in ("audited", "threads", *FOUND):
        table.add_column(heading, justify="right", no_wrap=True)
    good = [case for case in cases if not case.error]
    for case in good:
        table.add_row(case.name, *_figures(case.lines))
    table.add_section()
    table.add_row("all", *_figures([one for case in good for one in case.lines]))
    console.print(table)
    for case in cases:
        if case.error:
            console.print(f"{case.name}: FAILED: {case.error}", markup=False, highlight=False, soft_wrap=True)
    for case in good if show else ():
        for one in case.lines:
            if one.found == "missed":
                console.print(_told(case.name, one), markup=False, highlight=False, soft_wrap=True)


def _figures(lines: Sequence[Checked]) -> list[str]:
    counts = Counter(one.found for one in lines)
    in_threads = sum(one.audited.in_thread for one in lines)
    return [str(figure) for figure in (len(lines), in_threads, *(counts[found] for found in FOUND))]


def _told(name: str, one: Checked) -> str:
    seen = one.audited
    where = f"{name}: {seen.path}:{seen.line} in {', '.join(seen.functions)} ({', '.join(seen.events)})"
    return f"{where}\n    {one.text.strip()}"


class _Lines:
    """A file's expressions by where they begin, with the lines that a traceback may name for them.

    CPython gives a call the line on which it begins, or that of the attribute that is called, never those of its
    arguments; entering and leaving a `with` and stepping a `for` or a comprehension may have its first line instead.
    """

    def __init__(self, data: bytes) -> None:
        self._lines = data.decode("utf-8", "replace").splitlines()
        self._at: dict[tuple[int, int], set[int]] = defaultdict(set)
        for node in ast.walk(ast.parse(data)):
            match node:
                case ast.Call(func=func):
                    self._add(node, {node.lineno, func.end_lineno or node.lineno})
                case ast.Attribute():
                    self._add(node, {node.lineno, node.end_lineno or node.lineno})
                case ast.With(items=items) | ast.AsyncWith(items=items):
                    for item in items:
                        self._add(item.context_expr, {node.lineno})
                case ast.For(iter=iterated) | ast.AsyncFor(iter=iterated):
                    self._add(iterated, {node.lineno})
                case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                    for part in node.generators:
                        self._add(part.iter, {node.lineno})
        self._beginning: dict[int, set[int]] = defaultdict(set)
        for (line, _), lines in self._at.items():
            self._beginning[line] |= lines

    def _add(self, node: ast.expr, lines: Iterable[int]) -> None:
        self._at[node.lineno, node.col_offset].update(lines)

    def at(self, line: int, column: int) -> set[int]:
        """The lines of what begins at a place; `column` is 1-based, in characters."""
        offset = len(self.text(line)[: column - 1].encode())
        return {line} | self._at.get((line, offset), set())

    def beginning(self, line: int) -> set[int]:
        """The lines of all that begins on a line."""
        return {line} | self._beginning.get(line, set())

    def text(self, line: int) -> str:
        return self._lines[line - 1] if 0 < line <= len(self._lines) else ""


def _of_row(row: Mapping[str, Any], placed: Mapping[str, _Lines]) -> set[tuple[str, int]]:
    path = row["path"]
    return {(path, line) for line in placed[path].at(row["line"], row["column"])} if path in placed else set()


def _of_link(link: Mapping[str, Any], placed: Mapping[str, _Lines]) -> set[tuple[str, int]]:
    path = link["path"]
    return {(path, line) for line in placed[path].beginning(link["line"])} if path in placed else set()


def _is_below(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)
