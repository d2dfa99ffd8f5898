"""What a git diff touches."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aioport.choosing.changed import Touched, changed_lines, find_touched, is_touched
from aioport.choosing.git import GitError
from aioport.discovery import discover
from tests.choosing.rows import mistake, waiting

BEFORE = "import time\n\n\ndef f():\n    time.sleep(1)\n    return 2\n"


def git(folder: Path, *words: str) -> None:
    """Run git as somebody without settings of their own."""
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@b.c",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@b.c",
    }
    subprocess.run(["git", *words], cwd=folder, env=environment, check=True, capture_output=True)


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a commit on its branch `main`."""
    write(tmp_path, {"app.py": BEFORE, "lib/deep.py": BEFORE})
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    return tmp_path.resolve()


def touched(root: Path, base: str = "HEAD") -> Touched:
    return find_touched(root, discover([root]).sources, base)


def test_nothing_is_touched(repository: Path) -> None:
    """What is as it was committed is not touched, though its time stamp is new."""
    write(repository, {"app.py": BEFORE})
    found = touched(repository)
    assert (found.lines, found.everything) == ({}, frozenset())


def test_lines_of_uncommitted_work(repository: Path) -> None:
    """Changed and added lines are touched, staged or not; of files that git does not know, all are."""
    write(repository, {"app.py": BEFORE.replace("(1)", "(9)") + "x = 1\n", "new.py": BEFORE})
    git(repository, "add", "app.py")
    write(repository, {"lib/deep.py": "import os\n" + BEFORE})
    found = touched(repository)
    assert found.lines == {"app.py": frozenset({5, 7}), "lib/deep.py": frozenset({1})}
    assert found.everything == {"new.py"}
    assert found.has("new.py", 1000)
    assert found.has("app.py", 1, 5)
    assert not found.has("app.py", 1, 4)


def test_the_line_after_what_was_taken_out(repository: Path) -> None:
    """Taking lines out may make what follows block: it counts."""
    write(repository, {"app.py": BEFORE.replace("    time.sleep(1)\n", "")})
    assert touched(repository).lines == {"app.py": frozenset({5})}


def test_a_folder_below_the_top(repository: Path) -> None:
    """Paths are those of the scan, whatever folder of the repository it began in."""
    write(repository, {"lib/deep.py": BEFORE + "x = 1\n"})
    assert touched(repository / "lib").lines == {"deep.py": frozenset({7})}


def test_a_branch(repository: Path) -> None:
    """With another branch as the base, what this one added since it left counts, and not what that one did later."""
    git(repository, "checkout", "-q", "-b", "topic")
    write(repository, {"app.py": BEFORE + "x = 1\n"})
    git(repository, "commit", "-q", "-a", "-m", "topic")
    git(repository, "checkout", "-q", "main")
    write(repository, {"lib/deep.py": "x = 1\n" + BEFORE})
    git(repository, "commit", "-q", "-a", "-m", "main")
    git(repository, "checkout", "-q", "topic")
    assert touched(repository).lines == {}
    assert touched(repository, "main").lines == {"app.py": frozenset({7})}


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    """Everything is new."""
    write(tmp_path, {"app.py": BEFORE})
    git(tmp_path, "init", "-q")
    assert touched(tmp_path.resolve()).everything == {"app.py"}


def test_line_ends_make_no_difference(repository: Path) -> None:
    """Git may change how lines end on their way to the disk: that touches nothing."""
    write(repository, {"app.py": BEFORE.replace("\n", "\r\n")})
    assert touched(repository).lines == {"app.py": frozenset()}


def test_any_name(repository: Path) -> None:
    """Names with spaces, quotes, newlines and letters beyond ASCII are found."""
    name = 'a "b"\n\té.py'
    write(repository, {name: BEFORE})
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "name")
    write(repository, {name: BEFORE + "x = 1\n"})
    assert touched(repository).lines == {name: frozenset({7})}


def test_nothing_of_the_repository_is_run(repository: Path) -> None:
    """No filter, text conversion, external diff, hook or monitor that the repository asks for is started."""
    trap = f"touch {repository / 'sprung'}; cat"
    for key in (
        "filter.trap.clean", "filter.trap.smudge", "filter.trap.process", "diff.trap.textconv", "diff.trap.command",
        "diff.external", "core.fsmonitor", "core.pager",
    ):  # fmt: skip
        git(repository, "config", key, trap)
    write(repository, {".gitattributes": "*.py filter=trap diff=trap\n", "app.py": BEFORE + "x = 1\n"})
    for hook in ("post-index-change", "reference-transaction", "post-checkout"):
        write(repository, {f".git/hooks/{hook}": f"#!/bin/sh\n{trap}\n"})
        (repository / ".git" / "hooks" / hook).chmod(0o755)
    assert touched(repository, "main").lines == {"app.py": frozenset({7})}
    assert not (repository / "sprung").exists()


@pytest.mark.parametrize("base", ["nowhere", "--help", "-p", "HEAD:app.py", ""])
def test_an_unknown_base(repository: Path, base: str) -> None:
    """What is no commit is refused by its name, options included."""
    with pytest.raises(GitError, match="git knows no such commit; check its spelling, or fetch it"):
        touched(repository, base)


def test_no_common_commit(repository: Path) -> None:
    """A branch with a history of its own is no base."""
    git(repository, "checkout", "-q", "--orphan", "other")
    git(repository, "commit", "-q", "-m", "other")
    with pytest.raises(GitError, match="it has no commit in common"):
        touched(repository, "main")


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside of a working tree the message says so."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "in").mkdir()
    with pytest.raises(GitError, match="is in no git working tree; run it in one, or leave --changed out"):
        find_touched(tmp_path / "in", {}, "HEAD")


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git the message says so."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="there is no git on the PATH"):
        find_touched(tmp_path, {}, "HEAD")


def test_a_finding_is_touched_by_its_lines_its_chain_and_its_def() -> None:
    """Any line of the call, any project line of its chain, or its function's `def`."""
    row = waiting(5, end_line=7, above=[("other.py", 3)])
    for path, line in (("app.py", 6), ("other.py", 3), ("app.py", 1)):
        assert is_touched(row, Touched({path: frozenset({line})}, frozenset()))
    assert not is_touched(
        row, Touched({"app.py": frozenset({2, 8}), "other.py": frozenset({4})}, frozenset())
    )
    assert is_touched(mistake(9), Touched({}, frozenset({"app.py"})))


lines = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"\n"]), max_size=12)


@given(before=lines, after=lines)
def test_the_lines_that_differ(before: list[bytes], after: list[bytes]) -> None:
    """Without its changed lines a file has nothing that was not there before, in that order; equal files have none."""
    changed = set(changed_lines(b"".join(before), b"".join(after)))
    assert changed <= set(range(1, len(after) + 2))
    rest = iter(before)
    assert all(line in rest for number, line in enumerate(after, 1) if number not in changed)
    assert bool(changed) == (before != after)
