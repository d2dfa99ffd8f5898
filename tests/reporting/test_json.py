"""The JSON documents, which are a contract."""

import json
from dataclasses import replace

from aioport.reporting.json import render_conversion, render_scan
from aioport.reporting.model import UnknownRow
from tests.reporting.sample import CONVERSION, SCAN, SITE


def test_a_scan() -> None:
    """Version 1: findings with their chains, and unknown calls, with exactly these fields."""
    document = json.loads(render_scan(SCAN))
    assert list(document) == ["version", "findings", "unknown"]
    assert document["version"] == 1
    assert document["unknown"] == [
        {"path": "shop/stock.py", "line": 21, "column": 5, "text": "self.hooks[name]"}
    ]
    first, *rest = document["findings"]
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
    }
    assert len(chain) == 8
    assert chain[0] == {"path": "shop/api.py", "line": 3, "name": "shop.api.handler"}
    assert chain[3] == {
        "path": f"{SITE}/quiver/api.py",
        "line": 20,
        "name": "quiver.sessions.Session.request",
    }
    assert [finding["category"] for finding in rest] == ["sleep", "file"]


def test_a_conversion() -> None:
    """Version 1: what becomes of functions and calls, what was not done, and the diff, with exactly these fields."""
    document = json.loads(render_conversion(CONVERSION))
    assert list(document) == [
        "version", "functions", "calls", "suggestions", "unknown", "problems", "requires", "files", "diff", "written",
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
