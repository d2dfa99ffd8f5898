"""The text of a scan."""

from dataclasses import replace
from pathlib import Path

from aioport.reporting.places import places_from
from aioport.reporting.scan_text import render_scan
from tests.reporting.sample import FINDINGS, ROOT, SCAN, SITE


def rendered(**options: bool) -> str:
    places = places_from(ROOT, ROOT, [SITE])
    return "".join(f"{line.plain}\n" for line in render_scan(SCAN, places, **options))


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
