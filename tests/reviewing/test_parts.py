"""Parts of a diff."""

from hypothesis import given
from hypothesis import strategies as st

from aioport.reviewing.parts import render_part, rows_of

BEFORE = "a\nb\nc\nd\ne\nf\ng\nh"


def part(after: str, *ranges: tuple[int, int]) -> str:
    return "".join(render_part("p.py", rows_of(BEFORE, after), ranges))


def test_only_the_range_is_shown() -> None:
    """Of two changes, the one within the range, with the line that stays beside it."""
    after = BEFORE.replace("b", "B").replace("g", "G")
    assert part(after, (6, 8)) == "@@ p.py:6 @@\n f\n-g\n+G\n h\n"


def test_lines_that_go_come_before_those_that_come() -> None:
    """As in any diff, also where the lines were matched one by one."""
    after = BEFORE.replace("b\nc", "B\nC")
    assert part(after, (1, 8)) == "@@ p.py:1 @@\n a\n-b\n-c\n+B\n+C\n d\n"


def test_ranges_that_do_not_touch_are_shown_apart() -> None:
    """Each with where it is, even where both change."""
    after = BEFORE.replace("b", "B").replace("g", "G")
    assert part(after, (2, 2), (7, 7)) == "@@ p.py:2 @@\n-b\n+B\n@@ p.py:7 @@\n-g\n+G\n"


def test_a_range_without_changes_is_not_shown() -> None:
    """Not even what stays in it."""
    assert part(BEFORE.replace("b", "B"), (4, 8)) == ""


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_rows_hold_both_texts(old: list[str], new: list[str]) -> None:
    """Whoever leaves out what comes has the old text, whoever leaves out what goes has the new one."""
    before, after = "\n".join(old), "\n".join(new)
    rows = rows_of(before, after)
    assert "\n".join(row.text for row in rows if row.mark != "+") == before
    assert sorted(row.text for row in rows if row.mark != "-") == sorted(after.split("\n"))
