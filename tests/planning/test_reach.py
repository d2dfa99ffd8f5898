"""Values reach the same places whether they are followed one by one or all together."""

from hypothesis import given
from hypothesis import strategies as st

from aioport.planning.callables.model import Called, Destination, Escape, Member
from aioport.planning.callables.reach import Reach, Reached

PLACES = [Member(f"place{number}") for number in range(7)]
ENDS = st.one_of(
    st.sampled_from(PLACES),
    st.builds(Called, st.integers(0, 4)),
    st.builds(Escape, st.just("it is passed on"), st.booleans()),
)
GRAPHS = st.fixed_dictionaries({place: st.lists(ENDS, max_size=3) for place in PLACES})


class Uses:
    """Where places lead, as a table."""

    def __init__(self, table: dict[Member, list[Destination]]) -> None:
        self._table = table

    def of_place(self, place: Destination) -> tuple[Destination, ...]:
        assert isinstance(place, Member)
        return tuple(self._table[place])


def followed(table: dict[Member, list[Destination]], start: Destination) -> Reached:
    """All that is reached, place by place."""
    todo, seen = [start], set[Destination]()
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += table[one] if isinstance(one, Member) else []
    escapes = [one for one in seen if isinstance(one, Escape)]
    kept = any(isinstance(one, Member) for one in seen)
    return Reached(
        calls=frozenset(one.call for one in seen if isinstance(one, Called)),
        lost=escapes[0].reason if escapes else None,
        runs_here=any(not one.elsewhere for one in escapes),
        is_kept=kept,
        is_shared=kept,
    )


@given(GRAPHS, st.lists(st.sampled_from(PLACES), min_size=1))
def test_shared_answers_are_those_of_each_place(
    table: dict[Member, list[Destination]], starts: list[Member]
) -> None:
    """Cycles, chains and joins alike, in whatever order they are asked for."""
    reach = Reach(Uses(table))
    for start in starts:
        assert reach.of([start]) == followed(table, start)


def test_a_value_goes_several_ways() -> None:
    """What it arrives at is all of them together."""
    reach = Reach(Uses({place: [] for place in PLACES}))
    assert reach.of([Called(3), Called(1)]) == Reached(frozenset({1, 3}))
    assert reach.of([PLACES[0], Called(2)]) == Reached(frozenset({2}), is_kept=True, is_shared=True)
