"""A type checker that crashes, hangs or writes something else: a scan goes on by names, a conversion refuses."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import aioport.program.pyrefly
import aioport.rounds
from tests.cli.running import BLOCKING, contents, invoke, write_files

REAL = Path(sys.executable).with_name("pyrefly")

FAKE = f"""\
#!{sys.executable}
import atexit, json, os, signal, subprocess, sys, time
from pathlib import Path

words = sys.argv[1:]
if "--version" in words:
    print("pyrefly " + VERSION)
    sys.exit()
place = words.index("--report-pysa") + 1
final = Path(words[place])
report = final.with_name("unfinished")
# At once, for a report is read while it is written.
atexit.register(lambda: report.exists() and report.rename(final))


def run_the_real_one():
    changed = [*words[:place], str(report), *words[place + 1 :]]
    subprocess.run([{str(REAL)!r}, *changed], check=False, stdout=subprocess.DEVNULL)


def cut(path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


index = report / "pyrefly.pysa.json"
"""

FAKES = {
    "it is killed by a signal": "os.kill(os.getpid(), signal.SIGSEGV)",
    "it panics before it reports anything": """
        print("thread 'main' panicked at 'index out of bounds'", file=sys.stderr)
        sys.exit(101)
    """,
    "it panics half way through the report": """
        run_the_real_one()
        index.unlink()
        for path in sorted((report / "call_graphs").iterdir())[::2]:
            path.unlink()
        print("thread 'main' panicked at 'index out of bounds'", file=sys.stderr)
        sys.exit(101)
    """,
    "it hangs": "time.sleep(3600)",
    "it hangs and does not listen": """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        time.sleep(3600)
    """,
    "its list of modules is cut off": """
        run_the_real_one()
        cut(index)
    """,
    "a call graph is cut off": """
        run_the_real_one()
        cut(next((report / "call_graphs").glob("program:*")))
    """,
    "a definitions file is cut off": """
        run_the_real_one()
        cut(next((report / "definitions").glob("program:*")))
    """,
    "its list of errors is cut off": """
        run_the_real_one()
        cut(report / "errors.json")
    """,
    "a call graph is missing": """
        run_the_real_one()
        next((report / "call_graphs").glob("program:*")).unlink()
    """,
    "a call graph holds what is none": """
        run_the_real_one()
        path = next((report / "call_graphs").glob("program:*"))
        path.write_text(path.read_text().replace('"call_targets":[', '"call_targets":[7,'))
    """,
    "its format is one that is not known": """
        run_the_real_one()
        known = json.loads(index.read_text())
        index.write_text(json.dumps({**known, "format_version": 99}))
    """,
    "it is another version": """
        report.mkdir(exist_ok=True)
        (report / "errors.json").write_text('{"format_version": 1, "errors": []}')
        index.write_text('{"format_version": 1, "modules": {}}')
    """,
}


@pytest.fixture(autouse=True)
def _real_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports that are damaged here are none to be kept, and those that are kept would not be damaged."""
    monkeypatch.setattr(aioport.rounds, "started", aioport.program.pyrefly.started)


@pytest.fixture
def fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """A project, and in the checker's place a program that fails as the test's parameter says."""
    name: str = request.param
    fake = tmp_path / "pyrefly"
    version = "0.0.1" if "version" in name else aioport.program.pyrefly.VERSION
    fake.write_text(
        FAKE.replace("VERSION", repr(version), 1) + dedent(FAKES[name]).strip() + "\n", encoding="utf-8"
    )
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(aioport.program.pyrefly, "_executable", lambda: str(fake))
    if "hangs" in name:
        monkeypatch.setattr(aioport.program.pyrefly, "TIME_OUT", 1.0, raising=False)
        monkeypatch.setenv("AIOPORT_CHECKER_TIMEOUT", "1")
    # An answer from an earlier run would do without the checker.
    monkeypatch.setenv("AIOPORT_CACHE_DIR", str(tmp_path / "cache"))
    return write_files(tmp_path / "project", {"program.py": BLOCKING})


@pytest.mark.parametrize("fail", FAKES, indirect=True)
def test_a_conversion_refuses(fail: Path) -> None:
    """One message that names the checker, exit code 2, no traceback, and not a byte changed."""
    before = contents(fail)
    result = invoke("convert", fail, "--write")
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("aioport: pyrefly")
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert contents(fail) == before


@pytest.mark.parametrize("fail", FAKES, indirect=True)
def test_a_scan_goes_on_by_names(fail: Path) -> None:
    """What names tell is found, and a notice says that the checker failed and that this is all."""
    result = invoke("scan", fail, "--format", "json")
    assert result.exit_code in (0, 1, 2), result.output
    assert "Traceback" not in result.stderr
    assert "pyrefly" in result.stderr
    assert "names only" in result.stderr
    document = json.loads(result.stdout)
    waiting = {(row["line"], row["chain"][-1]["name"]) for row in document["findings"]}
    assert {(7, "requests.get"), (12, "time.sleep")} <= waiting
    assert all(row["path"] == "program.py" for row in document["unknown"])


@pytest.mark.parametrize("fail", ["it hangs", "it hangs and does not listen"], indirect=True)
def test_a_checker_that_hangs_is_ended(fail: Path) -> None:
    """No process of the checker is left behind."""
    invoke("scan", fail)
    fake = str(fail.parent / "pyrefly")
    listed = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    assert fake not in listed


def test_a_checker_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names it and what to do."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    write_files(tmp_path / "project", {"program.py": BLOCKING})
    result = invoke("convert", tmp_path / "project")
    assert result.exit_code == 2
    assert result.stderr == "aioport: pyrefly 1.4.1 is not installed; install aioport again\n"


@pytest.mark.skipif(os.name == "nt", reason="there are no permissions to take away")
def test_a_checker_that_cannot_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's complaint is the message."""
    fake = tmp_path / "pyrefly"
    fake.write_text("not a program", encoding="utf-8")
    fake.chmod(0o600)
    monkeypatch.setattr(aioport.program.pyrefly, "_executable", lambda: str(fake))
    write_files(tmp_path / "project", {"program.py": BLOCKING})
    result = invoke("convert", tmp_path / "project")
    assert result.exit_code == 2
    assert result.stderr.startswith("aioport: pyrefly could not be started: ")
