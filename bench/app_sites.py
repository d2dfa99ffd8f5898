"""The blocking call sites of a program before a conversion, and what has become of each after it.

Counted from scans of both, not from what the conversion says of itself. What blocks an event loop is not converted, and
neither is what runs in a sync function that outside code may call: there it blocks whoever calls it. The body of a module is
neither: it runs before there is a loop. What only runs there is kept; what async functions hand to threads counts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from aioport.analysing import analysed
from aioport.blocking.edges import find_edges, find_takers
from aioport.catalog.load import load_catalog
from aioport.discovery import discover
from aioport.planning.entries import find_script_functions
from aioport.planning.public import find_public
from aioport.program.model import Call, Function
from aioport.scanning import Scan
from aioport.settings import Options

Fate = Literal["native", "offloaded", "kept", "unknown"]
FATES: tuple[Fate, ...] = ("native", "offloaded", "kept", "unknown")
NATIVE = frozenset({"native", "existing", "overlap", "async with", "async for", "await"})
"""Actions of a conversion that leave no thread waiting."""

VENDORED = "_aio.py"
"""The file that a conversion adds; its own waiting is meant."""

IMPORTING = "who imports "
"""How it is said whom the body of a module blocks."""

TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Site:
    """A call in a program's own code that waits outside of it.

    start, end: byte offsets of the expression in its file.
    line, column: 1-based; the column in characters.
    primitive: what waits in the end, by its public name.
    """

    path: str
    start: int
    end: int
    line: int
    column: int
    function: str
    primitive: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A site with what became of it, and why it was kept.

    at_import: the body of a module comes to it still, and nothing else that blocks anybody does. Where calls of async
        functions go to a thread or to an async library, it is converted all the same.
    """

    site: Site
    fate: Fate
    reason: str = ""
    at_import: bool = False


def find_sites(scan: Scan, files: Iterable[str]) -> list[Site]:
    """The sites that a scan reports in some files, once each, in source order; without those that are left on purpose."""
    wanted = set(files)
    calls = {one.call for one in scan.facts.findings if one.path in wanted and not _is_left(scan, one.call)}
    return _once(_site(scan, index) for index in sorted(calls))


def find_blocking_sites(scan: Scan, files: Iterable[str], public: Container[str]) -> dict[Site, str]:
    """The sites in some files that block an event loop or whoever calls in from outside, each with who that is.

    Outside code calls functions of the names in `public`, and runs the bodies of modules: of these it is said only where
    nobody else is blocked. Threads end the way: what is handed to one blocks nobody.
    """
    program, wanted = scan.program, set(files)
    assert scan.catalog is not None
    takers = find_takers(program, scan.catalog)
    edges = find_edges(program, scan.catalog, takers, scan.facts.spawned, follow=False)
    outgoing: dict[int, list[int]] = defaultdict(list)
    for index in scan.facts.calls:
        outgoing[program.calls[index].caller].append(index)
    roots = [
        one for one in program.functions if one.in_project and one.path in wanted and _is_root(one, public)
    ]
    found: dict[Site, str] = {}
    roots.sort(key=lambda one: (not one.is_async, one.kind != "def"))
    reached: dict[int, str] = {}
    for root in roots:
        reached.setdefault(root.id, _who(root))
        todo = deque([root.id])
        while todo:
            function = todo.popleft()
            for index in outgoing[function]:
                call = program.calls[index]
                if call.path in wanted and _waits_outside(scan, call) and not _is_left(scan, index):
                    found.setdefault(_site(scan, index), reached[function])
                for target in (*call.targets, *edges.get(index, ())):
                    one = program.functions[target]
                    if target not in reached and one.in_project and not one.is_async:
                        reached[target] = reached[function]
                        todo.append(target)
    return found


def find_threaded(scan: Scan) -> frozenset[str]:
    """The names of functions that run in threads: what is handed to one, and what that calls."""
    program = scan.program
    assert scan.catalog is not None
    takers = find_takers(program, scan.catalog)
    edges = find_edges(program, scan.catalog, takers, scan.facts.spawned, follow=False)
    outgoing: dict[int, list[int]] = defaultdict(list)
    todo: deque[int] = deque()
    for index, call in enumerate(program.calls):
        outgoing[call.caller].append(index)
        if takers.spawns(call):
            todo.extend(function for _, functions in call.callbacks for function in functions)
    found = set(todo)
    while todo:
        for index in outgoing[todo.popleft()]:
            for target in (*program.calls[index].targets, *edges.get(index, ())):
                if target not in found and program.functions[target].in_project:
                    found.add(target)
                    todo.append(target)
    return frozenset(program.functions[one].name for one in found)


def public_names(root: Path, options: Options) -> frozenset[str]:
    """The dotted names of the functions of a project that outside code calls: its API, console scripts, frameworks' entries.

    Raises ProjectError and CheckerError.
    """
    project = discover([root], options)
    with analysed(project, load_catalog()) as found:
        analysis = found.analysis
        called = {*find_public(analysis), *find_script_functions(analysis), *analysis.callables.entries}
        return frozenset(analysis.function(one).name for one in called)


def judge(
    before: Mapping[str, str],
    after: Mapping[str, str],
    sites: Sequence[Site],
    left: Mapping[Site, str],
    report: Mapping[str, Any],
    threaded: Container[str] = (),
) -> list[Judged]:
    """What became of each site.

    before, after: the texts of the files.
    sites: those of `before`; left: those of `after` that still block, with whom.
    report: the JSON of the conversion, for the reasons. Raises KeyError for a field that it lacks.
    threaded: functions that run in threads of what was converted; a site there that blocks nobody is converted although
        the conversion did not know what is called.
    """
    blocked = _carried_back(before, after, sites, left)
    actions: dict[tuple[str, int, int], list[Mapping[str, Any]]] = defaultdict(list)
    for row in report["calls"]:
        actions[row["path"], row["line"], row["column"]].append(row)
    functions = {(row["path"], row["name"]): row for row in report["functions"]}
    judged = []
    for site in sites:
        row = _row_of(site, actions.get((site.path, site.line, site.column), ()))
        action, reason = row.get("action", "keep"), row.get("reason", "")
        at_import = blocked.get(site, "").startswith(IMPORTING)
        is_converted = action in NATIVE or action == "offload"
        if site in blocked and not (at_import and is_converted):
            if action != "keep":
                reason = f"planned as {action}, and blocks {blocked[site]}"
            elif reason.endswith("its function stays sync"):
                reason = functions.get((site.path, site.function), row)["reason"]
            judged.append(Judged(site, "kept", reason or f"blocks {blocked[site]}", at_import))
        elif action in NATIVE:
            judged.append(Judged(site, "native", at_import=at_import))
        elif action == "offload" or (
            not row
            and (
                functions.get((site.path, site.function), row).get("color") == "unit"
                or site.function in threaded
            )
        ):
            judged.append(Judged(site, "offloaded", at_import=at_import))
        else:
            judged.append(Judged(site, "unknown", reason or "not in the report"))
    return judged


def _row_of(site: Site, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The row of a site among those that begin in the same place: `a.b()` and `a.b().c()` do."""
    named = [row for row in rows if site.primitive in row["reason"]]
    return next(iter([*named, *rows]), {})


def kind_of(reason: str) -> str:
    """A reason without what it names, so that like reasons count together."""
    short = re.sub(r"^it waits for \w+ \([^)]*\)[;:,]? ?", "", reason)
    short = re.sub(r"`[^`]*`", "`...`", short)
    short = re.sub(r"[\w./-]+\.\w+:\d+:?", "PLACE", short)
    short = re.sub(r"\b\w+(?:\.\w+)+", "NAME", short)
    return re.sub(r"\b(line|lines) \d+( to \d+)?", r"\1 N", short)


def _once(sites: Iterable[Site]) -> list[Site]:
    """One site of several calls in the same place: what a `with` enters and leaves waits once."""
    found: dict[tuple[str, int, int], Site] = {}
    for site in sites:
        found.setdefault((site.path, site.start, site.end), site)
    return sorted(found.values(), key=lambda one: (one.path, one.start, one.end))


def _site(scan: Scan, index: int) -> Site:
    call = scan.program.calls[index]
    source = scan.project.sources[call.path]
    line = source.data[source.line_starts[call.line - 1] :][: call.column]
    return Site(
        call.path,
        call.start,
        call.end,
        call.line,
        len(line.decode("utf-8", "replace")) + 1,
        scan.program.functions[call.caller].name,
        scan.facts.calls[index].primitive,
    )


def _is_left(scan: Scan, index: int) -> bool:
    """Whether the catalog says of what a call waits for that it is too cheap for a thread: `print`, a cached file."""
    return scan.facts.calls[index].blocks.treatment == "leave"


def _waits_outside(scan: Scan, call: Call) -> bool:
    functions, waits = scan.program.functions, scan.facts.waits
    return any(
        not functions[target].in_project and waits[target].blocks.rough_cost != "microseconds"
        for target in call.targets
        if target in waits
    )


def _is_root(function: Function, public: Container[str]) -> bool:
    """Whether an event loop or outside code runs a function."""
    return function.is_async or function.kind != "def" or function.name in public


def _who(function: Function) -> str:
    if function.is_async:
        return f"the event loop, in {function.name}"
    return f"{IMPORTING}{function.name}" if function.kind != "def" else f"callers of {function.name}"


def _carried_back(
    before: Mapping[str, str], after: Mapping[str, str], sites: Sequence[Site], left: Mapping[Site, str]
) -> dict[Site, str]:
    """The sites of `before` that those which are left of `after` have come from."""
    of_path: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        of_path[site.path].append(site)
    moved: dict[str, Moved] = {}
    found: dict[Site, str] = {}
    for site, why in left.items():
        if site.path not in before:
            continue
        if site.path not in moved:
            moved[site.path] = Moved(before[site.path], after[site.path])
        origin = moved[site.path].origin(site, of_path[site.path])
        if origin is not None:
            found.setdefault(origin, why)
    return found


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    text: str


class Moved:
    """Which word of a text each word of its new form was: lines are compared first, words within those that differ."""

    def __init__(self, before: str, after: str) -> None:
        self._before, self._after = list(_tokens(before)), list(_tokens(after))
        self._starts = [one.start for one in self._before]
        self._after_starts = [one.start for one in self._after]
        self._origin: dict[int, int] = {}
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
        at_old, at_new = _offsets(old), _offsets(new)
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag in ("equal", "replace"):
                self._pair(self._within(self._before, self._starts, at_old[a], at_old[b]),
                           self._within(self._after, self._after_starts, at_new[c], at_new[d]))  # fmt: skip

    def _pair(self, old: Sequence[_Token], new: Sequence[_Token]) -> None:
        words, others = [one.text for one in old], [one.text for one in new]
        blocks = SequenceMatcher(None, words, others, autojunk=False).get_matching_blocks() if words != others else (
            (0, 0, len(words)),
        )  # fmt: skip
        for a, b, size in blocks:
            for step in range(size):
                self._origin[new[b + step].start] = old[a + step].start

    @staticmethod
    def _within(tokens: Sequence[_Token], starts: Sequence[int], low: int, high: int) -> Sequence[_Token]:
        return tokens[bisect_right(starts, low - 1) : bisect_right(starts, high - 1)]

    def origin(self, site: Site, candidates: Iterable[Site]) -> Site | None:
        """The one of some sites of the old text that has most words in common with one of the new text."""
        words = self._within(self._after, self._after_starts, site.start, site.end)
        came = {self._origin[one.start] for one in words if one.start in self._origin}
        best, most = None, 0.0
        for one in candidates:
            own = {token.start for token in self._within(self._before, self._starts, one.start, one.end)}
            share = len(own & came) / len(own | came) if own & came else 0.0
            if share > most:
                best, most = one, share
        return best


def _tokens(text: str) -> Iterator[_Token]:
    """The words of a text with their byte offsets."""
    is_ascii = text.isascii()
    for match in TOKEN.finditer(text):
        start = match.start() if is_ascii else len(text[: match.start()].encode())
        yield _Token(start, match.group())


def _offsets(lines: Iterable[str]) -> list[int]:
    found = [0]
    for line in lines:
        found.append(found[-1] + len(line.encode()))
    return found
