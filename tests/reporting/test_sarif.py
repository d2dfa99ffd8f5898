"""The SARIF of a scan."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote, urlsplit

import pytest
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from aioport.catalog.schema import Category
from aioport.mistakes.mistake import MistakeKind
from aioport.project import Source
from aioport.reporting.model import CommentKind, FindingRow, ScanReport
from aioport.reporting.places import Places, places_from
from aioport.reporting.sarif import BASE, render_scan
from tests.reporting.sample import FULL, ROOT, SCAN, SITE
from tests.reporting.sarif_shape import LOG

HERE = places_from(ROOT, ROOT, [SITE])


def run_of(report: ScanReport, places: Places = HERE) -> dict[str, Any]:
    """The one run of the log."""
    log = json.loads(render_scan(report, places))
    [run] = log["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("report", [SCAN, FULL, replace(FULL, findings=(), problems=())])
def test_the_shape_is_that_of_the_standard(report: ScanReport) -> None:
    """What is written has the standard's properties, all that it asks for, and none that it does not know."""
    Draft202012Validator.check_schema(LOG)
    Draft202012Validator(LOG).validate(json.loads(render_scan(report, HERE)))


@pytest.fixture(scope="module")
def published() -> Validator:
    """The schema that OASIS publishes, which is not ours to keep here: a copy that SARIF_SCHEMA names."""
    place = os.environ.get("SARIF_SCHEMA")
    if not place:
        reason = "SARIF_SCHEMA names no copy of the published schema; .ci/run fetches one"
        if os.environ.get("AIOPORT_REQUIRE_SERVERS"):
            pytest.fail(reason)
        pytest.skip(reason)
    schema = json.loads(Path(place).read_text("utf-8"))
    kind = validator_for(schema)
    kind.check_schema(schema)
    assert schema["properties"]["version"]["enum"] == ["2.1.0"]
    return kind(schema)


@pytest.mark.parametrize("report", [SCAN, FULL, replace(FULL, findings=(), problems=())])
def test_the_published_schema_takes_it(report: ScanReport, published: Validator) -> None:
    """The log is valid by the schema that OASIS publishes."""
    published.validate(json.loads(render_scan(report, HERE)))


def test_the_published_schema_refuses_what_is_wrong(published: Validator) -> None:
    """A property that the standard does not know, or a level of our own, would be noticed."""
    log = json.loads(render_scan(FULL, HERE))
    log["runs"][0]["results"][0]["level"] = "grave"
    log["runs"][0]["tool"]["driver"]["colour"] = "red"
    assert len(list(published.iter_errors(log))) == 2


def test_every_result_has_its_rule() -> None:
    """A result's rule is where its index says, and every kind and category has a rule with help."""
    run = run_of(FULL)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    waits = {f"blocking-{category}" for category in get_args(Category)}
    assert {rule["id"] for rule in rules} == waits | {*get_args(MistakeKind), *get_args(CommentKind)}


def test_levels_are_severities() -> None:
    """Errors, warnings and notes are told as such."""
    assert [result["level"] for result in run_of(FULL)["results"]] == [
        "error", "error", "note", "note", "warning",
    ]  # fmt: skip


def test_columns_count_utf_16_code_units() -> None:
    """A character beyond the first plane counts twice before and in a region, which the snippet repeats."""
    assert run_of(FULL)["columnKind"] == "utf16CodeUnits"
    region = run_of(FULL)["results"][1]["locations"][0]["physicalLocation"]["region"]
    assert region == {
        "startLine": 8,
        "startColumn": 13,
        "endLine": 8,
        "endColumn": 29,
        "snippet": {"text": "quiver.get('\U0001f600')"},
    }
    line = "abc = '\U0001f600'; quiver.get('\U0001f600')".encode("utf-16-le")
    assert line[2 * 12 : 2 * 28].decode("utf-16-le") == region["snippet"]["text"]


def test_a_region_may_have_several_lines() -> None:
    """The end is on the line where the call ends."""
    region = run_of(FULL)["results"][2]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["endLine"], region["endColumn"]) == (14, 16, 2)
    assert region["snippet"]["text"] == "time.sleep(\n        1\n)"


def test_the_chain_is_a_code_flow() -> None:
    """Each step stands at its call, one level deeper; files of installed packages have absolute URIs."""
    [flow] = run_of(FULL)["results"][1]["codeFlows"]
    [thread] = flow["threadFlows"]
    steps = thread["locations"]
    assert [step["nestingLevel"] for step in steps] == list(range(8))
    first = steps[0]["location"]["physicalLocation"]
    assert first == {
        "artifactLocation": {"uri": "shop/api.py", "uriBaseId": BASE},
        "region": {"startLine": 3},
    }
    last = steps[-1]["location"]["physicalLocation"]["artifactLocation"]
    assert last == {"uri": (SITE / "quiver" / "wire.py").as_uri()}


def test_uris_are_relative_to_the_current_folder() -> None:
    """Below the current folder paths begin there, as they must in a checkout; elsewhere at the scanned folder."""
    run = run_of(FULL, places_from(ROOT.parent, ROOT, [SITE]))
    assert run["originalUriBaseIds"] == {BASE: {"uri": f"{ROOT.parent.as_uri()}/"}}
    [location] = run["results"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "shop/shop/api.py"
    elsewhere = run_of(FULL, places_from(Path("/elsewhere"), ROOT, [SITE]))
    assert elsewhere["originalUriBaseIds"] == {BASE: {"uri": f"{ROOT.as_uri()}/"}}


def test_uris_are_uris() -> None:
    """What a URI has no room for is percent-encoded, in file names that are no UTF-8 as well."""
    problem = FULL.problems[0]
    for path in (problem.path, "caf\udce9/#?.py"):
        run = run_of(replace(FULL, problems=(replace(problem, path=path),)))
        [notification] = run["invocations"][0]["toolExecutionNotifications"]
        uri = notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9._~/%-]+", uri)
        assert unquote(urlsplit(uri).path, errors="surrogateescape") == path


def test_files_that_cannot_be_read_are_notifications() -> None:
    """A file that is no Python makes the run unsuccessful, and is told with its place."""
    [invocation] = run_of(FULL)["invocations"]
    assert invocation["executionSuccessful"] is False
    [notification] = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"] == "invalid syntax: `def f(:`."
    assert notification["locations"][0]["physicalLocation"]["region"] == {"startLine": 4}
    assert run_of(SCAN)["invocations"][0]["executionSuccessful"] is True


def test_braces_in_messages_are_doubled() -> None:
    """A brace would begin a placeholder."""
    assert run_of(FULL)["results"][0]["message"]["text"] == (
        "`fetch()` is never awaited; put {{await}} in front of it."
    )


def test_fingerprints_are_partial_ones() -> None:
    """The fingerprint stands under a name with a version."""
    assert run_of(FULL)["results"][0]["partialFingerprints"] == {"aioport/v1": "00000000000000dd:1"}


def test_a_finding_without_an_end() -> None:
    """The region is the rest of the line, as the standard has it, and so is the snippet."""
    [result] = run_of(replace(FULL, findings=FULL.findings[:1]))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 7,
        "startColumn": 5,
        "snippet": {"text": "fetch()"},
    }


def test_a_finding_on_the_last_line() -> None:
    """A file without a newline at its end."""
    row: FindingRow = replace(FULL.findings[0], line=1, column=1)
    report = replace(FULL, findings=(row,), sources={row.path: Source(row.path, "fetch()")})
    [result] = run_of(report)["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["snippet"] == {"text": "fetch()"}
