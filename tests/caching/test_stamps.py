"""Stamps say whether something changed; where they cannot be trusted, content does."""

import time
from pathlib import Path

from aioport.caching.stamps import COARSE_TICK, TICK, digest, reexamined, sure, track, unlike
from tests.caching.keeping import settle


def test_what_changed_just_before_it_was_read_is_read_again(tmp_path: Path) -> None:
    """A change in the same tick of the clock would leave no mark in the stamp, so there is none."""
    file = tmp_path / "a.py"
    file.write_text("1")
    known = {str(file): digest("file", b"1")}
    tracked = track(known, known, time.time_ns())
    assert tracked is not None
    one = tracked[0]
    assert one[1] is None
    assert unlike([one]) == [one]
    assert reexamined([one], time.time_ns()) is not None
    file.write_text("2")
    assert reexamined([one], time.time_ns()) is None


def test_what_was_read_again_later_gets_a_stamp(tmp_path: Path) -> None:
    """So that it need not be read forever."""
    file = tmp_path / "a.py"
    file.write_text("1")
    tracked = track([str(file)], {str(file): digest("file", b"1")}, time.time_ns())
    assert tracked is not None
    settle()
    fresh = reexamined(unlike(tracked), time.time_ns())
    assert fresh is not None
    assert not unlike(fresh)


def test_what_changed_since_it_was_read_is_not_kept(tmp_path: Path) -> None:
    """The answer is about what was there then."""
    file = tmp_path / "a.py"
    file.write_text("1")
    settle()
    start = time.time_ns()
    file.write_text("2")
    assert track([str(file)], {str(file): digest("file", b"1")}, start) is None
    assert track([str(file)], {}, start) is None
    file.unlink()
    assert track([str(file)], {str(file): digest("file", b"1")}, start) is None


def test_whole_seconds_come_from_a_coarse_clock() -> None:
    """FAT's times are even seconds: two changes in one of them look alike."""
    now = 1_700_000_000 * 10**9 + 1
    fine = now - TICK - 1
    coarse = now - 1 - 10**9
    assert sure((1, fine, fine, 1), now) is not None
    assert sure((1, coarse, coarse, 1), now) is None
    assert sure((1, coarse - COARSE_TICK, coarse - COARSE_TICK, 1), now) is not None


def test_a_file_in_the_place_of_a_folder_is_a_change(tmp_path: Path) -> None:
    """Even where neither has any content."""
    place = tmp_path / "pkg"
    place.mkdir()
    settle()
    tracked = track([str(place)], {}, time.time_ns())
    assert tracked is not None
    place.rmdir()
    place.write_text("")
    assert reexamined(unlike(tracked), time.time_ns()) is None


def test_what_cannot_be_read_any_more_is_a_change(tmp_path: Path) -> None:
    """Without an error: the command finds out and tells."""
    loop = tmp_path / "a.py"
    loop.write_text("1")
    settle()
    tracked = track([str(loop)], {}, time.time_ns())
    assert tracked is not None
    loop.unlink()
    loop.symlink_to(loop)
    assert reexamined(unlike(tracked), time.time_ns()) is None
