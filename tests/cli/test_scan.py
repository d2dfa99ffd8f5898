"""`aioport scan`."""

from pathlib import Path

import pytest

from tests.cli.running import BLOCKING, invoke, invoke_json, write_files

ON_LOOP = """\
import time


async def handler():
    pause()


def pause():
    é = 1; time.sleep(é)
"""


def test_blocking_an_event_loop_is_exit_code_1(tmp_path: Path) -> None:
    """The finding has its place as an editor counts it, and the chain from the `async def` down."""
    write_files(tmp_path, {"service.py": ON_LOOP})
    result = invoke("scan", tmp_path, "--format", "json")
    assert result.exit_code == 1
    assert invoke_json("scan", tmp_path)["findings"] == [
        {
            "path": "service.py",
            "line": 9,
            "column": 12,
            "function": "service.pause",
            "kind": "blocking-call",
            "category": "sleep",
            "on_loop": True,
            "sure": True,
            "chain": [
                {"path": "service.py", "line": 4, "name": "service.handler"},
                {"path": "service.py", "line": 5, "name": "service.pause"},
                {"path": "service.py", "line": 9, "name": "time.sleep"},
            ],
            "message": "time.sleep waits (sleep) and blocks the event loop of async service.handler",
            "cost": "unbounded",
            "severity": "error",
            "end_line": 9,
            "end_column": 25,
            "fingerprint": "037d7d77be71ab17:1",
        }
    ]


def test_blocking_elsewhere_is_exit_code_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync program may block; the current folder is scanned where none is named."""
    monkeypatch.chdir(write_files(tmp_path, {"program.py": BLOCKING}))
    result = invoke("scan")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert (
        result.stdout
        == """\
Blocks

  program.fetch
    program.py:7:16  network   requests.get

  program.main
    program.py:12:5  sleep     time.sleep

1 file: 2 calls wait, 0 of them on an event loop
      1  network
      1  sleep
"""
    )


def test_columns_are_right_after_a_byte_order_mark(tmp_path: Path) -> None:
    """The mark is no character of the first line."""
    write_files(tmp_path, {"program.py": b"\xef\xbb\xbfimport time; time.sleep(1)\r\ntime.sleep(1)\r\n"})
    found = invoke_json("scan", tmp_path)["findings"]
    assert [(one["line"], one["column"]) for one in found] == [(1, 14), (2, 1)]


def test_columns_are_right_in_latin_1(tmp_path: Path) -> None:
    """Columns count characters whatever the file's encoding."""
    text = "# coding: latin-1\nimport time\né = 'é'; time.sleep(1)\n"
    write_files(tmp_path, {"program.py": text.encode("latin-1")})
    found = invoke_json("scan", tmp_path)["findings"]
    assert [(one["line"], one["column"]) for one in found] == [(3, 10)]


def test_a_chain_leads_into_installed_packages(tmp_path: Path) -> None:
    """Paths outside of the root are absolute; the last link is the primitive."""
    site = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
    write_files(
        site,
        {
            "quiver/__init__.py": "import socket\n\ndef dial(host):\n    return socket.create_connection(host)\n"
        },
    )
    write_files(tmp_path / "env", {"pyvenv.cfg": "version = 3.11.0\n"})
    write_files(tmp_path / "code", {"program.py": "import quiver\n\ndef main():\n    quiver.dial('x')\n"})
    [finding] = invoke_json("scan", tmp_path / "code", "--python", tmp_path / "env")["findings"]
    assert finding["chain"] == [
        {"path": "program.py", "line": 3, "name": "program.main"},
        {"path": "program.py", "line": 4, "name": "quiver.dial"},
        {"path": str(site / "quiver" / "__init__.py"), "line": 4, "name": "socket.create_connection"},
    ]


def test_unknown_calls_are_counted_and_listed_when_asked_for(tmp_path: Path) -> None:
    """An unknown call is in the JSON and in the summary, and with --unknown in a list."""
    write_files(tmp_path, {"program.py": "def main(hooks):\n    hooks['a'](1)\n"})
    assert [one["may_hide"] for one in invoke_json("scan", tmp_path)["unknown"]] == [None]
    [unknown] = invoke_json("scan", tmp_path, "--unknown")["unknown"]
    told = {key: unknown[key] for key in ("path", "line", "column", "text", "function", "may_hide")}
    assert told == {
        "path": "program.py",
        "line": 2,
        "column": 5,
        "text": "hooks['a']",
        "function": "program.main",
        "may_hide": 1,
    }
    assert "1  calls of which it is not known what they run; --unknown" in invoke("scan", tmp_path).stdout
    assert "program.py:2:5  hooks['a']" in invoke("scan", tmp_path, "--unknown").stdout


def test_what_cannot_be_read_is_named_and_the_rest_is_reported(tmp_path: Path) -> None:
    """Exit code 2 goes before 1."""
    write_files(tmp_path, {"service.py": ON_LOOP, "broken.py": "x = 1\ndef f(:\n"})
    write_files(tmp_path, {"latin.py": "é = 1\n".encode("latin-1")})
    result = invoke("scan", tmp_path)
    assert result.exit_code == 2
    assert "service.pause" in result.stdout
    first, second = sorted(result.stderr.splitlines())
    assert first.startswith("broken.py:2: ")
    assert second.startswith("latin.py:1: not UTF-8")


def test_nothing_that_can_be_read(tmp_path: Path) -> None:
    """Where no file is left, there is no report."""
    write_files(tmp_path, {"latin.py": "é = 1\n".encode("latin-1")})
    result = invoke("scan", tmp_path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("aioport: latin.py:1: not UTF-8")


def test_several_paths_are_one_project(tmp_path: Path) -> None:
    """Paths in the report are relative to what the named ones have in common."""
    write_files(
        tmp_path, {"a/one.py": "import time\ntime.sleep(1)\n", "b/two.py": "import time\ntime.sleep(1)\n"}
    )
    found = invoke_json("scan", tmp_path / "a", tmp_path / "b" / "two.py")["findings"]
    assert [one["path"] for one in found] == ["a/one.py", "b/two.py"]
