"""The text of a conversion."""

from dataclasses import replace

from aioport.reporting.conversion_text import ACTIONS, FUNCTIONS, render_end, render_summary
from aioport.reporting.model import ConversionReport
from aioport.reporting.places import places_from
from aioport.requiring.outcome import Dependencies
from tests.reporting.sample import CONVERSION, ROOT


def summary(report: ConversionReport = CONVERSION) -> str:
    return "".join(f"{line.plain}\n" for line in render_summary(report, places_from(ROOT, ROOT)))


def end(report: ConversionReport) -> list[str]:
    return [line.plain for line in render_end(report)]


def test_the_whole_summary() -> None:
    """Counts by color and action; then, by reason, what stays and what to look at."""
    assert (
        summary()
        == """\
3 files, level native, concurrency proven

Functions
      1  now async
      1  async before
      1  unchanged, in a thread
      1  waiting, still sync
      1  reaching nothing that waits

Calls
      1  now to an async library
      1  awaited
      1  in a thread
      2  waiting as before
      1  in functions that run in a thread
      1  not converted, because it is not known what they run (aioport scan --unknown lists them)

Functions that wait and stay sync
  kept: Python calls `__len__` itself
      shop/stock.py:12

Calls that are not converted
  its function stays sync
      shop/stock.py:13, 14

To review
  it awaits requests.get (shop/client.py:8)
      shop/client.py:7
  redirects are limited to 10
      shop/client.py:8

Dependencies
  pyproject.toml [project] dependencies  aiohttp>=3.14,<4 added
  requirements.txt  requests removed
  uv.lock is out of date: run `uv lock`

Suggestions
  shop/api.py:5  these waits may overlap

Taken back, because verification refuted it
  shop/stock.py:31  `load(path)` is never awaited (awaited)

"""
    )


def test_every_function_and_every_call_is_counted_once() -> None:
    """Each row fits exactly one line of the counts."""
    for row in CONVERSION.functions:
        assert sum(fits(row) for fits in FUNCTIONS.values()) == 1, row
    assert {row.action for row in CONVERSION.calls} <= ACTIONS.keys()


def test_the_end_says_how_to_write() -> None:
    """Without --write it is said that nothing was written."""
    assert end(CONVERSION) == ["1 file changes, 1 new. Nothing was written; --write does that."]


def test_the_end_says_what_to_install() -> None:
    """After writing, the distributions that the code needs are named as the shell takes them."""
    assert end(replace(CONVERSION, written=True)) == [
        "1 file was changed, 1 new.",
        "The code now needs: pip install 'aiohttp>=3.14,<4'",
        "Next: read the diff and run its tests.",
        "To take it back: aioport undo",
    ]


def test_the_end_says_what_is_not_declared() -> None:
    """What the code needs and no list of dependencies names is left to do."""
    report = replace(CONVERSION, written=True, dependencies=Dependencies(missing=CONVERSION.requires))
    assert end(report)[-2] == (
        "Next: read the diff, add what the code now needs to its dependencies, and run its tests."
    )


def test_the_end_says_that_nothing_changes() -> None:
    """A conversion without changes says why there are none, and the remedy: something is held back, or nothing gains."""
    [line] = end(replace(CONVERSION, changes=()))
    assert line == (
        "Nothing changes: what could be awaited stays sync, for the reasons above; "
        "name an entry to have threads wait for it (--entry module:function)."
    )
    [line] = end(replace(CONVERSION, changes=(), functions=CONVERSION.functions[:1]))
    assert line.startswith(
        "Nothing changes: nothing here would gain from asyncio as it stands; name an entry"
    )
    assert "--entry module:function" in line
