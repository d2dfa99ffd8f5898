"""Progress, which is for terminals only; what draws it is loaded where there is one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_shown() -> Iterator[Callable[[str], None]]:
    """A function that shows what is being done now, on stderr, where that is a terminal; else it does nothing."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.status import Status  # noqa: PLC0415

    with Status("reading", console=Console(stderr=True)) as status:
        yield status.update
