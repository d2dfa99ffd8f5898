"""Makes the plan: leaves, streams, colors, units and overlaps, until they agree with one another."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from aioport.planning.affine_keeping import AffineKeeping
from aioport.planning.affinity import Affinities, find_affinities
from aioport.planning.analysis import Analysis
from aioport.planning.both import Both
from aioport.planning.cancelling import find_obstacles
from aioport.planning.chosen import Choices, check_choices, choices_of, choose
from aioport.planning.colors import Colors, Solver
from aioport.planning.concurrency import Overlap, find_overlaps
from aioport.planning.decisions import decide_calls, decide_functions
from aioport.planning.dividing import find_divided
from aioport.planning.effects import Effects
from aioport.planning.entries import Entries, find_entries
from aioport.planning.flows import Stream, find_streams
from aioport.planning.fronts import Front, FrontFinder
from aioport.planning.idle import find_idle
from aioport.planning.intents import Parts, make_intents
from aioport.planning.leaves import Leaf, NoLeaf, find_leaves
from aioport.planning.lifetimes import find_homeless_clients
from aioport.planning.pins import runners, slots
from aioport.planning.pins.find import find_pins
from aioport.planning.plan import Plan, Suggestion
from aioport.planning.pools.belongings import find_blocked
from aioport.planning.refusals import find_project_refusal
from aioport.planning.refused import Refused
from aioport.planning.reshaping.reshapes import Reshapes, find_reshapes
from aioport.planning.sites import find_uses
from aioport.planning.suggesting import suggest, suggest_loops
from aioport.planning.testing.asynchronous import find_async_tests
from aioport.planning.testing.libraries import find_kept_calls
from aioport.planning.threaded import find_needless, find_unclean
from aioport.planning.threads.holding import called_from
from aioport.planning.threads.locks import Guard, Locks
from aioport.planning.threads.returning import Returning, find_decorated, why_not_returning
from aioport.planning.torn import Torn, readers_of
from aioport.planning.units import UnitPlanner, Units
from aioport.planning.waiting import find_new_awaits, find_readers
from aioport.positions import Span

ROUNDS = 20
"""More rounds than this mean that decisions contradict one another; each one refuses something for good."""


@dataclass(frozen=True, slots=True)
class Twin:
    """What stands in for the catalog when a twin is made.

    leaves: calls that wait; nothing is rewritten or moved to a thread.
    apart: functions that have an async half already.
    named: functions that are to be async whatever they call.
    """

    leaves: tuple[Leaf, ...]
    apart: frozenset[int]
    named: frozenset[int] = frozenset()


def make_plan(
    analysis: Analysis,
    refused: Refused | None = None,
    twin: Twin | None = None,
    choices: Choices | None = None,
) -> Plan:
    """Decides everything.

    choices: what the user chose for single functions; None for what the settings say.

    Raises EntryError and ChoiceError.
    """
    refused = refused or Refused()
    if choices is None:
        check_choices(analysis, analysis.settings)
        choices = choices_of(analysis.settings)
    while True:
        plan = _Planner(analysis, refused, twin, choices).plan()
        if not (choices.safe_only and _refuse_doubtful(analysis, plan, refused)):
            return plan


def _refuse_doubtful(analysis: Analysis, plan: Plan, refused: Refused) -> bool:
    """Takes back what a person would have to review."""
    functions = {
        one.function: f"only safe changes are wanted (--safe-only), and {one.reason}"
        for one in plan.functions.values()
        if one.changed and one.safety != "safe"
    }
    calls = {
        one.call: f"only safe changes are wanted (--safe-only), and {one.reason}"
        for one in plan.calls.values()
        if one.safety != "safe"
        and one.action == "native"
        and analysis.program.calls[one.call].caller not in functions
    }
    new = functions.keys() - refused.functions.keys() or calls.keys() - refused.leaves.keys()
    refused.functions |= functions
    refused.leaves |= calls
    return bool(new)


def _leaves(analysis: Analysis) -> tuple[Leaf | NoLeaf, ...]:
    return tuple(find_leaves(analysis))


def _pins(analysis: Analysis) -> dict[int, str]:
    return find_pins(analysis, analysis.once(find_reshapes))


def _running(analysis: Analysis) -> dict[int, str]:
    return dict(runners.find(analysis))


def _overlaps(analysis: Analysis) -> tuple[Overlap | Suggestion, ...]:
    leaves = {leaf.call: leaf for leaf in analysis.once(_leaves) if isinstance(leaf, Leaf)}
    return tuple(find_overlaps(analysis, Effects(analysis, leaves)))


class _Planner:
    def __init__(self, analysis: Analysis, refused: Refused, twin: Twin | None, choices: Choices) -> None:
        self.analysis, self.refused, self.twin = analysis, refused, twin
        chosen = choose(analysis, choices)
        refused.functions |= chosen.kept
        refused.leaves |= chosen.leaves
        refused.places |= chosen.places
        self.reshapes = analysis.once(find_reshapes) if twin is None else Reshapes()
        entries = self.reshapes.without_starts(analysis, analysis.once(find_entries))
        self.entries: Entries = replace(
            entries,
            named=tuple(dict.fromkeys((*entries.named, *chosen.named))),
            starts=tuple(one for one in entries.starts if one not in chosen.leaves),
        )
        self.idle: dict[int, str] = {}
        self.divided: set[int] = set()
        self.decorated = frozenset(find_decorated(analysis)) if twin is None else frozenset()
        self.returning = self.decorated
        self.may_return = twin is None
        self.sealed: set[int] = set()
        self.on_loop: set[int] = set()
        self.threaded = frozenset(
            function
            for function, one in analysis.hosted.items()
            if one.entry.threaded and one.way is not None and one.obstacle is None and twin is None
        )
        self.needless: frozenset[int] = frozenset()
        self.affine = AffineKeeping(analysis, refused, is_public=bool(self.entries.public))
        self.leaves: dict[int, Leaf] = {}
        native = analysis.settings.level == "native"
        for found in twin.leaves if twin is not None else analysis.once(_leaves) if native else ():
            if isinstance(found, NoLeaf):
                self.refused.leaves.setdefault(found.call, found.reason)
            else:
                self.leaves[found.call] = found
        for index, reason in find_kept_calls(analysis, self.leaves) if twin is None else ():
            self.refused.leaves.setdefault(index, reason)
        if (refusal := find_project_refusal(analysis)) is not None and twin is None:
            self._refuse_project(refusal)
        self.locks = Locks(analysis, self._set_apart_locks())
        self.all_leaves = dict(self.leaves)
        self.uses = analysis.once(find_uses)
        self.pins = analysis.once(_pins) if twin is None else dict(slots.find_uncalled(analysis))
        keeps_sync = analysis.settings.keep_sync or analysis.settings.keep_api
        self.tests = analysis.once(find_async_tests) if twin is None and not keeps_sync else {}
        running = analysis.once(_running) if self.tests else {}
        self.pins = {
            one: reason for one, reason in self.pins.items() if one not in self.tests or one in running
        }
        found_overlaps = () if twin is not None else analysis.once(_overlaps)
        self.overlaps = [one for one in found_overlaps if isinstance(one, Overlap)]
        self.suggestions = [one for one in found_overlaps if isinstance(one, Suggestion)]
        is_off = analysis.settings.concurrency == "off"
        self.suggestions += suggest_loops(self.overlaps, off=is_off, sequential=chosen.sequential)
        if is_off:
            self.overlaps = []
        self.overlaps = [one for one in self.overlaps if one.function not in chosen.sequential]

    def plan(self) -> Plan:
        for _ in range(ROUNDS):
            self.leaves = {
                index: leaf for index, leaf in self.leaves.items() if index not in self.refused.leaves
            }
            if self._refuse_fallen_locks():
                continue
            streams = find_streams(self.analysis, self.leaves)
            both = Both(self.analysis, self.entries.starts, self.entries.scripts)
            torn = Torn(self.analysis, self.refused, self.leaves, streams, both)
            if self._add_found(streams) or self._refuse_unknown(torn) or torn.refuse_libraries():
                continue
            colors = self._colors(streams)
            if torn.refuse_torn(colors) or torn.refuse_handlers(colors) or torn.refuse_shared(colors):
                continue
            affinities = find_affinities(
                self.analysis, self.refused.kept, self.refused.lifted, self.returning
            )
            overlaps = self._overlaps(colors)
            units = self._units(colors, affinities, overlaps)
            if (
                self._refuse_homeless(streams, colors, units, overlaps)
                or self.affine.refuse(colors, affinities, units, partial(self._fronts, colors, affinities))
                or self._refuse_waiting(colors, units, overlaps)
                or self._drop_idle(colors, units, overlaps)
                or self._leave_threaded(colors, units)
                or self._leave_pools(colors, units)
                or self._divide(colors, affinities, units)
                or self._return(colors, affinities, units)
            ):
                continue
            break
        else:
            raise RuntimeError("planning does not settle; please report this")
        fronts = self._fronts(colors, affinities)
        lifts = self.affine.lifts(colors) if self.refused.lifted else {}
        parts = Parts(
            self.analysis,
            colors,
            self.all_leaves,
            streams,
            self.entries,
            units,
            tuple(overlaps),
            self.refused.leaves,
            self.reshapes,
            self.idle,
            self.tests,
            self.needless,
            fronts,
            tuple((lifts[kind], why) for kind, why in sorted(self.refused.lifted.items())),
            frozenset(self.divided),
            frozenset(self.on_loop),
            self.returning,
            self.returning - self.decorated,
        )
        intents, libraries = make_intents(parts)
        calls = decide_calls(parts)
        loops, is_twin = self.suggestions, self.twin is not None
        return Plan(
            functions=decide_functions(parts, self.pins),
            calls=calls,
            intents=intents,
            suggestions=suggest(parts, affinities, calls, libraries, loops, twin=is_twin),
            libraries=libraries,
        )

    def _refuse_project(self, reason: str) -> None:
        for function in self.analysis.program.functions:
            if function.in_project and function.kind == "def":
                self.refused.functions.setdefault(function.id, reason)
        for path, source in self.analysis.project.sources.items():
            self.refused.places[path, (0, len(source.data))] = reason

    def _set_apart_locks(self) -> dict[int, Leaf]:
        """Takes out what rules say of locks, which is used only where one would be held across an await."""
        locks = {}
        for index, leaf in list(self.leaves.items()):
            found = self.analysis.catalog.type(leaf.makes or leaf.on or "")
            if found is not None and found.type.lock is not None and self.twin is None:
                locks[index] = self.leaves.pop(index)
        return locks

    def _refuse_fallen_locks(self) -> bool:
        fallen = list(self.locks.find_fallen(self.refused.leaves))
        for index, reason in fallen:
            self.refused.refuse_leaves([index], reason)
        return bool(fallen)

    def _refuse_unknown(self, torn: Torn) -> bool:
        """Values that cannot be followed; those of a twin are whatever its settings say."""
        found = torn.refuse_streams()
        return (self.twin is None and torn.refuse_unfollowed()) or found

    def _refuse_waiting(self, colors: Colors, units: Units, overlaps: Iterable[Overlap]) -> bool:
        """Changes locks that would be held across an await, and refuses awaits where none may stand."""
        if self.twin is not None:
            return False
        awaits = find_new_awaits(self.analysis, colors, units, overlaps)
        found = False
        for torn in self.locks.find_torn(awaits, self.refused.leaves):
            if isinstance(torn, Guard):
                self.locks.active.append(torn)
                self.leaves |= torn.leaves
                self.all_leaves |= torn.leaves
                found = True
            else:
                found = self._seal(torn[0].function, torn[0].path, torn[0].held, torn[1]) or found
        for one in find_obstacles(self.analysis, colors, awaits):
            found = self._seal(one.function, one.path, one.span, one.reason) or found
        return found

    def _drop_idle(self, colors: Colors, units: Units, overlaps: Iterable[Overlap]) -> bool:
        """Entries that would be async for nothing are none."""
        public = (self.entries.public | self.threaded | self.divided) - self.idle.keys() - self.on_loop
        found = dict(find_idle(self.analysis, public, self.uses, colors, units, overlaps))
        self.idle |= found
        return bool(found)

    def _divide(self, colors: Colors, affinities: Affinities, units: Units) -> bool:
        """What async functions call and cannot hand to a thread becomes async, where part of its waiting can leave."""
        if self.twin is not None:
            return False
        sync = self.divided | colors.frozen.keys() | self.pins.keys() | self.refused.functions.keys()
        found = set(find_divided(self.analysis, affinities, units, sync | self.idle.keys()))
        self.divided |= found
        return bool(found)

    def _return(self, colors: Colors, affinities: Affinities, units: Units) -> bool:
        """What only the main thread may do goes back to it, so that who calls it may leave; or that is taken back."""
        if not self.may_return:
            return False
        new = self.returning - self.decorated
        if new:
            offloaded = frozenset(one for one, each in units.decisions.items() if each.action == "offload")
            starting = {*colors.wanted, *(one.id for one in self.analysis.program.functions if one.is_async)}
            on_loop = frozenset(called_from(self.analysis, starting, offloaded))
            if (
                why_not_returning(self.analysis, new, self.locks.regions, on_loop)
                or new & colors.wanted.keys()
            ):
                self.may_return, self.returning = False, self.decorated
                return True
        found = (
            frozenset(Returning(self.analysis, self.affine.uses, affinities, colors).find(units))
            - self.returning
        )
        self.returning |= found
        return bool(found)

    def _leave_threaded(self, colors: Colors, units: Units) -> bool:
        """What a framework runs in a thread stays there, or goes back, where something in it needs one."""
        if self.twin is not None:
            return False
        unclean = dict(find_unclean(self.analysis, self.threaded, colors, units))
        needless = frozenset(find_needless(self.analysis, colors, units)) - self.needless
        self.refused.functions |= unclean
        self.needless |= needless
        return bool(unclean or needless)

    def _leave_pools(self, colors: Colors, units: Units) -> bool:
        """A pool of threads stays one where tasks would stand in one another's way."""
        blocked = dict(find_blocked(self.analysis, colors.wanted.keys(), units.decisions))
        found = {one: why for one, why in blocked.items() if one not in self.refused.functions}
        self.refused.functions |= found
        return bool(found)

    def _seal(self, function: int, path: str, span: Span, reason: str) -> bool:
        """Keeps awaits out of a range of text: its function stays sync, or what is called there does."""
        if not self.analysis.function(function).is_async:
            if function in self.refused.functions:
                return False
            self.refused.functions[function] = reason
            self.sealed.add(function)
            return True
        if (path, span) in self.refused.places:
            return False
        self.refused.places[path, span] = reason
        return True

    def _add_found(self, streams: Iterable[Stream]) -> bool:
        new = [leaf for stream in streams for leaf in stream.found if leaf.call not in self.leaves]
        new = [leaf for leaf in new if leaf.call not in self.refused.leaves]
        for leaf in new:
            self.leaves[leaf.call] = self.all_leaves[leaf.call] = leaf
        return bool(new)

    def _colors(self, streams: Iterable[Stream]) -> Colors:
        named = [one for one in self.entries.named if one not in self.idle]
        named += (one.function for one in self.overlaps if self._is_new(one))
        named += sorted(self.divided - self.idle.keys())
        named += sorted(self.on_loop)
        named += sorted(self.twin.named) if self.twin is not None else ()
        solver = Solver(
            self.analysis, self.leaves, named, self.pins | self.refused.functions, self.entries.starts, self.entries.scripts,
            [one for stream in streams if stream.leaves for one in readers_of(self.analysis, stream) if one is not None],
            self.twin.apart if self.twin is not None else frozenset(), self.refused.places,
            lenient=self.twin is not None,
            reshaped=self.reshapes.functions,
            tests=self.tests,
        )  # fmt: skip
        return solver.solve()

    def _is_new(self, overlap: Overlap) -> bool:
        return (overlap.path, overlap.node.lineno) not in self.refused.overlaps

    def _refuse_homeless(
        self, streams: Iterable[Stream], colors: Colors, units: Units, overlaps: Iterable[Overlap]
    ) -> bool:
        """A client that may be made where no event loop runs drags its whole stream back; a framework's thread is left
        first, where the framework would run an async function on the loop."""
        homeless = {one.leaf: one for one in find_homeless_clients(self.analysis, colors, units, overlaps)}
        hosts = {one.host for one in homeless.values() if one.host in self.threaded} - self.on_loop
        if hosts:
            self.on_loop |= hosts
            return True
        found = False
        for stream in streams:
            for index in stream.leaves & homeless.keys():
                found = self.refused.refuse_leaves(stream.leaves, homeless[index].reason) or found
        return found

    def _fronts(self, colors: Colors, affinities: Affinities) -> dict[int, Front]:
        """Functions that get an async form in front of them; what only must not wait itself may have one."""
        settings = self.analysis.settings
        if self.twin is not None or settings.keep_sync or settings.keep_api:
            return {}
        asked = frozenset(self.entries.named) - self.idle.keys() - self.entries.scripts
        pinned = (self.pins.keys() | self.refused.functions.keys()) - (self.sealed - self.pins.keys())
        return FrontFinder(self.analysis, asked, pinned, colors, affinities).find()

    def _overlaps(self, colors: Colors) -> list[Overlap]:
        """Overlaps that hold under these colors: their function is async, and so is each wait or it is a unit."""
        found = []
        for one in self.overlaps:
            is_async = one.function in colors.wanted or self.analysis.function(one.function).is_async
            if is_async and self._is_new(one):
                found.append(one)
        return found

    def _is_one_call(self, overlap: Overlap) -> bool:
        """Whether the element is one waiting call and nothing else, which `gather` can be given as it is."""
        element = self.analysis.syntax[overlap.path].span(overlap.element)
        call = self.analysis.program.calls[overlap.calls[0]]
        return len(overlap.calls) == 1 and (call.start, call.end) == element and not overlap.body

    def _units(self, colors: Colors, affinities: Affinities, overlaps: Iterable[Overlap]) -> Units:
        units = Units()
        if self.twin is not None:
            return units
        done = self._done(colors)
        for one in overlaps:
            if self._is_one_call(one) or not done & set(one.calls):
                done |= set(one.calls)
        readers: defaultdict[str | None, list[ast.AST]] = defaultdict(list)
        for path, node in find_readers(self.analysis, colors):
            readers[path].append(node)
        for function in self.analysis.program.functions:
            if self.analysis.in_tests(function.id):
                continue  # What a test waits for itself, it may wait for on the event loop: nothing else runs there.
            is_async = (
                function.is_async and function.in_project and self.analysis.node(function.id) is not None
            )
            is_lambda = function.id in self.analysis.callables.lambdas
            if function.id in self.needless:
                continue
            if is_async or (function.id in colors.wanted and not is_lambda):
                reading = readers[function.path]
                UnitPlanner(
                    self.analysis, affinities, function.id, done, units, reading, self.refused.places
                ).plan()
        return units

    def _done(self, colors: Colors) -> set[int]:
        """Calls that wait without blocking, or run nothing that blocks."""
        found = set(colors.points)
        reshaped: set[tuple[str, int, int]] = set()
        for index, call in enumerate(self.analysis.program.calls):
            if colors.is_awaited(index, call):
                found.add(index)
                if any(map(self.reshapes.has, call.targets)):
                    reshaped.add((call.path, call.start, call.end))
        for index, call in enumerate(self.analysis.program.calls if reshaped else ()):
            if (call.path, call.start, call.end) in reshaped:
                found.add(index)
        for function, uses in self.uses.items():
            if function in colors.wanted:
                found.update(use.call for use in uses if use.call is not None)
                found.update(index for use in uses for index in use.calls)
        return found
