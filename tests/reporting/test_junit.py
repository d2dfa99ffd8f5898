"""The JUnit XML of a scan."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from aioport.reporting.junit import render_scan
from aioport.reporting.model import ScanReport
from aioport.reporting.places import places_from
from tests.reporting.sample import FULL, ROOT, SITE

HERE = places_from(ROOT, ROOT, [SITE])


def root_of(report: ScanReport) -> ET.Element:
    """The parsed document. It is our own: no entity is expanded in it."""
    return ET.fromstring(render_scan(report, HERE).encode())  # noqa: S314


def test_a_suite_for_each_file() -> None:
    """Suites are files, in order, with counts of their tests; each finding is a failure, each unreadable file an error."""
    suites = root_of(FULL).findall("testsuite")
    counts = [
        (one.get("name"), one.get("tests"), one.get("failures"), one.get("errors"), len(one))
        for one in suites
    ]
    assert counts == [
        ("shop/50% off:, é.py", "1", "0", "1", 1),
        ("shop/api.py", "1", "1", "0", 1),
        ("shop/client.py", "1", "1", "0", 1),
        ("shop/stock.py", "3", "3", "0", 3),
    ]


def test_a_finding() -> None:
    """The test is named by place, category and function; the failure has the message and the chain."""
    case = root_of(FULL).findall("testsuite")[2][0]
    assert dict(case.items()) == {
        "classname": "shop/client.py",
        "name": "shop/client.py:8:12 network shop.client.fetch",
        "file": "shop/client.py",
        "line": "8",
    }
    [failure] = case
    assert failure.get("type") == "network"
    assert failure.get("message") == "quiver.get waits in socket.socket.connect (network)"
    assert (failure.text or "").splitlines()[-1] == "-> socket.socket.connect (quiver/wire.py:64)"


def test_names_of_tests_differ() -> None:
    """No two tests have the same name, which servers would take for one."""
    names = [case.get("name") for case in root_of(FULL).iter("testcase")]
    assert len(set(names)) == len(names)


def test_nothing_found_is_a_passing_test() -> None:
    """A report without tests would be taken for a mistake."""
    [suite] = root_of(replace(FULL, findings=(), problems=()))
    assert (suite.get("tests"), suite.get("failures"), len(suite.findall("testcase"))) == ("1", "0", 1)


@given(st.text())
def test_any_text_is_valid_xml(text: str) -> None:
    """Control characters and lone surrogates, which XML cannot hold, are replaced; all else comes back."""
    row = replace(FULL.findings[0], message=f"<{text}>", path=f"a{text}.py", function=text)
    [suite] = root_of(replace(FULL, findings=(row,), problems=(), sources={}))
    [case] = suite
    message = case[0].get("message") or ""
    assert len(message) == len(text) + 2
    if text.isprintable():
        assert message == f"<{text}>"
        assert suite.get("name") == f"a{text}.py"
