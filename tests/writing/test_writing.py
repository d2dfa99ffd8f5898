"""Writing is all or nothing, whatever fails and whenever it does."""

import io
import os
import shutil
import signal
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aioport.writing.committing import write_all
from aioport.writing.errors import WriteError
from aioport.writing.undoing import recover
from tests.writing.tree import CHANGES, OLD, Tree, lay_out, tree_of


def test_writes_everything(tmp_path: Path) -> None:
    """Files are written, made in new folders and deleted; modes are kept, and nothing is left over."""
    root = lay_out(tmp_path / "p")
    write_all(root, CHANGES)
    tree = tree_of(root)
    assert {path: content for path, (_, content) in tree.items() if content is not None} == {
        path: content for path, content in CHANGES.items() if content is not None
    }
    assert set(tree) == {*(path for path in CHANGES if CHANGES[path]), "pkg", "far", "far/away"}
    assert tree["a.py"][0] == 0o754
    usual = tmp_path / "usual"
    usual.touch()
    assert tree["new.py"][0] == stat.S_IMODE(usual.stat().st_mode)


def test_same_contents_are_not_touched(tmp_path: Path) -> None:
    """A file that has the contents already keeps its place on the disk."""
    root = lay_out(tmp_path / "p")
    before = (root / "a.py").stat()
    write_all(root, {"a.py": OLD["a.py"], "absent.py": None})
    assert (root / "a.py").stat() == before


def test_symbolic_link_stays_one(tmp_path: Path) -> None:
    """Through a link the file that it points to is written; deleting takes the link and leaves the file."""
    root = lay_out(tmp_path / "p")
    (root / "link.py").symlink_to("pkg/b.py")
    write_all(root, {"link.py": b"linked\n"})
    assert (root / "link.py").readlink() == Path("pkg/b.py")
    assert (root / "pkg/b.py").read_bytes() == b"linked\n"
    write_all(root, {"link.py": None})
    assert not (root / "link.py").is_symlink()
    assert (root / "pkg/b.py").exists()


@pytest.mark.parametrize("path", ["../out.py", "pkg/../../out.py", "/out.py"])
def test_paths_stay_inside(tmp_path: Path, path: str) -> None:
    """A path that leads out of the folder is refused."""
    with pytest.raises(ValueError, match="leads out of the folder"):
        write_all(tmp_path, {path: b""})


def test_one_file_by_two_paths(tmp_path: Path) -> None:
    """Two paths of one file are refused, as it cannot have two contents."""
    root = lay_out(tmp_path / "p")
    (root / "link.py").symlink_to("a.py")
    with pytest.raises(ValueError, match="two of the paths are one file"):
        write_all(root, {"a.py": b"1", "link.py": b"2"})


@pytest.mark.parametrize(("path", "mode"), [("pkg/b.py", 0o444), ("pkg/gone.py", 0o444), ("pkg", 0o555)])
def test_read_only_is_refused_at_once(tmp_path: Path, path: str, mode: int) -> None:
    """A read-only file or folder is refused before anything is touched, even for root."""
    root = lay_out(tmp_path / "p")
    (root / path).chmod(mode)
    before, inode = tree_of(root), (root / "a.py").stat().st_ino
    with pytest.raises(WriteError, match=r"read-only; make it writable.* Nothing was changed"):
        write_all(root, CHANGES)
    assert tree_of(root) == before
    assert (root / "a.py").stat().st_ino == inode
    (root / path).chmod(0o755)


def test_folder_in_the_way(tmp_path: Path) -> None:
    """A folder at a file's path, and a file at a folder's, are refused."""
    root = lay_out(tmp_path / "p")
    with pytest.raises(WriteError, match="pkg: is no regular file"):
        write_all(root, {"a.py": b"x", "pkg": b""})
    with pytest.raises(WriteError, match="is no folder"):
        write_all(root, {"a.py": b"x", "pkg/b.py/c.py": b""})
    assert (root / "a.py").read_bytes() == OLD["a.py"]


STEPS = (
    *("replace", "rename", "link", "unlink", "mkdir", "rmdir", "chmod", "chown", "fsync", "open", "write"),
    *("ftruncate", "listdir"),
)

AFTERWARDS = {False: frozenset[str](), True: frozenset({"mkdir"})}
"""Steps of which it is enough that they are done, whatever they say."""


class Fault:
    """Makes the system call of a certain number fail, before it is done or after."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException, *, is_done: bool
    ) -> None:
        self.left, self.error, self.is_done = number, error, is_done
        self.name = ""
        for name in STEPS:
            monkeypatch.setattr(os, name, self.wrap(name, getattr(os, name)))
        monkeypatch.setattr(io, "open", self.wrap("io.open", io.open))

    def wrap(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Count the calls of a function, and fail at the chosen one."""

        def counted(*arguments: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left:
                return call(*arguments, **named)
            self.name = name
            if self.is_done:
                call(*arguments, **named)
            raise self.error

        return counted


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()]
)
def test_failure_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, is_done: bool
) -> None:
    """Whatever call fails, with whatever error, all is old and nothing left over, or all is new."""
    after_root = lay_out(tmp_path / "after")
    write_all(after_root, CHANGES)
    after = tree_of(after_root)
    failed_at = set()
    for number in range(1, 1000):
        root = lay_out(tmp_path / str(number))
        before = tree_of(root)
        with monkeypatch.context() as patch:
            fault = Fault(patch, number, error, is_done=is_done)
            raised: BaseException | None = None
            try:
                write_all(root, CHANGES)
            except (WriteError, KeyboardInterrupt, MemoryError) as caught:
                raised = caught
        if fault.left > 0:
            break
        if is_done and (root / ".aioport").exists():
            # What was done although it failed, as when Ctrl-C comes just then, is found by the next command.
            assert all(one.written is None for one in recover([root]))
        found = tree_of(root)
        if found == before:
            assert raised is not None
            assert not isinstance(error, OSError) or str(raised).endswith("; nothing was changed")
            failed_at.add(fault.name)
        else:
            # Only what has a substitute, and the tidying up after the last step, fails without undoing everything.
            assert fault.name in {"link", "open", "fsync", "rename", "listdir", "rmdir"} | AFTERWARDS[is_done]
            assert found == after, f"half written at call {number}, {fault.name}"
        shutil.rmtree(root)
    else:
        pytest.fail("the calls never end")
    assert {"replace", "mkdir", "chmod", "fsync", "io.open"} <= failed_at
    assert is_done or "rename" in failed_at


def test_copies_where_hard_links_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system without hard links the originals are copied, and come back as well."""
    root = lay_out(tmp_path / "p")
    before = tree_of(root)

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(95, "Operation not supported")

    replace, left = os.replace, [4]

    def fail_once(*arguments: Any) -> None:
        left[0] -= 1
        if not left[0]:
            raise OSError(5, "Input/output error")
        replace(*arguments)

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(os, "replace", fail_once)
    with pytest.raises(WriteError, match="Input/output error"):
        write_all(root, CHANGES)
    assert tree_of(root) == before
    write_all(root, CHANGES)
    assert (root / "a.py").read_bytes() == CHANGES["a.py"]


def test_original_that_cannot_be_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even putting back fails, the message says which file it is and where its original lies; the next command tries again."""
    root = lay_out(tmp_path / "p")
    before = tree_of(root)
    replace, left = os.replace, [2]

    def fail_later(*arguments: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(5, "Input/output error")
        replace(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail_later)
        with pytest.raises(WriteError, match="could not be put back: ") as caught:
            write_all(root, {"a.py": b"new", "pkg/b.py": b"new"})
    original = root / ".aioport" / "writing" / "original-0"
    assert f"{root / 'a.py'} (its original is {original})" in str(caught.value)
    assert original.read_bytes() == OLD["a.py"]
    assert (root / "pkg/b.py").read_bytes() == OLD["pkg/b.py"]
    assert recover([root])
    assert tree_of(root) == before


@pytest.mark.parametrize("number", range(1, 7))
def test_ctrl_c_during_the_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """A real SIGINT, at whichever rename, is put off until everything is back; a second one changes nothing."""
    root = lay_out(tmp_path / "p")
    before, replace, left = tree_of(root), os.replace, [number]

    def interrupted(*arguments: Any) -> None:
        left[0] -= 1
        if left[0] in (0, -1):
            signal.raise_signal(signal.SIGINT)
        replace(*arguments)

    monkeypatch.setattr(os, "replace", interrupted)
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        write_all(root, CHANGES)
    assert tree_of(root) == before
    assert signal.getsignal(signal.SIGINT) is handler


def test_signal_after_the_last_rename(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal that comes when everything is in place is dropped: the work is done."""
    root = lay_out(tmp_path / "p")
    rename = os.rename

    def interrupted(*arguments: Any) -> None:
        signal.raise_signal(signal.SIGINT)
        rename(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", interrupted)
        write_all(root, CHANGES)
    assert (root / "a.py").read_bytes() == CHANGES["a.py"]
    assert [path.name for path in root.rglob(".*")] == [".aioport", ".gitignore"]


def test_other_signals_reach_their_handlers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM undoes everything and then reaches its handler; the caller is not told that all was written."""
    root = lay_out(tmp_path / "p")
    before, replace, seen = tree_of(root), os.replace, list[Tree]()

    def terminated(*arguments: Any) -> None:
        signal.raise_signal(signal.SIGTERM)
        replace(*arguments)

    previous = signal.signal(signal.SIGTERM, lambda *_: seen.append(tree_of(root)))
    try:
        monkeypatch.setattr(os, "replace", terminated)
        with pytest.raises(KeyboardInterrupt):
            write_all(root, CHANGES)
    finally:
        signal.signal(signal.SIGTERM, previous)
    assert seen == [before]


def test_in_a_thread(tmp_path: Path) -> None:
    """Outside of the main thread, where signals cannot be handled, writing works too."""
    root = lay_out(tmp_path / "p")
    thread = threading.Thread(target=write_all, args=(root, CHANGES))
    thread.start()
    thread.join()
    assert (root / "a.py").read_bytes() == CHANGES["a.py"]
