"""The glue of the twin scores: settings from a manifest, lines and means from results."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import twins
from measuring import python
from twin_project import twin_settings, write_twin_project
from twins import Scored, case_json, line, manifests, mean, mean_line, run_case

CASE: dict[str, Any] = {
    "name": "made-up",
    "origin": "hand-ported",
    "pair": [{"sync": "pool.py", "async": "apool.py"}],
    "names": {"Pool": "AsyncPool", "time.sleep": "asyncio.sleep"},
    "leaf": [
        {"sync": "lib.Session", "async": "alib.Session", "awaits": ["get", "close"]},
        {"sync": "time.sleep", "async": "asyncio.sleep", "call": True},
    ],
}
RESULT: dict[str, Any] = {
    "case": "made-up",
    "compared": 10,
    "exact": 8,
    "exact_literal": 5,
    "to_change": 4,
    "changed_right": 3,
    "asyncness": {"precision": 1.0, "recall": 0.5},
    "await_counts": {"precision": 0.75, "recall": 0.25},
}

FETCHER = """
import argparse, pathlib
parser = argparse.ArgumentParser()
parser.add_argument("case", type=pathlib.Path)
parser.add_argument("--work", type=pathlib.Path)
parser.add_argument("--cache", type=pathlib.Path)
options = parser.parse_args()
sync = options.work / "made-up" / "sync"
sync.mkdir(parents=True)
(sync / "pool.py").write_text("def close(): ...")
"""
SCORER = """
import json, pathlib, sys
case, work, candidate, _, answer = sys.argv[1:]
found = sorted(path.name for path in pathlib.Path(candidate).iterdir())
pathlib.Path(answer).write_text(json.dumps({"case": "made-up", "found": found}))
"""
TWIN = """
import pathlib, sys, tomllib
project = pathlib.Path(sys.argv[1])
settings = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["aioport"]["twin"]
target = project / settings["target"]
target.mkdir()
(target / "pool.py").write_text((project / "pool.py").read_text())
"""


def test_settings_hold_names_and_leaves_only() -> None:
    """The twin is told the manifest's names and leaves, and not which files pair up."""
    table = tomllib.loads(twin_settings(CASE, "/made/candidate"))
    assert table == {
        "tool": {
            "aioport": {
                "twin": {
                    "package": ".",
                    "target": "/made/candidate",
                    "names": CASE["names"],
                    "leaf": CASE["leaf"],
                }
            }
        }
    }


@pytest.mark.parametrize(
    "text", ['say "hi"', "back\\slash", "tab\tand\nline", "snow \u2603", "\U0001f40d", "*"]
)
def test_settings_quote_any_string(text: str) -> None:
    """Quotes, backslashes, control characters and characters beyond the BMP survive the way into TOML."""
    case = {"names": {text: text}, "leaf": [{"sync": text, "awaits": [text]}]}
    table = tomllib.loads(twin_settings(case, text))["tool"]["aioport"]["twin"]
    assert table == {"package": ".", "target": text, **case}


def test_unknown_kind_of_value_is_refused() -> None:
    """A manifest value that the settings have no form for is an error, not a guess."""
    with pytest.raises(TypeError, match="not a string"):
        twin_settings({"leaf": [{"sync": 1.5}]}, "candidate")


def test_project_starts_fresh(tmp_path: Path) -> None:
    """What an earlier run left in the project or the candidate is gone."""
    for name in ("sync", "project", "candidate"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").touch()
    write_twin_project(CASE, tmp_path / "sync", tmp_path / "project", tmp_path / "candidate")
    assert {path.name for path in (tmp_path / "project").iterdir()} == {"sync.py", "pyproject.toml"}
    assert not (tmp_path / "candidate").exists()


def test_line_shows_the_figures() -> None:
    """A case's line holds its name and every figure."""
    shown = line(Scored("made-up", "hand-ported", RESULT, 1.25))
    words = " ".join(shown.split())
    assert words == (
        "made-up changed right 3/4 exact 8/10 literal 5 async P/R 1.000/0.500 awaits P/R 0.750/0.250 1.2 s"
    )


def test_mean_is_over_cases_and_failures_are_zero() -> None:
    """A failed case counts as zero in every figure, precision included."""
    cases = [Scored("made-up", "", RESULT, 1.0), Scored("broken", "", None, 1.0, "aioport twin: exit code 1")]
    assert mean(cases)["changed right"] == pytest.approx(3 / 8)
    assert mean(cases)["async precision"] == pytest.approx(0.5)
    assert mean_line("mean of 2", cases).startswith(
        "mean of 2: changed right 0.375  exact 0.400  literal 0.250"
    )


def test_failure_is_in_line_and_json() -> None:
    """A failed case says what went wrong, on its line and in the JSON."""
    failed = Scored("broken", "", None, 1.0, "aioport twin: exit code 1: boom")
    assert line(failed).split(maxsplit=1)[1] == "FAILED, counts as zero: aioport twin: exit code 1: boom"
    assert case_json(failed) == {"case": "broken", "error": "aioport twin: exit code 1: boom"}


def test_nothing_to_change_counts_as_all_right() -> None:
    """A case without a function to change does not divide by zero."""
    assert Scored("made-up", "", RESULT | {"to_change": 0}, 1.0).figures["changed right"] == 1.0


def test_unknown_case_is_named_with_the_known_ones(tmp_path: Path) -> None:
    """A misspelt case is an error that lists the cases that there are."""
    (tmp_path / "httpcore.toml").touch()
    assert manifests([], tmp_path) == manifests(["httpcore"], tmp_path) == [tmp_path / "httpcore.toml"]
    with pytest.raises(FileNotFoundError, match=r"no case htpcore .*there are: httpcore"):
        manifests(["htpcore"], tmp_path)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fetcher, a scorer and an `aioport twin` that make something up, and a manifest beside them."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, text in (("fetch_case", FETCHER), ("score", SCORER), ("twin", TWIN)):
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (folder / "made-up.toml").write_text('name = "made-up"\norigin = "hand-ported"\n', encoding="utf-8")
    monkeypatch.setattr(twins, "aioport", lambda _, project: python(folder / "twin.py", project))
    return folder


def test_case_is_fetched_converted_and_scored(tools: Path, tmp_path: Path) -> None:
    """The scorer's own result comes out, made from what the twin wrote to its target."""
    done = run_case(tools / "made-up.toml", tools, tmp_path / "work", tmp_path / "downloads")
    assert done.error == ""
    assert done.by_hand
    assert case_json(done) == {"case": "made-up", "found": ["pool.py"]}


def test_crash_is_kept_with_its_last_words(tools: Path, tmp_path: Path) -> None:
    """A twin that crashes leaves its step and its last line in the case's error."""
    (tools / "twin.py").write_text("raise SystemExit('boom')", encoding="utf-8")
    done = run_case(tools / "made-up.toml", tools, tmp_path / "work", tmp_path / "downloads")
    assert done.error == "aioport twin: exit code 1: boom"
    assert done.result is None
    assert json.dumps(case_json(done))
