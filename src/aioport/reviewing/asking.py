"""Asks about changes at a terminal, in the manner of `git add --patch`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from aioport.reporting.diff import STYLES
from aioport.reporting.places import Places
from aioport.reviewing.changes import Change
from aioport.reviewing.remembered import Answer

STOPPED = "stopped; nothing was changed, and the answers so far are kept"

HELP = {
    "y": "make this change",
    "n": "leave it as it is",
    "s": "make it, but let nothing in it overlap",
    "a": "make this change and all that follow",
    "d": "leave this one and all that follow as they are",
    "q": "quit: nothing is converted; the answers so far are kept",
    "?": "explain these letters",
}


class AskingError(Exception):
    """There is nobody to ask, or they want to stop; nothing is converted."""


@dataclass
class Asking:
    """Asks about one change after another.

    read: reads an answer behind a prompt; raises EOFError where there are no more.
    """

    console: Console
    places: Places
    read: Callable[[str], str]
    rest: Answer | None = None

    def __call__(self, change: Change, number: int, count: int) -> Answer:
        """The answer to a change. Raises AskingError."""
        if self.rest is not None:
            return self.rest
        for line in self._shown(change, number, count):
            self.console.print(line, soft_wrap=True)
        letters = [one for one in HELP if one != "s" or change.overlaps]
        while True:
            try:
                given = self.read(f"Make this change? [{','.join(letters)}] ").strip().lower()[:1]
            except EOFError:
                raise AskingError(STOPPED) from None
            match given:
                case "y":
                    return "accept"
                case "n":
                    return "keep"
                case "s" if change.overlaps:
                    return "sequential"
                case "a" | "d":
                    self.rest = "accept" if given == "a" else "keep"
                    return self.rest
                case "q":
                    raise AskingError(STOPPED)
                case _:
                    for letter in letters:
                        self.console.print(Text.assemble("  ", (letter, "bold"), f"  {HELP[letter]}"))

    def _shown(self, change: Change, number: int, count: int) -> Iterator[Text]:
        does = "becomes async" if change.becomes_async else "is async and awaits more"
        yield Text()
        yield Text.assemble(
            f"({number}/{count}) ",
            (change.function, "bold"),
            f" {does}  ",
            (f"{self.places.show(change.path)}:{change.line}", "cyan"),
        )
        if change.others:
            yield Text(f"  and with it {', '.join(change.others)}")
        for reason in change.reasons:
            yield Text(f"  {reason}")
        if change.safety != "safe":
            yield Text(f"  to review ({change.safety})", "yellow")
        if change.chain:
            yield Text("  it waits through")
            for link in change.chain:
                place = f"{self.places.show(link.path)}:{link.line}" if link.path else ""
                yield Text.assemble("    ", link.name, "  ", (place, "cyan"))
        for line in change.diff.splitlines():
            yield Text(line.removesuffix("\r"), STYLES.get(line[:1], ""))
