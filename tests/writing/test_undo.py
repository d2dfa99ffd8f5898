"""What was written can be taken back, byte for byte, and nothing else with it."""

import stat
from pathlib import Path

import pytest

from aioport.writing.committing import write_all
from aioport.writing.errors import WriteError
from aioport.writing.journal import KEPT
from aioport.writing.undoing import UndoError, history, undo
from tests.writing.tree import CHANGES, OLD, lay_out, tree_of


def test_everything_comes_back(tmp_path: Path) -> None:
    """Contents, modes, times, deleted files and links come back; new files and folders go, and the journal with them."""
    root = lay_out(tmp_path / "p")
    (root / "link.py").symlink_to("pkg/b.py")
    before, times = tree_of(root), {path: (root / path).stat().st_mtime_ns for path in OLD}
    write_all(root, {**CHANGES, "link.py": None})
    assert tree_of(root) != before
    undone = undo(root)
    assert tree_of(root) == before
    assert times == {path: (root / path).stat().st_mtime_ns for path in OLD}
    assert undone.written is not None
    assert {path.relative_to(root).as_posix(): done for path, done in undone.written.files} == {
        "a.py": "changed",
        "pkg/b.py": "changed",
        "pkg/gone.py": "deleted",
        "link.py": "deleted",
        "new.py": "created",
        "far/away/new.py": "created",
        "far/other.py": "created",
    }


def test_what_python_compiled_of_new_files_goes_too(tmp_path: Path) -> None:
    """A folder that was made for new files is gone although they were imported."""
    root = lay_out(tmp_path / "p")
    before = tree_of(root)
    write_all(root, {"far/new.py": b""})
    (root / "far" / "__pycache__").mkdir()
    (root / "far" / "__pycache__" / "new.cpython-311.pyc").touch()
    undo(root)
    assert tree_of(root) == before


def test_further_and_further_back(tmp_path: Path) -> None:
    """Each undo takes back one conversion more, the last first, until there is none."""
    root = lay_out(tmp_path / "p")
    trees = [tree_of(root)]
    for number in range(3):
        write_all(root, {"a.py": b"%d" % number, f"new{number}.py": b""})
        trees.append(tree_of(root))
    assert [len(one.files) for one in history(root)] == [2, 2, 2]
    for left, tree in reversed([*enumerate(trees[:-1])]):
        assert undo(root).left == left
        assert tree_of(root) == tree
    with pytest.raises(UndoError, match="no conversion to take back"):
        undo(root)


def test_the_oldest_are_forgotten(tmp_path: Path) -> None:
    """Ten conversions are kept."""
    root = lay_out(tmp_path / "p")
    for number in range(KEPT + 2):
        write_all(root, {"a.py": b"%d" % number})
    assert len(history(root)) == KEPT == len([*(root / ".aioport" / "history").iterdir()])
    for _ in range(KEPT):
        undo(root)
    assert (root / "a.py").read_bytes() == b"1"


def test_changes_since_are_not_lost(tmp_path: Path) -> None:
    """Files that were changed, deleted or made executable since are named and nothing is taken back, but with force."""
    root = lay_out(tmp_path / "p")
    before = tree_of(root)
    write_all(root, CHANGES)
    (root / "a.py").write_bytes(b"mine\n")
    (root / "new.py").unlink()
    (root / "pkg" / "b.py").chmod(0o755)
    (root / "pkg" / "gone.py").write_bytes(b"made anew\n")
    found = tree_of(root)
    with pytest.raises(UndoError) as caught:
        undo(root)
    assert "these have been changed: pkg/b.py, a.py, pkg/gone.py." in str(caught.value).replace(
        "a.py, pkg/b.py", "pkg/b.py, a.py"
    )
    assert f"`aioport undo --force {root}`" in str(caught.value)
    assert tree_of(root) == found
    undo(root, force=True)
    assert tree_of(root) == before


def test_what_is_back_already_is_no_change(tmp_path: Path) -> None:
    """After `git checkout` of some files, the rest is taken back without complaint."""
    root = lay_out(tmp_path / "p")
    before = tree_of(root)
    write_all(root, CHANGES)
    (root / "a.py").write_bytes(OLD["a.py"])
    undo(root)
    assert tree_of(root) == before


def test_files_beside_new_ones_stay(tmp_path: Path) -> None:
    """A folder that was made, and which somebody else uses now, keeps what is theirs."""
    root = lay_out(tmp_path / "p")
    write_all(root, CHANGES)
    (root / "far" / "mine.txt").write_text("mine")
    undo(root)
    assert [path.name for path in (root / "far").iterdir()] == ["mine.txt"]


def test_parts_of_a_repository(tmp_path: Path) -> None:
    """A repository has one journal, at its top; undo in a folder takes back the last that had to do with it."""
    root = lay_out(tmp_path / "p")
    (root / ".git").mkdir()
    (root / "other").mkdir()
    write_all(root / "pkg", {"b.py": b"1"})
    write_all(root / "other", {"c.py": b"2"})
    assert list(root.rglob(".aioport")) == [root / ".aioport"]
    assert [one.root for one in history(root)] == [root / "other", root / "pkg"]
    assert [one.root for one in history(root / "pkg" / "b.py")] == [root / "pkg"]
    undo(root / "pkg")
    assert (root / "pkg" / "b.py").read_bytes() == OLD["pkg/b.py"]
    assert (root / "other" / "c.py").exists()
    undo(root)
    assert not (root / "other" / "c.py").exists()


def test_an_original_that_is_damaged(tmp_path: Path) -> None:
    """An original that is not what it was is not put back."""
    root = lay_out(tmp_path / "p")
    write_all(root, {"a.py": b"new"})
    (original,) = (root / ".aioport").rglob("original-*")
    original.write_bytes(b"damaged")
    with pytest.raises(
        WriteError, match=r"the originals of a\.py are gone from .*, or damaged\. Nothing was"
    ):
        undo(root)
    assert (root / "a.py").read_bytes() == b"new"


def test_a_read_only_file(tmp_path: Path) -> None:
    """What cannot be written is refused before anything is put back."""
    root = lay_out(tmp_path / "p")
    write_all(root, CHANGES)
    (root / "pkg").chmod(0o555)
    found = tree_of(root)
    with pytest.raises(WriteError, match="is read-only; make it writable"):
        undo(root)
    assert tree_of(root) == found
    (root / "pkg").chmod(0o755)
    undo(root)


def test_an_interrupted_conversion_and_changes_since(tmp_path: Path) -> None:
    """Where somebody went on working on a half-written project, aioport touches nothing before it is told what to do."""
    root = lay_out(tmp_path / "p")
    before = tree_of(root)
    write_all(root, CHANGES)
    journal = root / ".aioport"
    (journal / "history" / "000001").rename(journal / "writing")
    (root / "a.py").write_bytes(b"mine\n")
    with pytest.raises(UndoError) as caught:
        undo(root)
    assert "a conversion was interrupted here, and these have been changed: a.py." in str(caught.value)
    assert f"or delete {journal / 'writing'} to keep the project as it stands" in str(caught.value)
    assert (root / "a.py").read_bytes() == b"mine\n"
    undone = undo(root, force=True)
    assert (undone.cause, tree_of(root)) == ("writing", before)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    """The message names the path."""
    with pytest.raises(UndoError, match="nowhere: no such file or folder"):
        undo(tmp_path / "nowhere")


def test_modes_of_all_kinds(tmp_path: Path) -> None:
    """Permission bits come back as they were."""
    root = lay_out(tmp_path / "p")
    modes = {"a.py": 0o700, "pkg/b.py": 0o640, "pkg/gone.py": 0o664}
    for path, mode in modes.items():
        (root / path).chmod(mode)
    write_all(root, CHANGES)
    undo(root)
    assert modes == {path: stat.S_IMODE((root / path).stat().st_mode) for path in modes}
