"""One file is written whole or not at all."""

import os
from pathlib import Path
from typing import Any

import pytest

from aioport.writing.errors import WriteError
from aioport.writing.replacing import replace_file
from tests.writing.tree import tree_of


def test_a_file_is_replaced(tmp_path: Path) -> None:
    """Its mode stays, a link to it stays one, and nothing lies beside it."""
    file = tmp_path / "file.json"
    file.write_bytes(b"old")
    file.chmod(0o640)
    (tmp_path / "link.json").symlink_to("file.json")
    replace_file(tmp_path / "link.json", b"new")
    assert tree_of(tmp_path) == {"file.json": (0o640, b"new"), "link.json": (0o777, "file.json")}


def test_a_failure_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither file nor folder is left behind."""

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WriteError, match=r"deep/file\.json: No space left on device; nothing was changed"):
        replace_file(tmp_path / "far" / "deep" / "file.json", b"new")
    assert tree_of(tmp_path) == {}


def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    """Even root is told, who could write it."""
    file = tmp_path / "file.json"
    file.touch(0o444)
    with pytest.raises(WriteError, match="is read-only; make it writable"):
        replace_file(file, b"new")
