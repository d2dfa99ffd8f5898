"""Which kinds of thread-affine objects stay on the event loop's thread, and which are made for any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from aioport.planning.affine_lifting import Lift, find_lifts
from aioport.planning.affine_values import AffineUses, follow_affine_values
from aioport.planning.affinity import Affinities, shared_by_loops, touched_on_loop, why_kept
from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.fronts import Front
from aioport.planning.public import find_public
from aioport.planning.refused import Refused
from aioport.planning.threads.holding import called_from
from aioport.planning.units import Units


class AffineKeeping:
    """Refuses that objects which belong to one thread are used on two.

    is_public: whether code from outside may use what the project offers.
    """

    def __init__(self, analysis: Analysis, refused: Refused, *, is_public: bool) -> None:
        self._analysis, self._refused, self._is_public = analysis, refused, is_public

    @property
    def uses(self) -> AffineUses:
        """Where values of thread-affine classes go."""
        return self._analysis.once(follow_affine_values)

    def lifts(self, colors: Colors) -> Mapping[str, Lift]:
        """How each kind would be made for any thread, or why it cannot be."""
        return find_lifts(self._analysis, self.uses, colors.wanted.keys())

    def refuse(
        self, colors: Colors, affinities: Affinities, units: Units, fronts: Callable[[], Mapping[int, Front]]
    ) -> bool:
        """Kinds that are used on two threads are made for any, or stay on the event loop's; returns whether one is new.

        fronts: async forms in front of functions, whose bodies run in threads as well.
        """
        refused = self._refused
        offloaded = frozenset(index for index, one in units.decisions.items() if one.action == "offload")
        moving = {kind for index in offloaded for kind in affinities.of_call(index)}
        if self.uses.has_kinds:
            moving |= {one.pool for one in fronts().values() if one.pool is not None}
        leaving = frozenset(moving - affinities.kept.keys() - affinities.lifted)
        lifts = self.lifts(colors) if leaving or refused.lifted else {}
        fallen = {kind for kind in refused.lifted if lifts[kind].obstacle is not None}
        for kind in fallen:
            reason = why_kept(kind, refused.lifted.pop(kind))
            refused.kept[kind] = f"{reason}; it cannot be made for any thread: {lifts[kind].obstacle}"
        if fallen or not leaving:
            return bool(fallen)
        torn = self._torn(colors, affinities, units, leaving, offloaded)
        for kind, reason in torn.items():
            lift = lifts.get(kind)
            if lift is not None and lift.obstacle is None:
                refused.lifted[kind] = reason
                continue
            told = why_kept(kind, reason)
            if lift is not None and lift.obstacle != reason:
                told += f"; it cannot be made for any thread: {lift.obstacle}"
            refused.kept[kind] = told
        return bool(torn)

    def _torn(
        self,
        colors: Colors,
        affinities: Affinities,
        units: Units,
        leaving: frozenset[str],
        offloaded: frozenset[int],
    ) -> dict[str, str]:
        """The kinds that would be used on two threads, each with the use that cannot leave the event loop's."""
        on_loop = frozenset(self._on_loop(colors, offloaded))
        torn = touched_on_loop(self._analysis, affinities, leaving, offloaded, units.moved, on_loop)
        starting = (one for one in colors.wanted if one in colors.sync_again or one in self._analysis.hosted)
        torn = {**shared_by_loops(self._analysis, affinities, leaving, sorted(starting)), **torn}
        if self._is_public:
            public = find_public(self._analysis)
            shared = {**self.uses.let_out(public), **self.uses.handed_in(public)}
            torn = {**{kind: shared[kind] for kind in leaving & shared.keys()}, **torn}
        return torn

    def _on_loop(self, colors: Colors, offloaded: frozenset[int]) -> Iterator[int]:
        """Functions whose bodies run on the event loop's thread; module bodies and tests do, and what they call."""
        functions = self._analysis.program.functions
        todo = [one.id for one in functions if one.in_project and (one.is_async or one.kind != "def")]
        todo += colors.wanted
        todo += (
            one.id
            for one in functions
            if self._analysis.in_tests(one.id) and one.kind == "def" and not self.uses.keeps_to_itself(one.id)
        )
        yield from called_from(self._analysis, todo, offloaded)
