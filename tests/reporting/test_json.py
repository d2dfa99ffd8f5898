"""The JSON documents, which are a contract."""

import json
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import Draft202012Validator

from aioport.catalog.schema import COSTS, Category
from aioport.reporting.json import render_conversion, render_scan
from aioport.reporting.model import Kind, ScanReport, Severity, UnknownRow
from tests.reporting.sample import CONVERSION, FULL, SCAN, SITE

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "scan.schema.json").read_text("utf-8"))


def test_a_scan() -> None:
    """Version 1: findings with their chains, unknown calls, unreadable files and counts, with exactly these fields."""
    document = json.loads(render_scan(FULL))
    assert list(document) == ["version", "findings", "unknown", "problems", "summary"]
    assert document["version"] == 1
    assert document["unknown"] == [
        {
            "path": "shop/stock.py",
            "line": 21,
            "column": 5,
            "text": "self.hooks[name]",
            "function": "shop.stock.Stock.run",
            "reason": "UnexpectedPyreflyTarget",
            "candidates": ["shop.a", "shop.b", "shop.c", "shop.d"],
            "may_hide": 3,
            "may_hide_on_loop": 1,
            "inside": None,
        }
    ]
    mistake, first, *rest = document["findings"]
    chain = first.pop("chain")
    assert first == {
        "path": "shop/client.py",
        "line": 8,
        "column": 12,
        "function": "shop.client.fetch",
        "kind": "blocking-call",
        "category": "network",
        "on_loop": True,
        "sure": False,
        "message": "quiver.get waits in socket.socket.connect (network)",
        "cost": "seconds",
        "severity": "error",
        "end_line": 8,
        "end_column": 27,
        "fingerprint": "00000000000000aa:1",
    }
    assert len(chain) == 8
    assert chain[0] == {"path": "shop/api.py", "line": 3, "name": "shop.api.handler"}
    assert chain[3] == {
        "path": f"{SITE}/quiver/api.py",
        "line": 20,
        "name": "quiver.sessions.Session.request",
    }
    assert [finding["category"] for finding in rest] == ["sleep", "file", None]
    assert (mistake["kind"], mistake["category"], mistake["chain"]) == ("never-awaited", None, [])
    assert document["problems"] == [
        {"path": "shop/50% off:, é.py", "line": 4, "message": "invalid syntax: `def f(:`"}
    ]
    assert document["summary"] == {
        "files": 3,
        "findings": 5,
        "on_loop": 1,
        "unknown": 1,
        "unfinished": 0,
        "allowed": 2,
        "baseline": {
            "file": "baseline.json",
            "known": 5,
            "gone": ["shop/old.py: 1 of 2 time.sleep in shop.old.wait"],
        },
    }


@pytest.mark.parametrize("report", [SCAN, FULL])
def test_a_scan_is_as_its_schema_says(report: ScanReport) -> None:
    """The published schema is a valid one, and takes what is written, the fingerprints of real scans included."""
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(render_scan(report)))


def test_the_schema_names_all_that_there_is() -> None:
    """Every kind, category, cost and severity is in the schema, and it asks for every field that is written."""
    finding = SCHEMA["$defs"]["finding"]
    properties = finding["properties"]
    kinds = {kind for part in get_args(Kind) for kind in get_args(part)}
    assert set(properties["kind"]["enum"]) == kinds
    assert properties["category"]["enum"] == [*get_args(Category), None]
    assert properties["cost"]["enum"] == [*COSTS, None]
    assert properties["severity"]["enum"] == list(get_args(Severity))
    document = json.loads(render_scan(FULL))
    assert set(finding["required"]) == set(properties) == set(document["findings"][0])
    assert set(SCHEMA["required"]) == set(document)
    assert set(SCHEMA["$defs"]["unknown"]["required"]) == set(document["unknown"][0])
    assert set(SCHEMA["$defs"]["summary"]["required"]) == set(document["summary"])


def test_a_conversion() -> None:
    """Version 1: what becomes of functions and calls, what was not done, and the diff, with exactly these fields."""
    document = json.loads(render_conversion(CONVERSION))
    assert list(document) == [
        "version", "functions", "calls", "suggestions", "unknown", "problems", "requires", "dependencies", "files",
        "diff", "written",
    ]  # fmt: skip
    assert document["functions"][1] == {
        "path": "shop/client.py",
        "line": 7,
        "name": "shop.client.fetch",
        "color": "async",
        "reason": "it awaits requests.get (shop/client.py:8)",
        "safety": "review",
        "changed": True,
    }
    assert document["calls"][1] == {
        "path": "shop/client.py",
        "line": 8,
        "column": 12,
        "function": "shop.client.fetch",
        "action": "native",
        "reason": "redirects are limited to 10",
        "safety": "review",
    }
    assert document["suggestions"] == [{"path": "shop/api.py", "line": 5, "text": "these waits may overlap"}]
    assert document["problems"] == [
        {
            "path": "shop/stock.py",
            "line": 31,
            "function": "shop.stock.total",
            "check": "awaited",
            "message": "`load(path)` is never awaited",
        }
    ]
    assert document["requires"] == ["aiohttp>=3.14,<4"]
    assert document["dependencies"]["changes"][1] == {
        "path": "requirements.txt",
        "list": None,
        "action": "removed",
        "requirement": "requests",
    }
    assert document["dependencies"]["notes"] == ["uv.lock is out of date: run `uv lock`"]
    assert document["dependencies"]["missing"] == []
    assert document["files"] == ["shop/client.py", "shop/_aio.py"]
    assert document["diff"].startswith("--- a/shop/client.py\n+++ b/shop/client.py\n@@")
    assert "--- /dev/null\n+++ b/shop/_aio.py\n" in document["diff"]
    assert document["written"] is False


def test_any_text_can_be_told() -> None:
    """The document is ASCII, even where a file's name is no valid UTF-8."""
    row = UnknownRow("caf\udce9/ž.py", 1, 1, "f")
    text = render_scan(replace(SCAN, unknown=(row,)))
    assert text.isascii()
    assert json.loads(text)["unknown"][0]["path"] == row.path
