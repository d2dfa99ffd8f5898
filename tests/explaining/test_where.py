"""What a place or a name means in a project."""

import re

import pytest

from aioport.explaining.where import WhereError, find_where
from aioport.scanning import Scan
from tests.cli.test_explain import SERVICE
from tests.scanning import scanned


@pytest.fixture(scope="module")
def scan() -> Scan:
    """A scan of one file, for all tests."""
    return scanned({"service.py": SERVICE}).scan


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("service.py:7", ["service.Client.fetch"]),
        ("service.py:14", ["service.handler"]),
        ("service.py:7:10", ["service.Client.fetch"]),
        ("handler", ["service.handler"]),
        ("Client.fetch", ["service.Client.fetch"]),
        ("service.Client", ["service.Client.fetch", "service.Client.quiet"]),
        ("service.py", None),
        ("service", None),
    ],
)
def test_where(scan: Scan, where: str, names: list[str] | None) -> None:
    """A line of a header, a name in a header, the end of a dotted name, a class, a file and a module."""
    found = find_where(where, scan.project, scan.program, scan.project.root)
    assert found.calls == ()
    everything = [
        "service.Client.fetch", "service.Client.quiet", "service.handler", "service.quiet", "service.main",
    ]  # fmt: skip
    named = [scan.program.functions[one].name for one in found.functions]
    assert set(names or everything) <= set(named)
    assert len(named) == (len(names) if names else len(everything) + 1)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("servce.py:3", r"servce\.py: no such file among those of .*; did you mean service\.py\?"),
        ("service.py:99", r"service\.py:99: the file has 29 lines"),
        ("service.py:8:99", r"service\.py:8:99: the line has 39 columns"),
        ("service.py:2", r"service\.py:2: nothing is called or defined there; the nearest functions are service\..*"),
        ("service.Client.fetsh", r"service\.Client\.fetsh: nothing in .* is called so; did you mean service\.Client\.fetch.*"),
        ("fetchh", r"fetchh: nothing in .* is called so; did you mean service\.Client\.fetch\?"),
        ("quiet", r"quiet: 2 things are called so; name one of them in full\n  service\.Client\.quiet\n  service\.quiet"),
    ],
)  # fmt: skip
def test_nothing_there(scan: Scan, where: str, message: str) -> None:
    """What is wrong is said, with what is near."""
    with pytest.raises(WhereError) as raised:
        find_where(where, scan.project, scan.program, scan.project.root)
    assert re.fullmatch(message, str(raised.value)), str(raised.value)


@pytest.mark.parametrize(
    ("where", "texts"),
    [
        ("service.py:8", ["requests.get(url)", "requests.get(url).json()"]),
        ("service.py:8:20", ["requests.get(url)"]),
        ("service.py:8:39", ["requests.get(url).json()"]),
        ("service.py:25:20", ["time.sleep(é)"]),
    ],
)
def test_calls(scan: Scan, where: str, texts: list[str]) -> None:
    """All calls that begin on a line, or the innermost one at a column."""
    calls = [
        scan.program.calls[one]
        for one in find_where(where, scan.project, scan.program, scan.project.root).calls
    ]
    data = scan.project.sources["service.py"].data
    assert [data[call.start : call.end].decode() for call in calls] == texts
