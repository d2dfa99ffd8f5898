"""The catalog is read once, until one of its files changes."""

import sys
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from aioport.caching.catalog import read_libraries
from aioport.catalog.load import catalog_files, read_file
from aioport.catalog.schema import Library
from tests.caching.keeping import settle


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two catalog files, and a cache of the test's own."""
    monkeypatch.setenv("AIOPORT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("AIOPORT_NO_CACHE", raising=False)
    paths = [tmp_path / "one.toml", tmp_path / "two.toml"]
    for path in paths:
        path.write_text(f'summary = "{path.stem}"\nchecked = "2026-01"\n')
    return paths


def unread(_: Traversable) -> Library:
    """A reader that must not be asked."""
    raise AssertionError


def test_what_was_read_is_not_read_again(files: list[Path]) -> None:
    """And comes back in the order of the files."""
    first = read_libraries(files, read_file)
    assert [one.summary for one in first] == ["one", "two"]
    assert read_libraries(files, unread) == first


def test_an_edited_file_is_read(files: list[Path]) -> None:
    """As is a file more or less."""
    read_libraries(files, read_file)
    settle()
    files[0].write_text('summary = "new"\nchecked = "2026-01"\n')
    assert [one.summary for one in read_libraries(files, read_file)] == ["new", "two"]
    assert [one.summary for one in read_libraries(files[1:], read_file)] == ["two"]


def test_without_a_cache_it_is_read_every_time(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """`AIOPORT_NO_CACHE` says so."""
    read_libraries(files, read_file)
    monkeypatch.setenv("AIOPORT_NO_CACHE", "1")
    with pytest.raises(AssertionError):
        read_libraries(files, unread)


def test_the_shipped_catalog_comes_back_as_it_was(files: list[Path]) -> None:
    """Every field of every file."""
    shipped = list(catalog_files())
    assert files
    assert read_libraries(shipped, read_file) == [read_file(file) for file in shipped]
    assert read_libraries(shipped, unread) == [read_file(file) for file in shipped]


@pytest.mark.parametrize("compiles", [True, False])
def test_it_is_kept_where_compiled_modules_are(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiles: bool
) -> None:
    """Beside the files, unless Python is told to leave nothing there: then in the user's cache."""
    monkeypatch.setattr(sys, "dont_write_bytecode", not compiles)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    read_libraries(files, read_file)
    kept = [path.parent.name for path in tmp_path.rglob("catalog-*")]
    assert kept == (["__pycache__"] if compiles else ["cache"])
    assert read_libraries(files, unread) == [read_file(file) for file in files]
