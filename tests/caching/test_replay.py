"""The program answers an unchanged project with what it printed before, and any other with a run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.caching.keeping import FILES, MARK, Cache, make_project, settle


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cache, Path]:
    """A project that was scanned once, and the cache with the answer, which is marked."""
    top = tmp_path_factory.mktemp("scanned")
    cache, root = Cache(top / "cache"), make_project(top / "project")
    assert cache.run("scan", where=root).returncode == 1
    cache.mark()
    return cache, root


@pytest.fixture
def again(scanned: tuple[Cache, Path], tmp_path: Path) -> tuple[Cache, Path]:
    """The same with a cache folder of the test's own."""
    cache, root = scanned
    shutil.copytree(cache.folder, tmp_path / "cache")
    (tmp_path / "cache").chmod(0o700)
    return Cache(tmp_path / "cache"), root


def test_what_was_printed_is_printed_again(tmp_path: Path) -> None:
    """stdout, stderr and the exit code, to the byte."""
    cache, root = Cache(tmp_path / "cache"), make_project(tmp_path / "project")
    (root / "broken.py").write_text("def (:\n")
    (root / "latin.py").write_bytes(b"x = '\xe4'\n")
    settle()
    first = cache.run("scan", "--format", "json", where=root)
    assert first.returncode == 2
    assert first.stdout
    assert first.stderr.count("\n") == 2
    assert len(cache.entries()) == 1
    second = cache.run("scan", "--format", "json", where=root)
    assert (second.stdout, second.stderr, second.returncode) == (first.stdout, first.stderr, 2)
    cache.mark()
    third = cache.run("scan", "--format", "json", where=root)
    assert (third.stdout, third.stderr, third.returncode) == (MARK, "", 7)


def test_what_was_put_back_is_told_once(tmp_path: Path) -> None:
    """A scan that first put back what an interrupted conversion had left is neither replayed nor kept."""
    cache, root = Cache(tmp_path / "cache"), make_project(tmp_path / "project")
    settle()
    assert cache.run("scan", where=root).stderr == ""
    for told in (True, False):
        if told:
            (root / ".aioport" / "writing").mkdir(parents=True)
        result = cache.run("scan", where=root)
        assert ("was interrupted in" in result.stderr) is told
    assert not (root / ".aioport").exists()


def test_a_replay_imports_nothing_heavy(scanned: tuple[Cache, Path]) -> None:
    """Neither the command line's library nor what the standard library has of that weight."""
    cache, root = scanned
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "aioport", "scan"],
        cwd=root,
        env={**os.environ, "AIOPORT_CACHE_DIR": str(cache.folder)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.stdout == MARK
    loaded = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "aioport.caching.replay" in loaded
    assert loaded.isdisjoint({"typer", "rich", "msgspec", "aioport.cli", "hashlib", "subprocess", "json"})


def test_a_touched_project_is_unchanged(again: tuple[Cache, Path]) -> None:
    """And the entry is brought up to date, so that its files need not be read the next time."""
    cache, root = again
    (root / "app.py").touch()
    settle()
    before = cache.entries()[0].read_bytes()
    assert cache.run("scan", where=root).stdout == MARK
    assert cache.entries()[0].read_bytes() != before
    renewed = cache.entries()[0].read_bytes()
    assert cache.run("scan", where=root).stdout == MARK
    assert cache.entries()[0].read_bytes() == renewed


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (["--no-cache"], {}),
        ([], {"AIOPORT_NO_CACHE": "1"}),
        (["--unknown"], {}),
        (["."], {}),
        (["app.py"], {}),
        ([], {"PATH": "/usr/bin:/bin"}),
    ],
)
def test_another_question_gets_another_answer(
    again: tuple[Cache, Path], words: list[str], settings: dict[str, str]
) -> None:
    """Other options, other paths, another environment."""
    cache, root = again
    assert MARK not in cache.run("scan", *words, where=root, settings=settings).stdout


def test_another_folder_is_another_project(again: tuple[Cache, Path], tmp_path: Path) -> None:
    """The same command elsewhere, and through a link that leads elsewhere now."""
    cache, root = again
    other = make_project(tmp_path / "other", {**FILES, "app.py": "x = 1\n"})
    assert cache.run("scan", where=other).stdout != MARK
    (tmp_path / "link").symlink_to(root)
    settle()
    cache.run("scan", "link", where=tmp_path)
    cache.mark()
    assert cache.run("scan", "link", where=tmp_path).stdout == MARK
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to(other)
    assert cache.run("scan", "link", where=tmp_path).stdout != MARK


def test_an_edited_project_is_scanned(tmp_path: Path) -> None:
    """The answer is the new one, and it is kept in the place of the old."""
    cache, root = Cache(tmp_path / "cache"), make_project(tmp_path / "project")
    assert cache.run("scan", where=root).returncode == 1
    (root / "app.py").write_text(FILES["app.py"].replace("time.sleep(1)", "pass"))
    settle()
    assert cache.run("scan", where=root).returncode == 0
    assert len(cache.entries()) == 1
    cache.mark()
    assert cache.run("scan", where=root).stdout == MARK


def test_a_damaged_entry_is_as_good_as_none(again: tuple[Cache, Path]) -> None:
    """The command runs, and the entry is made anew."""
    cache, root = again
    entry = cache.entries()[0]
    entry.write_bytes(entry.read_bytes()[:-100] + bytes(100))
    assert cache.run("scan", where=root).returncode == 1
    cache.mark()
    assert cache.run("scan", where=root).stdout == MARK


def test_a_cache_folder_that_cannot_be_written_is_no_error(
    scanned: tuple[Cache, Path], tmp_path: Path
) -> None:
    """The command runs every time."""
    (tmp_path / "file").write_text("")
    result = Cache(tmp_path / "file" / "cache").run("scan", where=scanned[1])
    assert result.returncode == 1
    assert result.stderr == ""


def test_a_command_that_fails_is_not_kept(tmp_path: Path) -> None:
    """What is wrong may be put right without a trace on disk."""
    cache = Cache(tmp_path / "cache")
    assert cache.run("scan", "nowhere", where=tmp_path).returncode == 2
    assert cache.entries() == []


def test_two_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Both run, both keep the same entry, and it is whole."""
    cache, root = Cache(tmp_path / "cache"), make_project(tmp_path / "project")
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "aioport", "scan"],
            cwd=root,
            env={**os.environ, "AIOPORT_CACHE_DIR": str(cache.folder)},
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    first, second = (process.communicate()[0] for process in both)
    assert first == second
    assert len(cache.entries()) == 1
    cache.mark()
    assert cache.run("scan", where=root, settings={}).stdout == MARK
