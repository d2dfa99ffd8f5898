"""Nothing is written over what git could not bring back."""

import os
import subprocess
from pathlib import Path

import pytest

from aioport.writing.clean import DirtyTreeError, check_clean


def git(folder: Path, *arguments: str) -> None:
    """Run git as somebody."""
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    subprocess.run(("git", *identity, *arguments), cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two committed files, one of them in a folder."""
    root = tmp_path / "repo"
    (root / "sub").mkdir(parents=True)
    (root / "a.py").write_text("a\n")
    (root / "sub" / "b é.py").write_text("b\n")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "x")
    return root


def test_clean(repository: Path) -> None:
    """With everything committed, and new files where none are, all is well."""
    check_clean(repository, ["a.py", "sub/b é.py", "new.py"])
    (repository / "untracked.py").write_text("not to be written\n")
    check_clean(repository, ["a.py"])


def test_changed(repository: Path) -> None:
    """Any uncommitted change below the root is named, relative to it; one beside it does not matter."""
    (repository / "sub" / "b é.py").write_text("changed\n")
    with pytest.raises(DirtyTreeError) as caught:
        check_clean(repository, ["a.py"])
    assert str(caught.value) == "not committed: sub/b é.py; commit or stash, or pass --force"
    with pytest.raises(DirtyTreeError, match=r"not committed: b é\.py;"):
        check_clean(repository / "sub", [])
    git(repository, "commit", "-qam", "y")
    (repository / "a.py").write_text("changed\n")
    check_clean(repository / "sub", ["b é.py"])


def test_staged_and_deleted(repository: Path) -> None:
    """What is only staged is not committed, nor is a deletion."""
    (repository / "new.py").touch()
    git(repository, "add", "new.py")
    (repository / "a.py").unlink()
    with pytest.raises(DirtyTreeError, match=r"not committed: a\.py, new\.py;"):
        check_clean(repository, [])


def test_untracked_and_ignored(repository: Path) -> None:
    """A file that would be overwritten and that git does not have counts, also where git ignores it."""
    (repository / ".git" / "info" / "exclude").write_text("ignored.py\n")
    for name in ("untracked.py", "ignored.py"):
        (repository / name).touch()
        with pytest.raises(DirtyTreeError, match=f"not committed: {name};"):
            check_clean(repository, ["a.py", name])


def test_many(repository: Path) -> None:
    """Five files are named and the rest counted."""
    names = [f"f{number}.py" for number in range(8)]
    for name in names:
        (repository / name).touch()
    with pytest.raises(DirtyTreeError, match=r"f0\.py, f1\.py, f2\.py, f3\.py, f4\.py and 3 more; commit"):
        check_clean(repository, names)


def test_no_commit_yet(tmp_path: Path) -> None:
    """Before the first commit git could bring back nothing."""
    (tmp_path / "a.py").touch()
    git(tmp_path, "init", "-q")
    with pytest.raises(DirtyTreeError, match=r"a\.py"):
        check_clean(tmp_path, ["a.py"])


def test_outside_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a work tree, and without git on the machine, all is well."""
    (tmp_path / "a.py").touch()
    check_clean(tmp_path, ["a.py"])
    git(tmp_path, "init", "-q")
    check_clean(tmp_path / ".git", ["HEAD"])
    monkeypatch.setenv("PATH", str(tmp_path))
    check_clean(tmp_path, ["a.py"])


def test_git_that_cannot_tell(repository: Path) -> None:
    """A repository that git refuses to read is not taken for a clean one."""
    (repository / ".git" / "config").write_text("[core\n")
    with pytest.raises(DirtyTreeError, match="git cannot tell what is committed"):
        check_clean(repository, [])


def test_surroundings_do_not_matter(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that point git elsewhere are not passed on, and no hook or monitor of the repository is started."""
    marker = tmp_path / "started"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch '{marker}'\n")
    program.chmod(0o755)
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "post-index-change").symlink_to(program)
    git(repository, "config", "core.fsmonitor", str(program))
    (repository / "a.py").write_text("changed\n")
    os.utime(repository / "sub" / "b é.py")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    marker.unlink(missing_ok=True)
    with pytest.raises(DirtyTreeError, match=r"not committed: a\.py;"):
        check_clean(repository, [])
    assert not marker.exists()
