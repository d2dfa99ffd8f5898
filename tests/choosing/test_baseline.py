"""Baselines."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aioport.choosing.baseline import BaselineError, compare, read_baseline, write_baseline
from tests.choosing.rows import mistake, told, waiting


def test_what_is_written_is_known(tmp_path: Path) -> None:
    """Nothing that was there when the baseline was written is new, on whatever line it is now."""
    file = tmp_path / "baseline.json"
    rows = told(waiting(3), waiting(5), waiting(7, "network"), mistake(9))
    write_baseline(file, rows)
    moved = [replace(row, line=row.line + 40) for row in rows]
    compared = compare(moved, read_baseline(file))
    assert (compared.new, compared.known, compared.gone) == ((), 4, ())


def test_new_ones_count(tmp_path: Path) -> None:
    """A third equal finding is new where the baseline holds two, and so is another category."""
    file = tmp_path / "baseline.json"
    write_baseline(file, told(waiting(3), waiting(5)))
    rows = told(waiting(3), waiting(5), waiting(7), waiting(8, "network"))
    assert compare(rows, read_baseline(file)).new == tuple(rows[2:])


def test_gone_ones_are_told(tmp_path: Path) -> None:
    """An entry that holds more than there is says how many."""
    file = tmp_path / "baseline.json"
    write_baseline(file, told(waiting(3), waiting(5), mistake(9)))
    compared = compare(told(waiting(3)), read_baseline(file))
    assert set(compared.gone) == {
        "app.py: 1 of 2 some.sleep in app.f",
        "app.py: 1 of 1 never-awaited in app.f",
    }


def test_the_file_can_be_read_and_merged(tmp_path: Path) -> None:
    """One entry a line, sorted, with names for the reader; the same findings in another order give the same bytes."""
    file, other = tmp_path / "a.json", tmp_path / "b.json"
    rows = told(waiting(9, path="b.py"), waiting(3), waiting(5), mistake(2))
    write_baseline(file, rows, "lib/")
    write_baseline(other, rows[::-1], "lib/")
    assert file.read_bytes() == other.read_bytes()
    entries = json.loads(file.read_text())["findings"]
    assert [(one["path"], one["name"], one["count"]) for one in entries] == [
        ("lib/app.py", "some.sleep", 2),
        ("lib/app.py", "", 1),
        ("lib/b.py", "some.sleep", 1),
    ]
    assert len(file.read_text().splitlines()) == len(entries) + 5


def test_an_empty_one(tmp_path: Path) -> None:
    """No findings make a baseline that holds none, in folders that it makes itself."""
    file = tmp_path / "ci" / "baseline.json"
    write_baseline(file, [])
    assert read_baseline(file) == ()


def test_there_is_none(tmp_path: Path) -> None:
    """The message names the file and the remedy."""
    with pytest.raises(
        BaselineError, match=r"b\.json: there is no such baseline; --update-baseline makes it"
    ):
        read_baseline(tmp_path / "b.json")


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 1}', '{"version": 1, "findings": [{"count": "x"}]}', "\xff"]
)
def test_no_baseline(tmp_path: Path, text: str) -> None:
    """What is no baseline is refused with what is wrong with it."""
    file = tmp_path / "b.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(BaselineError, match=r"b\.json: no baseline of aioport"):
        read_baseline(file)


def test_another_version(tmp_path: Path) -> None:
    """A baseline of a later aioport is refused."""
    file = tmp_path / "b.json"
    file.write_text('{"version": 2, "findings": []}')
    with pytest.raises(BaselineError, match="version 2, and this aioport reads version 1"):
        read_baseline(file)
