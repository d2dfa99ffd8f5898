"""The glue of the scan benchmark: what it reads out of a report, and what it counts itself."""

import json
from pathlib import Path

import pytest

from fetching import cache_folder, fetch_wheel
from measuring import Outcome, environment, python, run
from scan import Counts, ScanError, count_calls, counted, report_command


def test_counts_come_from_the_report() -> None:
    """Findings and unknown calls are counted in the report; the calls are those of the sources."""
    report = json.dumps({"version": 1, "findings": [{}, {}], "unknown": [{}]})
    assert counted(report, 7) == Counts(findings=2, unknown=1, calls=7)


@pytest.mark.parametrize("report", ["", "[]", "{}", '{"version": 2, "findings": [], "unknown": []}'])
def test_other_output_is_refused(report: str) -> None:
    """Output that is not the promised JSON is an error and not a count of nothing."""
    with pytest.raises(ScanError):
        counted(report, 7)


def test_calls_are_counted_in_what_parses(tmp_path: Path) -> None:
    """A file that does not parse is left out; every call expression of the others counts, nested ones too."""
    (tmp_path / "good.py").write_text("print(len([]))\n@decorate()\ndef f(): ...\n", encoding="utf-8")
    (tmp_path / "bad.py").write_text("print(", encoding="utf-8")
    assert count_calls(tmp_path) == 3


def test_report_has_settings_of_its_own(tmp_path: Path) -> None:
    """The checker is given its own settings file, so that the scanned package's do not count."""
    command = [str(word) for word in report_command(tmp_path / "root", "package", tmp_path)]
    assert command[command.index("--config") + 1] == str(tmp_path / "pyrefly.toml")
    assert (tmp_path / "pyrefly.toml").read_text(encoding="utf-8") == "check-unannotated-defs = true\n"
    assert command[-1] == str(tmp_path / "root" / "package")


def test_cache_folder_is_chosen_then_named_then_usual(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An option goes before the environment variable, and that before the usual place."""
    monkeypatch.setenv("AIOPORT_BENCH_CACHE", str(tmp_path / "named"))
    assert cache_folder(tmp_path / "chosen") == tmp_path / "chosen"
    assert cache_folder() == tmp_path / "named"
    monkeypatch.delenv("AIOPORT_BENCH_CACHE")
    assert cache_folder() == Path.home() / ".cache" / "aioport-bench"


def test_fetched_wheel_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel in the cache is used as it is, whatever the case of the requirement's name."""
    monkeypatch.setattr("subprocess.run", None)
    wheel = tmp_path / "some_package-1.0-py3-none-any.whl"
    wheel.touch()
    assert fetch_wheel("Some-Package==1.0", tmp_path) == wheel


def test_run_reports_how_a_command_ended() -> None:
    """Exit code, output and the last line of stderr are kept; a failing command raises nothing."""
    done = run(python("-c", "import sys; print('out'); print('a\\nb', file=sys.stderr); sys.exit(3)"))
    assert (done.code, done.stdout) == (3, "out\n")
    assert done.complaint == "exit code 3: b"


def test_run_stops_at_its_limit() -> None:
    """A command that does not end is stopped, and its outcome says so."""
    done = run(python("-c", "import sys, threading; threading.Event().wait()"), limit=0.5)
    assert done.code is None
    assert done.complaint.startswith("still running after")


def test_complaint_without_stderr_is_the_exit_code() -> None:
    """A silent failure is told by its exit code."""
    assert Outcome(1, "out", "\n", 0.1).complaint == "exit code 1"


def test_environment_is_scrubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that lead to other packages or settings do not reach what is measured; what is added does."""
    monkeypatch.setenv("VIRTUAL_ENV", "elsewhere")
    monkeypatch.setenv("PYREFLY_CONFIG", "elsewhere")
    scrubbed = environment({"VIRTUAL_ENV": "here", "OWN": "1"})
    assert scrubbed["VIRTUAL_ENV"] == "here"
    assert scrubbed["OWN"] == "1"
    assert "PYREFLY_CONFIG" not in scrubbed
    assert "VIRTUAL_ENV" not in environment()
