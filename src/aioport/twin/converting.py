"""The async half of a package: what waits by the user's leaves is planned, rewritten, and planned again if it must."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from aioport.analysing import analysed
from aioport.catalog.index import Catalog
from aioport.checking import Progress, silent
from aioport.converting import Outcome
from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Leaf
from aioport.planning.pins.slots import ASYNC_SLOTS
from aioport.planning.plan import Intent, Plan, Rename, Retype
from aioport.planning.refused import Refused
from aioport.planning.solve import Twin, make_plan
from aioport.project import Project
from aioport.rewriting.rewrite import rewrite
from aioport.settings import TwinSettings
from aioport.twin.following import FollowedLeaves, follow_leaves
from aioport.twin.forwarding import convert_forwarded
from aioport.twin.hooks import find_hooks
from aioport.twin.leaves import TwinLeaves
from aioport.twin.locks import TwinLocks, settle_locks
from aioport.twin.mixed import guard_mixed
from aioport.twin.naming import Naming
from aioport.twin.partial import without_partial
from aioport.twin.relatives import entered_beside, find_relatives
from aioport.twin.renames import find_moved, find_renames
from aioport.twin.sureness import without_guesses
from aioport.twin.twofold import retype_twofold
from aioport.verifying.parses import check_parses
from aioport.verifying.verdict import Violation

ROUNDS = 4
"""How often single functions are refused for what does not compile; then all of the file are."""


def convert_twin(
    project: Project, catalog: Catalog, settings: TwinSettings, progress: Progress = silent
) -> Outcome:
    """The async half of a package, by the user's leaves and names; nothing is rewritten or moved to a thread.

    Raises ProjectError and CheckerError.
    """
    leaves = TwinLeaves(settings)
    with analysed(project, catalog, progress, follow=False) as before:
        analysis = before.analysis.revised(without_guesses(before.analysis), literal=True)
        apart = leaves.own_functions(analysis.program)
        named = (leaves.own_leaves(analysis.program) | leaves.inner_leaves(analysis)) - apart
        progress("following values")
        followed = _followed(analysis, leaves, named)
        seeds = {followed.analysis.program.calls[leaf.call].caller for leaf in leaves.find(followed.analysis)}
        if hooks := find_hooks(followed.analysis, settings.names, apart, seeds | named):
            named |= hooks
            followed = _followed(analysis, leaves, named)
        analysis = followed.analysis
        analysis = analysis.revised(without_partial(analysis), find_relatives(analysis, apart))
        progress("planning")
        found = (*leaves.find(analysis), *_twofold(followed))
        locks = settle_locks(analysis, found, leaves.locking(found, analysis), named)
        found = tuple(one for one in found if one.call not in locks.calls)
        twin = Twin(found, apart, named | (entered_beside(analysis, found) - apart))
        naming = Naming(analysis, settings, leaves)
        renames = {path: tuple(find_renames(analysis, path, naming)) for path in project.sources}
        refused = Refused()
        refuted: list[Violation] = []
        attempt = 0
        while True:
            plan = make_plan(analysis, refused, twin)
            plan = replace(plan, intents=retype_twofold(analysis, plan, followed.reached))
            plan = replace(plan, intents=guard_mixed(analysis, plan, hooks, followed.others))
            plan = replace(plan, intents=convert_forwarded(analysis, plan, naming.replaced))
            plan = replace(plan, intents=_with_moved(analysis, plan, naming, locks))
            texts = rewrite(analysis, plan, {}, renames).texts
            violations = list(check_parses(texts))
            refuted += violations
            if not _refuse(analysis, refused, violations, texts, whole_files=attempt >= ROUNDS):
                broken = {one.path for one in violations}
                kept = {path: text for path, text in texts.items() if path not in broken}
                return Outcome(analysis, plan, kept, tuple(refuted), tuple(locks.remarks(analysis)))
            attempt += 1


def _followed(analysis: Analysis, leaves: TwinLeaves, named: frozenset[int]) -> FollowedLeaves:
    """An analysis with the calls of values: of what waits, and of functions that are leaves themselves."""
    calls = (leaf.call for leaf in leaves.find(analysis))
    return follow_leaves(analysis, calls, named | leaves.called(analysis.program))


def _with_moved(
    analysis: Analysis, plan: Plan, naming: Naming, locks: TwinLocks
) -> Mapping[str, tuple[Intent, ...]]:
    """The intents of a plan, with those for what other packages have under other names; each place is changed once."""
    found = dict(plan.intents)
    stays = {id(one) for one in locks.classes}
    for path in analysis.project.sources:
        taken = {id(one.node) for one in found.get(path, ()) if isinstance(one, Retype | Rename)} | stays
        moved = (one for one in find_moved(analysis, path, naming) if id(one.node) not in taken)
        unlocked = (intent for one in locks.unlocked if one.path == path for intent in one.intents())
        found[path] = (*found.get(path, ()), *moved, *unlocked)
    return found


def _twofold(followed: FollowedLeaves) -> Iterator[Leaf]:
    """Iterations over what both halves can go through, each in its way."""
    for index in followed.analysis.calls_of.get(followed.twofold, ()):
        yield Leaf(index, "async for")


def _refuse(
    analysis: Analysis,
    refused: Refused,
    violations: Iterable[Violation],
    texts: Mapping[str, bytes],
    *,
    whole_files: bool,
) -> bool:
    """Keeps the functions sync in which something does not compile; whether any was not kept before."""
    before = len(refused.functions)
    for violation in violations:
        names = _names_around(texts[violation.path], violation.line)
        for function in analysis.program.functions:
            if function.path == violation.path and function.in_project and function.kind == "def":
                name = ASYNC_SLOTS.get(function.bare_name, function.bare_name)
                if whole_files or not names or name in names:
                    refused.functions.setdefault(function.id, violation.message)
    return len(refused.functions) > before


def _names_around(text: bytes, line: int) -> frozenset[str]:
    """The functions that a line stands in; none where the text cannot even be parsed."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    )
