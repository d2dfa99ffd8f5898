"""The checker's own stubs, which each report comes with, are written into nowhere from the second report on."""

import os
from pathlib import Path

import pytest

from aioport.catalog.load import load_catalog
from aioport.checking import checked_program
from aioport.discovery import discover
from aioport.program.pyrefly import VERSION
from aioport.program.sinks import BUNDLED, lay_sinks, main
from aioport.scratch import finish_removals
from aioport.settings import Options

CODE = "import time\n\ndef pause():\n    time.sleep(1)\n"


def _report(folder: Path) -> Path:
    """A report with some stubs in it."""
    for name in BUNDLED:
        (folder / name / "json").mkdir(parents=True)
        (folder / name / "json" / "decoder.pyi").write_text("def loads(): ...")
    (folder / "errors.json").write_text("{}")
    return folder


def test_files_of_sinks_are_the_null_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPORT_CACHE_DIR", str(tmp_path / "cache"))
    first, second = _report(tmp_path / "first"), tmp_path / "second"
    assert not lay_sinks(second, "1")
    main(str(tmp_path / "cache" / "sinks-1"), str(first))
    assert [one.name for one in first.iterdir()] == ["errors.json"]
    assert lay_sinks(second, "1")
    file = second / BUNDLED[0] / "json" / "decoder.pyi"
    file.write_text("def loads(): ...")
    assert file.read_text() == ""
    assert not lay_sinks(tmp_path / "third", "2")


def test_without_a_cache_stubs_are_only_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOPORT_NO_CACHE", "1")
    report = _report(tmp_path / "report")
    main("", str(report))
    assert [one.name for one in report.iterdir()] == ["errors.json"]
    assert not lay_sinks(tmp_path / "other", "1")
    assert not (tmp_path / "other").exists()


def test_where_nothing_can_be_kept_stubs_are_removed_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    report = _report(tmp_path / "report")
    main(str(tmp_path / "cache" / "sinks-1"), str(report))
    assert [one.name for one in report.iterdir()] == ["errors.json"]


def test_a_report_is_the_same_with_sinks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the checker itself says, without sinks and, a second time, with them."""
    monkeypatch.setenv("AIOPORT_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "app.py").write_text(CODE)
    project, catalog = discover([tmp_path / "app"], Options()), load_catalog(())
    seen = []
    for _ in range(2):
        with checked_program(project, catalog) as checked:
            calls = [(one.line, one.targets and one.unknown) for one in checked.program.calls]
            names = {
                checked.program.functions[target].name
                for one in checked.program.calls
                for target in one.targets
            }
            seen.append((calls, names))
        finish_removals()
    assert seen[0] == seen[1]
    assert "time.sleep" in seen[0][1]
    sinks = tmp_path / "cache" / f"sinks-{VERSION}"
    assert (sinks / "typeshed" / "time.pyi").samefile(os.devnull)
