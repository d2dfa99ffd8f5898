"""`aioport undo`, and what the other commands do about a conversion that was interrupted."""

import json
import os
import signal
from pathlib import Path

import pytest

from tests.cli.running import BLOCKING, contents, invoke, invoke_json, start, write_files

KILLED = """
import os, signal, aioport.writing.journal
def killed(self):
    os.kill(os.getpid(), signal.SIGKILL)
aioport.writing.journal.Journal.finish = killed
"""


def test_undo_takes_back_what_convert_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """convert says how; undo says what it did; a second one has nothing to do."""
    write_files(tmp_path, {"program.py": BLOCKING})
    before = contents(tmp_path)
    monkeypatch.chdir(tmp_path)
    written = invoke("convert", "--write")
    assert written.stdout.endswith("\nTo take it back: aioport undo\n")
    listed = invoke("undo", "--list")
    assert listed.stdout.startswith("  1  aioport convert of ")
    assert listed.stdout.endswith(": 1 changed, 1 created\n")
    assert " in ." not in listed.stdout
    undone = invoke("undo")
    assert (undone.exit_code, undone.stderr) == (0, "")
    assert undone.stdout.startswith("  removed       _aio.py\n  put back      program.py\nTaken back: ")
    assert contents(tmp_path) == before
    nothing = invoke("undo")
    assert (nothing.exit_code, nothing.stdout) == (2, "")
    assert nothing.stderr.startswith("aioport: .: no conversion to take back; ")
    assert invoke("undo", "--list").stdout == "No conversion to take back.\n"


def test_undo_from_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """convert names the folder where it has to be said; after a second conversion there is more to take back."""
    write_files(tmp_path, {"my project/program.py": BLOCKING})
    monkeypatch.chdir(tmp_path)
    written = invoke("convert", "my project", "--write")
    assert written.stdout.endswith("\nTo take it back: aioport undo 'my project'\n")
    write_files(tmp_path, {"my project/second.py": BLOCKING})
    assert invoke("convert", "my project", "--write").exit_code == 0
    assert "1 more conversion can be taken back" in invoke("undo", "my project").stdout


def test_the_json(tmp_path: Path) -> None:
    """One object, of a list and of what was taken back; `--json` is short for `--format json`."""
    write_files(tmp_path, {"program.py": BLOCKING})
    invoke("convert", tmp_path, "--write")
    listed = invoke_json("undo", tmp_path, "--list")
    undone = json.loads(invoke("undo", tmp_path, "--json").stdout)
    assert undone["undone"] == listed["conversions"][0]
    assert undone["undone"] == {
        "command": "convert",
        "made": undone["undone"]["made"],
        "root": str(tmp_path),
        "files": [
            {"path": str(tmp_path / "_aio.py"), "done": "created"},
            {"path": str(tmp_path / "program.py"), "done": "changed"},
        ],
    }
    assert (undone["version"], undone["interrupted"], undone["left"]) == (1, False, 0)


def test_a_file_that_was_changed_since(tmp_path: Path) -> None:
    """It is named, with the way out, and exit code 2."""
    write_files(tmp_path, {"program.py": BLOCKING})
    before = contents(tmp_path)
    invoke("convert", tmp_path, "--write")
    (tmp_path / "program.py").write_text("mine = 1\n")
    refused = invoke("undo", tmp_path)
    assert refused.exit_code == 2
    assert "since the conversion these have been changed: program.py." in refused.stderr
    assert invoke("undo", tmp_path, "--force").exit_code == 0
    assert contents(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
@pytest.mark.parametrize("words", [("scan",), ("explain", "program.main"), ("convert",), ("undo",)])
def test_the_next_command_settles_what_a_kill_left(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever command comes next, it first puts back what was there before, and says so."""
    write_files(tmp_path, {"program.py": BLOCKING})
    before = contents(tmp_path)
    process = start("convert", tmp_path, "--write", code=KILLED)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert "async def" in (tmp_path / "program.py").read_text()
    monkeypatch.chdir(tmp_path)
    result = invoke(*words)
    assert result.exit_code in (0, 1)
    told = result.stdout if words == ("undo",) else result.stderr
    assert f" was interrupted in {tmp_path}" in told
    assert contents(tmp_path) == before
    assert "interrupted" not in invoke("scan").stderr
