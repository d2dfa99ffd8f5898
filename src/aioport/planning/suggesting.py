"""What a plan suggests to a person, beside what it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from aioport.planning.affine_transactions import find_open_transactions
from aioport.planning.affinity import Affinities
from aioport.planning.called_back import find_called_back
from aioport.planning.catching import find_wider_handlers
from aioport.planning.colors import Colors
from aioport.planning.concurrency import Overlap
from aioport.planning.doctests import find_examples
from aioport.planning.entries import find_many_starts
from aioport.planning.hazards import find_hazards
from aioport.planning.intents import Parts
from aioport.planning.mains.candidates import find_main_obstacles
from aioport.planning.namesakes import find_namesakes
from aioport.planning.plan import CallDecision, Suggestion
from aioport.planning.raising import Raising
from aioport.planning.refusals import find_absent
from aioport.planning.testing.asynchronous import propose_plugins


def suggest_loops(
    overlaps: Iterable[Overlap], *, off: bool, sequential: Mapping[int, str]
) -> Iterator[Suggestion]:
    """Loops whose waits could overlap, and do not because the user said so.

    off: for all of them. sequential: for those of some functions, and how.
    """
    for one in overlaps:
        if off:
            text = "these waits may overlap: they are proven to only read"
            yield Suggestion(one.path, one.node.lineno, text, one.function)
        elif one.function in sequential:
            yield Suggestion(one.path, one.node.lineno, sequential[one.function])


def suggest(
    parts: Parts,
    affinities: Affinities,
    calls: Mapping[int, CallDecision],
    libraries: frozenset[str],
    loops: Iterable[Suggestion],
    *,
    twin: bool,
) -> tuple[Suggestion, ...]:
    """All suggestions of a plan, by file and line.

    loops: those about loops; of functions that stay sync, they wait for nothing that could overlap.
    libraries: the catalog files whose rules the plan uses.
    twin: whether a twin is made, whose sync half stays as it is.
    """
    analysis, colors = parts.analysis, parts.colors
    examples = find_examples(analysis, {*colors.awaited, *parts.fronts})
    found = [one for one in examples if isinstance(one, Suggestion)]
    found += [
        Suggestion(one.path, one.line, "this is a template of Python, and was left out")
        for one in analysis.project.left_out
    ]
    found += [
        one
        for one in loops
        if one.function is None or one.function in colors.wanted or analysis.function(one.function).is_async
    ]
    found += [
        Suggestion(path, line, f"this pool keeps its threads: {reason}")
        for (path, line), reason in analysis.callables.pools.refused.items()
    ]
    found += find_hazards(analysis, frozenset() if twin else _awaited(colors, calls))
    if not twin:
        found += find_absent(analysis)
        obstacles = dict(find_main_obstacles(analysis)) if colors.bridged else {}
        found += find_many_starts(analysis, colors.bridged, obstacles)
        found += find_open_transactions(analysis, affinities, parts.units, parts.awaits)
        found += find_called_back(analysis, colors, parts.units)
        found += find_namesakes(analysis, colors, parts.units)
        found += propose_plugins(analysis, colors.awaited)
        found += find_wider_handlers(analysis, Raising(analysis, colors, parts.streams, libraries))
    return tuple(sorted(found, key=lambda one: (one.path, one.line)))


def _awaited(colors: Colors, calls: Mapping[int, CallDecision]) -> frozenset[int]:
    """Calls at which other tasks may run from now on."""
    return frozenset(
        index
        for index, one in calls.items()
        if one.action in ("await", "offload", "async with", "async for")
        or (one.action == "native" and colors.points[index].demand != "none")
    )
