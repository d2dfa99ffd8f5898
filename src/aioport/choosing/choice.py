"""What a command line asks for of a scan, and whether it can be had."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line asked for.

    async_only: of the calls that wait, those only that block an event loop.
    changed: a commit; only what differs from it. None: everything.
    baseline: a file whose findings are left out.
    update_baseline: write that file first.
    """

    async_only: bool = False
    changed: str | None = None
    baseline: Path | None = None
    update_baseline: bool = False


def check_choice(choice: Choice) -> None:
    """Find out before a long scan what cannot be used after it. Raises BaselineError."""
    if choice.baseline is None and not choice.update_baseline:
        return
    # Most scans have no baseline, and start a moment earlier without this.
    from aioport.choosing.baseline import BaselineError, read_baseline  # noqa: PLC0415

    if choice.baseline is None:
        raise BaselineError("--update-baseline: say which file with --baseline FILE")
    if not choice.update_baseline:
        read_baseline(choice.baseline)
