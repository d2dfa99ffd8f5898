"""A kill at any moment leaves, when the next command has looked, the old project or the new one."""

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from aioport.writing.committing import write_all
from aioport.writing.undoing import recover, undo
from tests.writing.killing import done_in, in_small_process, killed_after, killed_at
from tests.writing.tree import CHANGES, Tree, lay_out, tree_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")

KILLS = 500
FOLDERS = ("", "pkg", "pkg/inner", "far", "far/away")


def project(root: Path, dice: random.Random) -> dict[str, bytes | None]:
    """Lay out a project as the dice have it; returns a conversion of it."""
    changes: dict[str, bytes | None] = {}
    root.mkdir()
    for number in range(dice.randint(1, 6)):
        path = f"{dice.choice(FOLDERS[:3])}/file{number}.py".lstrip("/")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(dice.randbytes(dice.choice((0, 10, 100_000))))
        (root / path).chmod(dice.choice((0o644, 0o600, 0o755)))
        if dice.random() < 0.2:
            (root / f"{path}-link").symlink_to(f"file{number}.py")
            changes[f"{path}-link"] = None
        if dice.random() < 0.8:
            changes[path] = dice.choice((None, b"", dice.randbytes(50), dice.randbytes(100_000)))
    for number in range(dice.randint(0, 3)):
        changes[f"{dice.choice(FOLDERS)}/new{number}.py".lstrip("/")] = b"new\n" * number
    return changes


def settled(root: Path, before: Tree, after: Tree) -> bool:
    """Let a next command look; returns whether the project is the new one. A mixture, or anything left over, fails."""
    recover([root])
    found = tree_of(root)
    if (root / ".aioport").exists():
        assert found == after
        return True
    assert found == before
    return False


def converted(root: Path, changes: dict[str, bytes | None]) -> Tree:
    """What a project becomes, tried with a copy of it."""
    copy = root.with_name(f"{root.name}-copy")
    shutil.copytree(root, copy, symlinks=True)
    write_all(copy, changes)
    tree = tree_of(copy)
    shutil.rmtree(copy)
    return tree


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder where flushing takes no time, if there is one: a disk makes the same steps in ten times as long."""
    shared = Path("/dev/shm")  # noqa: S108
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


@pytest.mark.parametrize("command", ["write", "undo"])
def test_a_kill_at_every_step(memory: Path, command: str) -> None:
    """Around each step of a conversion, and of taking it back, a kill leaves what was there before or all that is new."""
    in_small_process(kill_at_every_step, memory, command)


def kill_at_every_step(memory: Path, command: str) -> None:
    changes, root = dict(CHANGES), memory / "project"
    before, after = tree_of(lay_out(root)), converted(root, changes)
    seen = set()
    for step in range(1, 1000):
        shutil.rmtree(root)
        lay_out(root)
        work: Callable[[], object] = partial(write_all, root, changes)
        if command == "undo":
            work()
            work = partial(undo, root)
        was_killed = killed_at(work, step)
        seen.add(settled(root, before, after))
        if not was_killed:
            break
    assert seen == {True, False}
    assert step > 30


def test_five_hundred_kills(memory: Path) -> None:
    """Conversions, and takings back, of projects that the dice make, killed at a step or at a moment that they choose,
    sometimes with further kills of what puts the project back: never a mixture, and what was written can be undone.
    """
    in_small_process(kill_five_hundred_times, memory)


def kill_five_hundred_times(memory: Path) -> None:
    dice = random.Random(20)  # noqa: S311
    kills, seen = 0, {"old": 0, "new": 0, "mixture": 0}
    root = memory / "project"
    longest = done_in(partial(write_all, lay_out(memory / "timed"), CHANGES))
    while kills < KILLS:
        changes = project(root, dice)
        before, after = tree_of(root), converted(root, changes)
        is_undo = dice.random() < 0.25 and after != before
        work: Callable[[], object] = partial(write_all, root, changes)
        if is_undo:
            work()
            work = partial(undo, root)
        if dice.random() < 0.5:
            was_killed = killed_at(work, dice.randint(1, 30 + 14 * len(changes)))
        else:
            was_killed = killed_after(work, dice.uniform(0, longest))
        kills += was_killed
        found = {path: entry for path, entry in tree_of(root).items() if ".aioport" not in path}
        seen["mixture"] += found not in (before, after)
        while dice.random() < 0.4:
            kills += killed_at(partial(recover, [root]), dice.randint(1, 40))
        is_new = settled(root, before, after) if after != before else False
        seen["new" if is_new else "old"] += 1
        if not was_killed and after != before:
            assert is_new is not is_undo
        if is_new:
            undo(root)
            assert tree_of(root) == before
        shutil.rmtree(root)
    assert min(seen.values()) > KILLS / 20, seen
