"""The text of a scan."""

from dataclasses import replace
from pathlib import Path

import pytest

from aioport.blocking.facts import Link
from aioport.reporting.groups import Group
from aioport.reporting.model import ScanReport
from aioport.reporting.places import places_from
from aioport.reporting.scan_text import render_scan
from tests.reporting.sample import FINDINGS, FULL, ROOT, SCAN, SITE


def rendered(report: ScanReport = SCAN, *, unknown: bool = False, group: Group = "function") -> str:
    places = places_from(ROOT, ROOT, [SITE])
    return "".join(f"{line.plain}\n" for line in render_scan(report, places, unknown=unknown, group=group))


def test_the_whole_of_it() -> None:
    """Findings on an event loop come first and are marked; then the others, each function once; then the counts."""
    assert (
        rendered(unknown=True)
        == """\
Blocks an event loop

  shop.client.fetch
    async shop.api.handler  shop/api.py:3
    -> shop.client.fetch  shop/api.py:5
  ! shop/client.py:8:12  network   quiver.get  (unless an unknown call on the way means something else)
      -> quiver.sessions.Session.request  quiver/api.py:20
      -> quiver.sessions.Session.send  quiver/sessions.py:31
      ... 2 more steps
      -> socket.socket.connect  quiver/wire.py:64

Blocks elsewhere

  shop.stock.wait
    shop/stock.py:9:10  file      builtins.open
    shop/stock.py:14:5  sleep     time.sleep

Calls of which it is not known what they run

    shop/stock.py:21:5  self.hooks[name]

3 files: 3 calls wait, 1 of them on an event loop
      1  network, 1 on an event loop
      1  sleep
      1  file
      1  calls of which it is not known what they run
"""
    )


def test_unknown_calls_are_counted_and_the_way_to_see_them_is_named() -> None:
    """Without --unknown their number stands in the summary."""
    assert rendered().endswith(
        "      1  calls of which it is not known what they run; --unknown lists them\n"
    )


def test_a_finding_without_an_event_loop() -> None:
    """Where no finding is on an event loop, there is one list only."""
    report = replace(SCAN, findings=FINDINGS[1:], unknown=())
    lines = [line.plain for line in render_scan(report, places_from(ROOT, ROOT))]
    assert lines[0] == "Blocks"
    assert "3 files: 2 calls wait, 0 of them on an event loop" in lines


def test_nothing_found() -> None:
    """An empty report is its summary, below the root where that is not the current folder."""
    report = replace(SCAN, findings=(), unknown=(), files=1)
    places = places_from(Path("/elsewhere"), ROOT)
    assert [line.plain for line in render_scan(report, places)] == [
        "In /home/someone/shop",
        "",
        "1 file: 0 calls wait, 0 of them on an event loop",
    ]


def test_by_entry() -> None:
    """What begins chains stands once, with the number of its calls; the calls that chains share stand once too."""
    pause = replace(
        FINDINGS[0],
        line=9,
        category="sleep",
        sure=True,
        chain=(*FINDINGS[0].chain[:2], Link("shop/client.py", 9, "time.sleep")),
    )
    report = replace(SCAN, findings=(*FINDINGS, pause), unknown=())
    assert (
        rendered(report, group="entry")
        == """\
Blocks an event loop

  async shop.api.handler  shop/api.py:3  2 calls wait
    -> shop.client.fetch  shop/api.py:5
    ! shop/client.py:8:12  network   quiver.get  (unless an unknown call on the way means something else)
        -> quiver.sessions.Session.request  quiver/api.py:20
        -> quiver.sessions.Session.send  quiver/sessions.py:31
        ... 2 more steps
        -> socket.socket.connect  quiver/wire.py:64
    ! shop/client.py:9:12  sleep     time.sleep

Blocks elsewhere

  shop.stock.wait  shop/stock.py:12  2 calls wait
    shop/stock.py:9:10  file      builtins.open
    shop/stock.py:14:5  sleep     time.sleep

3 files: 4 calls wait, 2 of them on an event loop
      2  sleep, 1 on an event loop
      1  network, 1 on an event loop
      1  file
"""
    )


def test_by_leaf() -> None:
    """What waits in the end, with the number of its calls, most first, and who makes each call."""
    again = replace(FINDINGS[1], line=15)
    report = replace(SCAN, findings=(*FINDINGS, again), unknown=())
    assert (
        rendered(report, group="leaf").partition("\n\n3 files")[0]
        == """\
Blocks an event loop

  socket.socket.connect: 1 call  network
  ! shop/client.py:8:12  in shop.client.fetch, calling quiver.get, on the event loop of async shop.api.handler  (unless an unknown call on the way means something else)

Blocks elsewhere

  time.sleep: 2 calls  sleep
    shop/stock.py:14:5  in shop.stock.wait
    shop/stock.py:15:5  in shop.stock.wait

  builtins.open: 1 call  file
    shop/stock.py:9:10  in shop.stock.wait"""
    )


def test_mistakes_comments_and_what_is_not_shown() -> None:
    """Mistakes and comments have sections of their own; allowed and known findings are counted; gone ones are named."""
    assert (
        rendered(FULL, unknown=True).partition("    shop/stock.py:14:5  sleep     time.sleep\n\n")[2]
        == """\
Mistakes with asyncio

  never-awaited
  ! shop/api.py:7:5  `fetch()` is never awaited; put {await} in front of it

Allow comments

  unused-allow
    shop/stock.py:21:25  nothing here needs `sleep` to be allowed; take it out

Calls of which it is not known what they run

    shop/stock.py:21:5  self.hooks[name]  may be shop.a, shop.b, shop.c and 1 more; reached from 3 functions, 1 of them async

3 files: 3 calls wait, 1 of them on an event loop
      1  network, 1 on an event loop
      1  sleep
      1  file
      1  mistake with asyncio
      1  calls of which it is not known what they run
      2  not shown, because a comment allows them
      5  not shown, because baseline.json holds them
no longer there, --update-baseline takes it out: shop/old.py: 1 of 2 time.sleep in shop.old.wait
"""
    )


@pytest.mark.parametrize("group", ["function", "entry", "leaf"])
def test_places_are_links(group: Group) -> None:
    """Every place leads to its file, for terminals that follow links; those of installed packages as well."""
    places = places_from(ROOT, ROOT, [SITE])
    links = {
        style.link
        for line in render_scan(FULL, places, unknown=True, group=group)
        for span in line.spans
        if (style := span.style) and not isinstance(style, str)
    }
    assert {(ROOT / "shop/client.py").as_uri(), (ROOT / "shop/stock.py").as_uri()} <= links
    assert all(link is not None and link.startswith("file:///") for link in links)
