"""What of a report is decoded while the checker still writes it."""

from pathlib import Path

import pytest

from aioport.program.early import Early, module_names

EMPTY = {
    "definitions": b'{"function_definitions": {}, "class_definitions": {}}',
    "call_graphs": b'{"call_graphs": {}}',
}


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report with one module of the project, one half of another, and one of somebody else's."""
    for section, text in EMPTY.items():
        (tmp_path / section).mkdir()
        for name, data in {"app:1.json": text, "app.half:2.json": text[:-3], "other:3.json": text}.items():
            (tmp_path / section / name).write_bytes(data)
    return tmp_path


def test_nothing_is_read_while_modules_are_written(report: Path) -> None:
    """The checker needs the processor, and the files may be halves."""
    early = Early(report, ["app", "app.half"])
    early.look()
    assert not early.definitions
    assert not early.call_graphs


def test_the_projects_own_modules_are_decoded(report: Path) -> None:
    """Once; what cannot be decoded is left to whoever asks for it."""
    early = Early(report, ["app", "app.half"])
    (report / "typeshed").mkdir()
    early.look()
    assert list(early.definitions) == list(early.call_graphs) == ["app:1.json"]
    early.call_graphs.clear()
    early.look()
    assert not early.call_graphs


def test_files_have_the_names_of_modules() -> None:
    """One for each import root that they lie below."""
    files = ("/src/app/__init__.py", "/src/app/views.py", "/elsewhere/tool.py")
    assert list(module_names(files, ("/src", "/src/app"))) == ["app", "app.views", "views"]
