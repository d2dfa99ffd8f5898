"""What makes an answer about a project out of date, and what does not."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.caching.keeping import holds, kept_of, make_project, settle

SITE = ".venv/lib/python3.11/site-packages"


def edit_in_place(root: Path) -> None:
    file = root / "app.py"
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    file.write_text(file.read_text().replace("sleep(1)", "sleep(2)"))
    os.utime(file, ns=times)


def swap(root: Path) -> None:
    (root / "app.py").rename(root / "other")
    (root / "pkg/one.py").rename(root / "app.py")
    (root / "other").rename(root / "pkg/one.py")


def upgrade(root: Path) -> None:
    shutil.move(root / SITE / "thing-1.0.dist-info", root / SITE / "thing-2.0.dist-info")


def link(root: Path) -> None:
    (root / "pkg/linked.py").symlink_to(root / "old/gone.py")


CHANGES: dict[str, Callable[[Path], object]] = {
    "an edit that keeps size and time": edit_in_place,
    "two files that changed places": swap,
    "a new file": lambda root: (root / "pkg/two.py").write_text(""),
    "a new file in a new folder": lambda root: make_project(root / "new", {"pkg/x.py": ""}),
    "a removed file": lambda root: (root / "pkg/one.py").unlink(),
    "a renamed file": lambda root: (root / "pkg/one.py").rename(root / "pkg/three.py"),
    "a removed folder": lambda root: shutil.rmtree(root / "pkg"),
    "a linked file": link,
    "a stub beside a file": lambda root: (root / "pkg/one.pyi").write_text(""),
    "an ignore file": lambda root: (root / ".gitignore").write_text("*.py\n"),
    "a new ignore file": lambda root: (root / "pkg/.gitignore").write_text("one.py\n"),
    "an ignore file above": lambda root: (root.parent / ".gitignore").write_text(""),
    "git's own ignore file": lambda root: make_project(root / ".git/x", {"../info/exclude": "pkg\n"}),
    "a setting": lambda root: (root / "pyproject.toml").write_text("[tool.aioport]\n"),
    "a nearer pyproject.toml": lambda root: (root / "pkg/pyproject.toml").write_text(""),
    "a setup.cfg": lambda root: (root / "setup.cfg").write_text("[options]\npython_requires = >=3.13\n"),
    "an environment": lambda root: (root / ".venv/pyvenv.cfg").write_text("version = 3.12.0\n"),
    "a further library folder": lambda root: (root / ".venv/lib/python3.12/site-packages").mkdir(
        parents=True
    ),
    "an upgraded package": upgrade,
    "a new package": lambda root: (root / SITE / "other").mkdir(),
    "an edited package": lambda root: (root / SITE / "thing/inner.py").write_text("import time\n"),
    "a new module in a package": lambda root: (root / SITE / "thing/more.py").write_text(""),
    "a .pth file": lambda root: (root / SITE / "more.pth").write_text("/nowhere\n"),
    "a conversion that was interrupted": lambda root: (root / ".aioport/writing").mkdir(parents=True),
    "a package above the root": lambda root: (root.parent / "__init__.py").write_text(""),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_decides_an_answer_makes_it_out_of_date(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    """Whatever a scan reads, lists or looks for in vain, a change of it is noticed."""
    root = make_project(tmp_path / "project")
    kept = kept_of(root)
    assert holds(kept)
    change(root)
    assert not holds(kept)


HARMLESS: dict[str, Callable[[Path], object]] = {
    "nothing": lambda _: None,
    "a touched file": lambda root: (root / "app.py").touch(),
    "a file that no scan reads": lambda root: (root / "pkg/data.txt").write_text("more"),
    "a new file that no scan reads": lambda root: (root / "pkg/more.txt").write_text("more"),
    "compiled files": lambda root: (root / "pkg/__pycache__").mkdir(),
    "an edited file that is left out": lambda root: (root / "ignored.py").write_text("import time\n"),
    "a file written again": lambda root: (root / "app.py").write_bytes((root / "app.py").read_bytes()),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_what_decides_nothing_leaves_an_answer_as_it_is(
    tmp_path: Path, change: Callable[[Path], object]
) -> None:
    """Times, compiled files and files of other kinds do not count."""
    root = make_project(tmp_path / "project")
    kept = kept_of(root)
    change(root)
    assert holds(kept)


def test_a_fresh_copy_of_the_same_files_is_the_same_project(tmp_path: Path) -> None:
    """As after a fresh checkout: other inodes, other times, the same content."""
    root = make_project(tmp_path / "project")
    kept = kept_of(root)
    shutil.copytree(root, tmp_path / "copy")
    shutil.rmtree(root)
    (tmp_path / "copy").rename(root)
    assert holds(kept)


def test_a_file_left_out_by_name_is_read_when_it_is_named(tmp_path: Path) -> None:
    """Of a file that is named, content and what might be imported from beside it count."""
    root = make_project(tmp_path / "project")
    kept = kept_of(root, root / "ignored.py")
    (root / "ignored.py").write_text("import time\n")
    assert not holds(kept)


def test_an_interpreter_that_comes_first_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare name is looked up in PATH: where it was not found counts as well as where it was."""
    root = make_project(tmp_path / "project")
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    (root / ".venv/bin").mkdir()
    (root / ".venv/bin/mypython").write_text("")
    (root / ".venv/bin/mypython").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path / "first"), str(root / ".venv/bin")]))
    settle()
    kept = kept_of(root, python="mypython")
    assert holds(kept)
    (tmp_path / "first/mypython").write_text("")
    assert not holds(kept)
