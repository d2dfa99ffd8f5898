"""One scan and one conversion, made by hand, which every format is tested with."""

from pathlib import Path

from aioport.blocking.facts import Link
from aioport.planning.plan import Suggestion
from aioport.project import Problem, Source
from aioport.reporting.model import (
    Baselined,
    CallRow,
    Change,
    ConversionReport,
    FindingRow,
    FunctionRow,
    ScanReport,
    UnknownRow,
)
from aioport.requiring.outcome import Dependencies, Step
from aioport.settings import Settings
from aioport.verifying.verdict import Violation

ROOT = Path("/home/someone/shop")
SITE = Path("/home/someone/env/lib/python3.11/site-packages")

FINDINGS = (
    FindingRow(
        path="shop/client.py",
        line=8,
        column=12,
        function="shop.client.fetch",
        category="network",
        on_loop=True,
        sure=False,
        chain=(
            Link("shop/api.py", 3, "shop.api.handler"),
            Link("shop/api.py", 5, "shop.client.fetch"),
            Link("shop/client.py", 8, "quiver.get"),
            Link(f"{SITE}/quiver/api.py", 20, "quiver.sessions.Session.request"),
            Link(f"{SITE}/quiver/sessions.py", 31, "quiver.sessions.Session.send"),
            Link(f"{SITE}/quiver/sessions.py", 42, "quiver.wire.transmit"),
            Link(f"{SITE}/quiver/wire.py", 53, "quiver.wire.dial"),
            Link(f"{SITE}/quiver/wire.py", 64, "socket.socket.connect"),
        ),
        message="quiver.get waits in socket.socket.connect (network)",
        cost="seconds",
        severity="error",
        fingerprint="00000000000000aa:1",
        end_line=8,
        end_column=27,
        function_line=7,
    ),
    FindingRow(
        path="shop/stock.py",
        line=14,
        column=5,
        function="shop.stock.wait",
        category="sleep",
        on_loop=False,
        sure=True,
        chain=(Link("shop/stock.py", 12, "shop.stock.wait"), Link("shop/stock.py", 14, "time.sleep")),
        message="time.sleep waits (sleep)",
        cost="unbounded",
        severity="note",
        fingerprint="00000000000000bb:1",
        end_line=16,
        end_column=2,
        function_line=12,
    ),
    FindingRow(
        path="shop/stock.py",
        line=9,
        column=10,
        function="shop.stock.wait",
        category="file",
        on_loop=False,
        sure=True,
        chain=(Link("shop/stock.py", 12, "shop.stock.wait"), Link("shop/stock.py", 9, "builtins.open")),
        message="builtins.open waits (file)",
        cost="milliseconds",
        severity="note",
        fingerprint="00000000000000cc:1",
        end_line=9,
        end_column=20,
        function_line=12,
    ),
)

UNKNOWN = (UnknownRow("shop/stock.py", 21, 5, "self.hooks[name]"),)

SCAN = ScanReport(root=ROOT, libraries=(SITE,), files=3, findings=FINDINGS, unknown=UNKNOWN, problems=())

MISTAKE = FindingRow(
    path="shop/api.py",
    line=7,
    column=5,
    function="shop.api.handler",
    category=None,
    on_loop=False,
    sure=True,
    chain=(),
    kind="never-awaited",
    message="`fetch()` is never awaited; put {await} in front of it",
    severity="error",
    fingerprint="00000000000000dd:1",
    function_line=3,
)

COMMENT = FindingRow(
    path="shop/stock.py",
    line=21,
    column=25,
    function="",
    category=None,
    on_loop=False,
    sure=True,
    chain=(),
    kind="unused-allow",
    message="nothing here needs `sleep` to be allowed; take it out",
    severity="warning",
    fingerprint="00000000000000ee:1",
)

HIDDEN = (
    UnknownRow(
        path="shop/stock.py",
        line=21,
        column=5,
        text="self.hooks[name]",
        function="shop.stock.Stock.run",
        reason="UnexpectedPyreflyTarget",
        candidates=("shop.a", "shop.b", "shop.c", "shop.d"),
        may_hide=3,
        on_loop=1,
    ),
)

SOURCES = {
    "shop/api.py": Source("shop/api.py", "\n" * 6 + "    fetch()\n"),
    "shop/client.py": Source("shop/client.py", "\r\n" * 7 + "abc = '\U0001f600'; quiver.get('\U0001f600')\r\n"),
    "shop/stock.py": Source(
        "shop/stock.py",
        "\n" * 8 + "    with open('names') as file:\n" + "\n" * 4 + "    time.sleep(\n        1\n)\n" + "\n" * 4
        + "    self.hooks[name]()  # aioport: allow[sleep] it is short\n",
    ),
}  # fmt: skip

FULL = ScanReport(
    root=ROOT,
    libraries=(SITE,),
    files=3,
    findings=(MISTAKE, *FINDINGS, COMMENT),
    unknown=HIDDEN,
    problems=(Problem("shop/50% off:, é.py", 4, "invalid syntax: `def f(:`"),),
    sources=SOURCES,
    allowed=2,
    baseline=Baselined("baseline.json", 5, ("shop/old.py: 1 of 2 time.sleep in shop.old.wait",)),
)
"""A scan with something of everything."""

FUNCTIONS = (
    FunctionRow("shop/api.py", 3, "shop.api.handler", "async", "it is async already", "safe", False, False),
    FunctionRow(
        "shop/client.py", 7, "shop.client.fetch", "async", "it awaits requests.get (shop/client.py:8)",
        "review", True, True,
    ),
    FunctionRow(
        "shop/stock.py", 3, "shop.stock.load", "unit", "it waits for file (builtins.open)", "safe", False, True
    ),
    FunctionRow(
        "shop/stock.py", 12, "shop.stock.Stock.__len__", "sync", "kept: Python calls `__len__` itself",
        "safe", False, True,
    ),
    FunctionRow("shop/stock.py", 30, "shop.stock.total", "sync", "it reaches nothing that blocks", "safe", False, False),
)  # fmt: skip

CALLS = (
    CallRow("shop/api.py", 5, 12, "shop.api.handler", "await", "shop.client.fetch becomes async", "safe"),
    CallRow("shop/client.py", 8, 12, "shop.client.fetch", "native", "redirects are limited to 10", "review"),
    CallRow("shop/client.py", 9, 5, "shop.client.fetch", "offload", "no async counterpart", "safe"),
    CallRow("shop/stock.py", 4, 10, "shop.stock.load", "keep", "its function stays sync", "safe"),
    CallRow("shop/stock.py", 13, 9, "shop.stock.Stock.__len__", "keep", "its function stays sync", "safe"),
    CallRow("shop/stock.py", 14, 9, "shop.stock.Stock.__len__", "keep", "its function stays sync", "safe"),
)

CHANGES = (
    Change(
        "shop/client.py",
        "import requests\r\n\r\ndef fetch(url):\r\n    return requests.get(url)",
        "import aiohttp\r\n\r\nasync def fetch(url):\r\n    return await get(url)\r\n",
    ),
    Change("shop/_aio.py", None, '"""Helpers for asyncio code: run."""\n'),
)

CONVERSION = ConversionReport(
    root=ROOT,
    settings=Settings(),
    files=3,
    functions=FUNCTIONS,
    calls=CALLS,
    suggestions=(Suggestion("shop/api.py", 5, "these waits may overlap"),),
    unknown=UNKNOWN,
    problems=(
        Violation("awaited", "shop/stock.py", 31, "shop.stock.total", "`load(path)` is never awaited"),
    ),
    requires=("aiohttp>=3.14,<4",),
    changes=CHANGES,
    written=False,
    dependencies=Dependencies(
        steps=(
            Step("added", "pyproject.toml", "[project] dependencies", "aiohttp>=3.14,<4"),
            Step("removed", "requirements.txt", "", "requests"),
        ),
        notes=("uv.lock is out of date: run `uv lock`",),
    ),
)
