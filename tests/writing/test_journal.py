"""The journal is the user's own, speaks of the project alone, and lets one aioport write at a time."""

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from aioport.discovery import discover
from aioport.project import ProjectError
from aioport.writing import journal as journal_module
from aioport.writing.clean import check_clean
from aioport.writing.committing import write_all
from aioport.writing.errors import WriteError
from aioport.writing.journal import find_home, locked
from aioport.writing.undoing import recover, undo
from tests.writing.test_clean_tree import git
from tests.writing.tree import CHANGES, lay_out, tree_of


def interrupted(root: Path, **changed: Any) -> Path:
    """A conversion that was begun and not ended, with fields of its first file's record exchanged; returns its folder."""
    write_all(root, CHANGES)
    folder = root / ".aioport" / "writing"
    (root / ".aioport" / "history" / "000001").rename(folder)
    record = json.loads((folder / "record.json").read_bytes())
    record["files"][0] |= changed
    (folder / "record.json").write_text(json.dumps(record))
    return folder


@pytest.mark.parametrize(
    "path",
    ["../victim.py", "/etc/victim.py", "a/../../victim.py", ".git/hooks/post-commit", "out/victim.py", ""],
)
def test_a_made_up_record_reaches_nothing_else(tmp_path: Path, path: str) -> None:
    """A repository that comes with a journal makes aioport write nowhere but in it, and not to its git folder."""
    root = lay_out(tmp_path / "p")
    (root / "out").symlink_to(tmp_path)
    interrupted(root, path=path)
    (tmp_path / "victim.py").write_text("precious\n")
    with pytest.raises(WriteError, match="which is not the project's; delete "):
        recover([root])
    assert (tmp_path / "victim.py").read_text() == "precious\n"


@pytest.mark.parametrize(
    "name", [".aioport", ".aioport/writing", ".aioport/writing/record.json", ".aioport/history"]
)
def test_a_journal_that_is_a_link(tmp_path: Path, name: str) -> None:
    """A journal that leads elsewhere is not followed."""
    root = lay_out(tmp_path / "p")
    interrupted(root)
    (root / name).rename(tmp_path / "elsewhere")
    (root / name).symlink_to(tmp_path / "elsewhere")
    found = tree_of(tmp_path)
    for command in (lambda: recover([root]), lambda: write_all(root, CHANGES)):
        with pytest.raises(WriteError, match=r"delete|move it away|was interrupted"):
            command()
    assert tree_of(tmp_path) == found


def test_an_original_that_is_a_link(tmp_path: Path) -> None:
    """What is put back is a file of the journal, never what a link in its place leads to."""
    root = lay_out(tmp_path / "p")
    folder = interrupted(root)
    original = next(folder.glob("original-*"))
    original.rename(tmp_path / "original")
    original.symlink_to(tmp_path / "original")
    with pytest.raises(WriteError, match="are gone from"):
        recover([root])


def test_the_journal_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody makes aioport write by leaving a journal in a folder that all may write to."""
    root = lay_out(tmp_path / "p")
    interrupted(root)
    found = tree_of(root)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(WriteError, match="belongs to another user"):
        recover([root])
    with pytest.raises(WriteError, match="belongs to another user"):
        undo(root)
    with pytest.raises(WriteError, match="belongs to another user"):
        write_all(root, CHANGES)
    assert tree_of(root) == found


def test_a_record_that_cannot_be_read(tmp_path: Path) -> None:
    """A damaged record says where it is, and what to do."""
    root = lay_out(tmp_path / "p")
    folder = interrupted(root)
    (folder / "record.json").write_text('{"version": 1}')
    with pytest.raises(
        WriteError, match=r"record\.json: no record of aioport \(.*\); delete .*writing to keep"
    ):
        recover([root])
    (folder / "record.json").write_text((folder / "record.json").read_text().replace("1", "[" * 100_000))
    with pytest.raises(WriteError, match="no record of aioport"):
        recover([root])


def test_one_writer_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer waits; when that takes too long, the message says who it is waiting for."""
    root = lay_out(tmp_path / "p")
    monkeypatch.setattr(journal_module, "PATIENCE", 0.1)
    with (
        locked(root, lambda: None),
        pytest.raises(WriteError, match=rf"another aioport \(process {os.getpid()}\) is writing to "),
    ):
        write_all(root, CHANGES)
    write_all(root, CHANGES)


def test_many_writers_at_once(tmp_path: Path) -> None:
    """Writers that come at the same time all get their turn, while the journal is made and removed under them."""
    root = lay_out(tmp_path / "p")
    before = tree_of(root)

    failed: list[Exception] = []

    def write_and_undo(name: str) -> None:
        try:
            for number in range(5):
                write_all(root, {name: b"%d" % number})
                undo(root)
        except Exception as error:  # noqa: BLE001  whatever it is, the test shall say so
            failed.append(error)

    threads = [threading.Thread(target=write_and_undo, args=(f"t{number}.py",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert tree_of(root) == before


def test_a_half_written_project_is_not_read(tmp_path: Path) -> None:
    """Whoever reads the project without `recover` is told, also of a project in a folder below."""
    root = lay_out(tmp_path / "p")
    interrupted(root)
    for folder in (root, root / "pkg", tmp_path):
        with pytest.raises(ProjectError, match=f"{root}: a conversion is being written here, or was interr"):
            discover([folder])
    with pytest.raises(WriteError, match="was interrupted; `aioport undo` puts back"):
        write_all(root, {"a.py": b""})
    recover([root / "pkg"])
    assert [*discover([tmp_path]).sources] == [
        f"p/{path}" for path in ("a.py", "pkg/b.py", "pkg/gone.py", "pkg/same.py")
    ]


def test_git_does_not_see_it(tmp_path: Path) -> None:
    """Neither git nor what asks git whether all is committed knows of the journal."""
    root = lay_out(tmp_path / "p")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "x")
    write_all(root, {"a.py": b"new\n"})
    git(root, "commit", "-qam", "y")
    check_clean(root, ["a.py"])
    status = subprocess.run(("git", "status", "--porcelain"), cwd=root, capture_output=True, check=True)
    assert status.stdout == b""


def test_where_the_journal_is(tmp_path: Path) -> None:
    """At the top of the git tree, else beside the pyproject.toml, else in the folder that is converted."""
    folder = tmp_path / "a" / "b" / "c"
    folder.mkdir(parents=True)
    assert find_home(folder) == folder
    (tmp_path / "a" / "b" / "pyproject.toml").touch()
    assert find_home(folder) == tmp_path / "a" / "b"
    (tmp_path / "a" / ".git").touch()
    assert find_home(folder) == tmp_path / "a"


def test_files_outside_of_the_project_are_refused(tmp_path: Path) -> None:
    """A link that leads out of the project is not followed by what writes: undo could not bring the file back."""
    root = lay_out(tmp_path / "p")
    (tmp_path / "outside.py").write_bytes(b"outside\n")
    (root / "link.py").symlink_to(tmp_path / "outside.py")
    before = tree_of(tmp_path)
    with pytest.raises(WriteError, match=r"link\.py: is .*outside\.py, which is not in .*; leave it out"):
        write_all(root, {"link.py": b"x"})
    assert tree_of(tmp_path) == before


def test_a_folder_of_that_name_that_is_somebody_elses(tmp_path: Path) -> None:
    """Other files in `.aioport` stay when the journal is empty."""
    root = lay_out(tmp_path / "p")
    (root / ".aioport").mkdir()
    (root / ".aioport" / "baseline.json").write_text("{}")
    write_all(root, CHANGES)
    undo(root)
    assert (root / ".aioport" / "baseline.json").read_text() == "{}"


def test_a_history_that_is_a_link(tmp_path: Path) -> None:
    """Old conversions are forgotten in the journal, never where a link in its place leads to."""
    root = lay_out(tmp_path / "p")
    (root / ".aioport").mkdir()
    (tmp_path / "photos" / "2024").mkdir(parents=True)
    (root / ".aioport" / "history").symlink_to(tmp_path / "photos")
    with pytest.raises(WriteError, match=r"history: is no folder"):
        write_all(root, CHANGES)
    with pytest.raises(WriteError, match=r"history: is no folder"):
        undo(root)
    assert (tmp_path / "photos" / "2024").exists()
