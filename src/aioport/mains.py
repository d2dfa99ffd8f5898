"""Chooses which statements at module level are read as one `async def main()`, by what a plan makes of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from aioport.analysing import Analysed
from aioport.planning.analysis import Analysis
from aioport.planning.chosen import Choices
from aioport.planning.mains.candidates import Candidate, find_candidates, is_repeated, with_end
from aioport.planning.mains.reading import forget
from aioport.planning.plan import Plan
from aioport.planning.refused import Refused
from aioport.planning.solve import make_plan
from aioport.program.unwritten import statements_of

AWAITING = frozenset({"await", "native", "overlap", "async with", "async for"})
"""What becomes of a call that is awaited."""

BLOCKING = frozenset({"offload", "keep"})
"""What becomes of a call that goes on blocking, where it is or in a thread."""


def read_mains(before: Analysed, choices: Choices | None = None, without: Collection[str] = ()) -> Analysed:
    """The same project, read so that statements at module level are a function wherever that awaits more than once.

    What a guard runs in the end and awaits nothing (a server, a window) keeps the main thread, and stays below it.
    without: files in which none are.
    """
    candidates = {
        one.path: one
        for one in find_candidates(before.analysis)
        if one.obstacle is None and one.path not in without
    }
    shortened: dict[str, Candidate] | None = None
    while candidates:
        found = before.with_mains(candidates.values())
        plan = make_plan(found.analysis, Refused(), choices=choices)
        fallen = find_fallen(found.analysis, plan)
        cut = dict(_without_ends(before.analysis, candidates.values(), found.analysis, plan))
        if not fallen and not cut:
            return found
        forget(found.program, found.analysis.mains)
        if fallen and shortened is None:
            plan = make_plan(before.analysis, Refused(), choices=choices)
            shortened = dict(_up_to_starts(before.analysis, candidates.values(), plan))
            cut |= {path: one for path, one in shortened.items() if path in fallen}
        candidates |= cut
        gone = {
            path
            for path, one in candidates.items()
            if one.obstacle is not None or path in fallen - cut.keys()
        }
        candidates = {path: one for path, one in candidates.items() if path not in gone}
    return before


def find_fallen(analysis: Analysis, plan: Plan) -> frozenset[str]:
    """Files whose statements await nothing as a function, or one call only, for which they need not be one."""
    return frozenset(
        analysis.function(main).path or "" for main in analysis.mains if not _is_needed(analysis, plan, main)
    )


def _is_needed(analysis: Analysis, plan: Plan, main: int) -> bool:
    decision = plan.functions.get(main)
    if decision is None or not decision.changed or decision.color != "async":
        return False
    awaited = [
        analysis.program.calls[index]
        for index in analysis.calls_in.get(main, ())
        if (found := plan.calls.get(index)) is not None and found.action in AWAITING
    ]
    places = {(call.start, call.end) for call in awaited}
    return len(places) > 1 or any(call.kind != "call" or is_repeated(analysis, call) for call in awaited)


def _without_ends(
    before: Analysis, candidates: Iterable[Candidate], analysis: Analysis, plan: Plan
) -> Iterator[tuple[str, Candidate]]:
    """Candidates without what only blocks in their end, and is no short work on files."""
    functions = {analysis.function(main).path: main for main in analysis.mains}
    for one in candidates:
        last, blocking = -1, []
        for index in analysis.calls_in.get(functions[one.path], ()):
            decision, wait = plan.calls.get(index), analysis.facts.calls.get(index)
            place = _statement(before, one, analysis.program.calls[index].start)
            if decision is not None and decision.action in AWAITING:
                last = max(last, place)
            elif decision is not None and decision.action in BLOCKING and wait is not None:
                if wait.category != "file":
                    blocking.append(place)
        if any(place > last >= 0 for place in blocking):
            yield one.path, with_end(before, one, one.unwritten.begin + last + 1)


def _up_to_starts(
    analysis: Analysis, candidates: Iterable[Candidate], plan: Plan
) -> Iterator[tuple[str, Candidate]]:
    """Candidates that end with the last call for which the event loop would be started, where they go on."""
    for one in candidates:
        places = [
            _statement(analysis, one, analysis.program.calls[index].start)
            for index in analysis.indices_of(one.path)
            if (found := plan.calls.get(index)) is not None and found.action == "bridge"
        ]
        count = one.unwritten.end - one.unwritten.begin
        if places and 0 <= max(places) < count - 1:
            yield one.path, with_end(analysis, one, one.unwritten.begin + max(places) + 1)


def _statement(analysis: Analysis, candidate: Candidate, position: int) -> int:
    """Which of a candidate's statements a position lies in; -1 for none."""
    syntax = analysis.syntax[candidate.path]
    for place, statement in enumerate(statements_of(syntax.tree, candidate.unwritten)):
        start, end = syntax.span(statement)
        if start <= position < end:
            return place
    return -1
