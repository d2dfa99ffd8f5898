"""`aioport convert`."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import BLOCKING, contents, invoke, invoke_json, write_files


def test_nothing_is_written_without_write(tmp_path: Path) -> None:
    """The diff is shown, and how to have it written."""
    write_files(tmp_path, {"program.py": BLOCKING})
    before = contents(tmp_path)
    result = invoke("convert", tmp_path)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert {"-def fetch(url):", "+async def fetch(url):"} <= set(result.stdout.splitlines())
    assert result.stdout.endswith("1 file changes, 1 new. Nothing was written; --write does that.\n")
    assert contents(tmp_path) == before


def test_the_summary_without_the_diff(tmp_path: Path) -> None:
    """--no-diff leaves the diff out and nothing else."""
    write_files(tmp_path, {"program.py": BLOCKING})
    result = invoke("convert", tmp_path, "--no-diff")
    assert result.exit_code == 0
    assert "      2  now async\n" in result.stdout
    assert "+async def" not in result.stdout
    assert result.stdout.endswith("--write does that.\n")


def test_write_writes_what_was_shown(tmp_path: Path) -> None:
    """The files on disk are those that the diff makes, to the byte."""
    shown, written = tmp_path / "shown", tmp_path / "written"
    for folder in (shown, written):
        write_files(folder, {"program.py": BLOCKING.replace("\n", "\r\n"), "package/__init__.py": ""})
    diff = invoke_json("convert", shown)["diff"]
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=shown, check=True, capture_output=True)
    result = invoke("convert", written, "--write")
    assert result.exit_code == 0
    assert "1 file was changed, 1 new.\nThe code now needs: pip install 'aiohttp" in result.stdout
    shutil.rmtree(written / ".aioport")  # what was there before, for `aioport undo`
    assert contents(written) == contents(shown)
    assert b"async def fetch(url):\r\n" in (written / "program.py").read_bytes()


def test_a_second_conversion_changes_nothing(tmp_path: Path) -> None:
    """It says so, and writes nothing."""
    write_files(tmp_path, {"program.py": BLOCKING})
    assert invoke_json("convert", tmp_path, "--write")["written"] is True
    before = contents(tmp_path)
    result = invoke("convert", tmp_path, "--write")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("Nothing changes: ")
    assert contents(tmp_path) == before
    document = invoke_json("convert", tmp_path, "--write")
    assert (document["files"], document["diff"], document["requires"], document["written"]) == (
        [],
        "",
        [],
        False,
    )


def test_the_json_lists_functions_and_calls(tmp_path: Path) -> None:
    """A function's line is that of its `def`, below decorators; columns count characters from 1."""
    program = BLOCKING.replace("def fetch", "@staticmethod\ndef fetch").replace(
        "time.sleep", "'é'; time.sleep"
    )
    write_files(tmp_path, {"program.py": program})
    document = invoke_json("convert", tmp_path)
    functions = {one["name"]: one for one in document["functions"]}
    assert functions.keys() == {"program.fetch", "program.main"}
    assert functions["program.main"].keys() == {
        "path",
        "line",
        "name",
        "color",
        "reason",
        "safety",
        "changed",
    }
    assert functions["program.fetch"]["line"] == 7
    assert functions["program.main"]["color"] == "async"
    [sleep] = [one for one in document["calls"] if one["line"] == 13]
    assert sleep.keys() == {"path", "line", "column", "function", "action", "reason", "safety"}
    assert (sleep["path"], sleep["column"], sleep["function"]) == ("program.py", 10, "program.main")
    assert sleep["action"] == "native"
    assert document["version"] == 1
    assert document["written"] is False
    assert document["files"] == ["program.py", "_aio.py"]


@pytest.mark.parametrize(
    ("encoding", "first", "name"),
    [("latin-1", b"# coding: latin-1\n", b"\xe9"), ("utf-8-sig", b"\xef\xbb\xbf", b"\xc3\xa9")],
)
def test_encodings_are_kept(tmp_path: Path, encoding: str, first: bytes, name: bytes) -> None:
    """A file is written in the encoding that it was read in, with its byte order mark."""
    program = BLOCKING.replace("def main", "NAME = 'é'\n\n\ndef main")
    cookie = "# coding: latin-1\n" if encoding == "latin-1" else ""
    write_files(tmp_path, {"program.py": f"{cookie}{program}".encode(encoding)})
    assert invoke("convert", tmp_path, "--write").exit_code == 0
    converted = (tmp_path / "program.py").read_bytes()
    assert converted.startswith(first)
    assert b"NAME = '" + name + b"'\n" in converted
    assert b"async def fetch" in converted


def test_options_reach_the_conversion(tmp_path: Path) -> None:
    """The level decides whether libraries are exchanged, an entry what becomes async."""
    write_files(tmp_path, {"program.py": BLOCKING.partition("if __name__")[0]})
    assert invoke_json("convert", tmp_path, "--level", "offload")["files"] == []
    document = invoke_json("convert", tmp_path, "--level", "offload", "--entry", "program:main")
    colors = {one["name"]: one["color"] for one in document["functions"]}
    assert colors == {"program.fetch": "unit", "program.main": "async"}
    assert document["requires"] == []
    assert "offload(fetch" in document["diff"]


def test_force_writes_to_a_dirty_tree(tmp_path: Path) -> None:
    """What git could not bring back is overwritten only when that was asked for."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write_files(tmp_path, {"program.py": BLOCKING})
    assert invoke("convert", tmp_path, "--write").exit_code == 2
    assert invoke("convert", tmp_path, "--write", "--force").exit_code == 0
    assert "async def" in (tmp_path / "program.py").read_text(encoding="utf-8")
