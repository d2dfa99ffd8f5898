"""What reaches the terminal."""

import io
import sys
from pathlib import Path

import pytest
from rich.text import Text

from aioport.reporting.places import places_from
from aioport.reporting.progress import progress_shown
from aioport.reporting.terminal import open_console, print_lines

ESCAPE = "\x1b"
RED = Text("stop", "red")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def printed(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *lines: Text) -> str:
    monkeypatch.setattr(sys, "stdout", stream)
    print_lines(open_console(), lines)
    return stream.getvalue()


@pytest.mark.usefixtures("_plain_environment")
def test_a_terminal_has_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal styles become escape sequences."""
    assert ESCAPE in printed(monkeypatch, Terminal(), RED)


@pytest.mark.usefixtures("_plain_environment")
def test_a_pipe_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere the text is plain."""
    assert printed(monkeypatch, io.StringIO(), RED) == "stop\n"


@pytest.mark.usefixtures("_plain_environment")
def test_force_color_colours_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """FORCE_COLOR makes a terminal of anything."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE in printed(monkeypatch, io.StringIO(), RED)


@pytest.mark.usefixtures("_plain_environment")
@pytest.mark.parametrize("force", [True, False])
def test_no_color_is_heard(monkeypatch: pytest.MonkeyPatch, force: bool) -> None:
    """NO_COLOR takes all styles away, on a terminal and against FORCE_COLOR."""
    monkeypatch.setenv("NO_COLOR", "1")
    if force:
        monkeypatch.setenv("FORCE_COLOR", "1")
    assert printed(monkeypatch, Terminal(), RED) == "stop\n"


@pytest.mark.usefixtures("_plain_environment")
def test_code_cannot_command_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control characters in what was read are shown as their pictures."""
    shown = printed(monkeypatch, Terminal(), Text(f"title = '{ESCAPE}]0;gotcha\x9d'"))
    assert shown == "title = '␛]0;gotcha\ufffd'\n"


@pytest.mark.usefixtures("_plain_environment")
def test_long_lines_are_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line keeps its length, so that a path can be copied and a diff applied."""
    long = "word " * 100
    assert printed(monkeypatch, Terminal(), Text(long)) == f"{long}\n"


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written where stderr is no terminal."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_shown() as progress:
        progress("checking")
    assert stream.getvalue() == ""


@pytest.mark.usefixtures("_plain_environment")
def test_progress_says_what_is_done_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the step is shown, and taken away at the end."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_shown() as progress:
        progress("checking 3 files")
    assert "checking 3 files" in stream.getvalue()


@pytest.mark.usefixtures("_plain_environment")
def test_links_are_for_terminals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A place is an OSC 8 hyperlink on a terminal, and plain text in a pipe or under NO_COLOR."""
    places = places_from(tmp_path, tmp_path)
    line = Text.assemble(("a b.py:3", places.link("a b.py", "cyan")))
    assert f";{(tmp_path / 'a b.py').as_uri()}{ESCAPE}\\" in printed(monkeypatch, Terminal(), line)
    assert printed(monkeypatch, io.StringIO(), line) == "a b.py:3\n"
    monkeypatch.setenv("NO_COLOR", "1")
    assert printed(monkeypatch, Terminal(), line) == "a b.py:3\n"
