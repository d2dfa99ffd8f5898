"""Fingerprints of findings, and their severities."""

from dataclasses import replace
from typing import get_args

import pytest

from aioport.catalog.schema import COSTS, Cost
from aioport.mistakes.mistake import MistakeKind
from aioport.reporting.fingerprints import identity_of, with_fingerprints
from aioport.reporting.model import FindingRow, Severity
from aioport.reporting.severity import OF_MISTAKES, is_failure, severity_of
from tests.reporting.sample import COMMENT, FINDINGS, MISTAKE


def fingerprints(*rows: FindingRow, prefix: str = "") -> list[str]:
    return [row.fingerprint for row in with_fingerprints(rows, prefix)]


def test_lines_make_no_difference() -> None:
    """What is moved within its file keeps its fingerprint."""
    moved = replace(FINDINGS[0], line=99, column=1, end_line=100, function_line=98, message="another")
    assert fingerprints(moved) == fingerprints(FINDINGS[0])


def test_everything_else_does() -> None:
    """Another file, function, kind, category or primitive is another finding."""
    one = FINDINGS[0]
    others = [
        one,
        replace(one, path="b.py"),
        replace(one, function="f"),
        replace(one, category="dns"),
        replace(one, chain=one.chain[:-1]),
        replace(one, kind="never-awaited"),
    ]
    assert len(set(fingerprints(*others))) == len(others)


def test_equal_ones_are_numbered() -> None:
    """The second of two equal findings has the number 2, and the same identity."""
    first, second = with_fingerprints([FINDINGS[1], replace(FINDINGS[1], line=15)])
    assert identity_of(first) == identity_of(second)
    assert (first.fingerprint[-2:], second.fingerprint[-2:]) == (":1", ":2")


def test_a_folder_of_a_project_has_the_fingerprints_of_the_project() -> None:
    """What leads from the project down to the folder that is scanned counts as part of the path, not of the function's name."""
    row = FINDINGS[0]
    inner = replace(row, path=row.path.removeprefix("shop/"), function=row.function.removeprefix("shop."))
    assert fingerprints(inner, prefix="shop/") == fingerprints(row)


@pytest.mark.parametrize(
    ("cost", "severity"),
    list(zip(COSTS, ["warning", "warning", "error", "error"], strict=True)),
)
def test_what_stops_a_loop_for_long_is_an_error(cost: Cost, severity: Severity) -> None:
    """Seconds and more are errors, less is a warning; where no loop waits it is a note."""
    assert severity_of(cost, on_loop=True) == severity
    assert severity_of(cost, on_loop=False) == "note"


def test_every_mistake_has_a_severity() -> None:
    """No kind is forgotten."""
    assert set(OF_MISTAKES) == set(get_args(MistakeKind))


def test_what_fails() -> None:
    """By default, what is on an event loop and mistakes that are errors fail; other calls and warnings do not."""
    assert [is_failure(row) for row in (*FINDINGS, MISTAKE, COMMENT)] == [True, False, False, True, False]
