"""Edits as data: applied once, in one place, in an order that no one has to think of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aioport.rewriting.edits import (
    Edit,
    OverlapError,
    apply_edits,
    closing,
    edited,
    line_start,
    opening,
    replace,
)

TEXT = "aé\nb".encode() * 10


@st.composite
def disjoint(draw: st.DrawFn) -> list[Edit]:
    """Replacements and insertions that do not touch one another."""
    places = sorted(draw(st.sets(st.integers(0, len(TEXT)), max_size=12)))
    words = st.text("xyz\n", max_size=3)
    pairs = zip(places[::2], places[1::2], strict=False)
    edits = [replace(pair, draw(words)) for pair in pairs if draw(st.booleans())]
    return [
        *edits,
        *(Edit(at, at, 0, draw(words)) for at in places if not any(e.start <= at <= e.end for e in edits)),
    ]


def naively(data: bytes, edits: list[Edit]) -> bytes:
    """From the back, so that no position moves."""
    for edit in sorted(edits, reverse=True):
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    return data


@given(disjoint(), st.randoms())
def test_the_order_in_which_edits_are_given_makes_no_difference(
    edits: list[Edit], random: st.DataObject
) -> None:
    """Any order gives what applying them from the back gives, and giving one twice changes nothing."""
    expected = naively(TEXT, edits)
    shuffled = [*edits, *edits[:2]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert apply_edits(TEXT, shuffled) == expected


@given(disjoint(), st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_a_range_is_edited_by_what_lies_within_it(edits: list[Edit], one: int, other: int) -> None:
    """The text of a range is that of the whole with the edits outside left out."""
    low, high = sorted((one, other))
    inside = [edit for edit in edits if low <= edit.start and edit.end <= high]
    assert edited(TEXT, edits, (low, high)) == naively(TEXT[:high], inside)[low:]


@given(st.permutations(range(4)))
def test_insertions_at_one_place_nest(order: list[int]) -> None:
    """What encloses more opens first and closes last; indentation comes behind whatever opens on its line."""
    edits = [
        opening(0, "[", (0, 9)),
        opening(0, "(", (0, 3)),
        closing(3, ")", (0, 3)),
        closing(3, "]", (0, 9)),
    ]
    assert apply_edits(b"abc", [edits[index] for index in order]) == b"[(abc)]"
    at_three = [
        closing(3, ")", (0, 3)),
        opening(3, "[", (3, 6)),
        closing(6, "]", (3, 6)),
        line_start(3, " ", (0, 9)),
    ]
    assert apply_edits(b"abcdef", [at_three[index] for index in order]) == b"abc)[ def]"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (replace((0, 3), "x", "Await"), replace((2, 5), "y", "Native")),
        (replace((0, 3), "x", "Await"), replace((0, 3), "y", "Native")),
        (replace((0, 5), "x", "Await"), replace((1, 2), "y", "Native")),
        (replace((0, 5), "x", "Await"), opening(2, "y", (2, 9), "Native")),
    ],
)
def test_edits_that_want_the_same_text_raise(one: Edit, other: Edit) -> None:
    """Crossing, equal and nested ranges, and an insertion inside one; the message names both owners."""
    for edits in ([one, other], [other, one]):
        with pytest.raises(OverlapError) as raised:
            apply_edits(b"abcdefgh", edits)
        assert "`Await`" in str(raised.value)
        assert "`Native`" in str(raised.value)


def test_edits_that_only_touch_do_not_overlap() -> None:
    """A range that ends where another begins, and insertions at the ends of one."""
    edits = [replace((0, 2), "x"), replace((2, 4), "y"), closing(4, ")", (0, 4)), opening(0, "(", (0, 4))]
    assert apply_edits(b"abcd", edits) == b"(xy)"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)])
def test_a_range_that_is_none_is_refused(start: int, end: int) -> None:
    """Where it is made, not where it is applied."""
    with pytest.raises(ValueError, match="no range"):
        Edit(start, end, 0, "")
