"""The cache folder: entries come back whole or not at all."""

import os
import sys
from pathlib import Path

import pytest

from aioport.caching import folder as module
from aioport.caching.folder import find_folder, read_entry, touch_entry, write_entry

DATA = b"\x00answer" * 1000

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither modes nor owners")


def test_an_entry_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Byte for byte; a second one of the same name takes its place."""
    place = str(tmp_path / "deep" / "cache")
    assert write_entry(place, "one", b"old")
    assert write_entry(place, "one", DATA)
    assert read_entry(place, "one") == DATA
    assert read_entry(place, "two") is None
    assert [one.name for one in Path(place).iterdir()] == ["one"]


@pytest.mark.parametrize("at", [0, 8, 30, -1])
def test_a_damaged_entry_is_none(tmp_path: Path, at: int) -> None:
    """Wherever a byte is wrong."""
    write_entry(str(tmp_path), "one", DATA)
    data = bytearray((tmp_path / "one").read_bytes())
    data[at] ^= 1
    (tmp_path / "one").write_bytes(data)
    assert read_entry(str(tmp_path), "one") is None


@pytest.mark.parametrize("length", [0, 5, 20, 1000])
def test_half_an_entry_is_none(tmp_path: Path, length: int) -> None:
    """As after a crash of the machine."""
    write_entry(str(tmp_path), "one", DATA)
    (tmp_path / "one").write_bytes((tmp_path / "one").read_bytes()[:length])
    assert read_entry(str(tmp_path), "one") is None


@posix
def test_a_folder_that_others_may_write_to_is_not_trusted(tmp_path: Path) -> None:
    """Neither read nor written; the same goes for an entry."""
    write_entry(str(tmp_path), "one", DATA)
    (tmp_path / "one").chmod(0o666)
    assert read_entry(str(tmp_path), "one") is None
    (tmp_path / "one").chmod(0o600)
    assert read_entry(str(tmp_path), "one") == DATA
    tmp_path.chmod(0o777)
    assert read_entry(str(tmp_path), "one") is None
    assert not write_entry(str(tmp_path), "two", DATA)


@posix
def test_what_is_made_is_for_the_user_alone(tmp_path: Path) -> None:
    """Reports quote code."""
    place = tmp_path / "cache"
    write_entry(str(place), "one", DATA)
    assert place.stat().st_mode & 0o777 == 0o700
    assert (place / "one").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    """There is a file in its place."""
    (tmp_path / "file").write_text("")
    assert not write_entry(str(tmp_path / "file"), "one", DATA)
    assert read_entry(str(tmp_path / "file"), "one") is None


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all entries together are too large."""
    monkeypatch.setattr(module, "MOST_BYTES", 3 * len(DATA))
    for number, name in enumerate(("one", "two")):
        write_entry(str(tmp_path), name, DATA)
        os.utime(tmp_path / name, (number, number))
    touch_entry(str(tmp_path), "one")
    write_entry(str(tmp_path), "three", DATA)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["one", "three"]


def test_where_the_folder_is(tmp_path: Path) -> None:
    """The variables' own order; `AIOPORT_NO_CACHE` wins."""
    chosen = {"AIOPORT_CACHE_DIR": str(tmp_path)}
    assert find_folder(chosen) == str(tmp_path)
    assert find_folder({**chosen, "AIOPORT_NO_CACHE": "1"}) is None
    usual = find_folder({"XDG_CACHE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)})
    assert usual is not None
    assert usual.endswith("aioport")
