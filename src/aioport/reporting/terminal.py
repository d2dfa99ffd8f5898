"""Printing: in colour on a terminal, plain elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

CONTROL = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}
"""Control characters and what is shown instead: what stands in the code that was read must not command the terminal."""


def open_console() -> Console:
    """What writes to stdout. Without colour where stdout is no terminal or NO_COLOR is set; FORCE_COLOR wins over the former."""
    return Console(
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        soft_wrap=True,
        highlight=False,
        markup=False,
        emoji=False,
    )


def print_lines(console: Console, lines: Iterable[Text]) -> None:
    """Print lines of a report, never broken at the terminal's width."""
    if not console.is_terminal:
        sys.stdout.writelines(f"{line.plain}\n" for line in lines)
        return
    for line in lines:
        line.plain = line.plain.translate(CONTROL)
        console.print(line)
