"""Progress, which is for terminals only; what draws it is loaded where there is one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.status import Status


class Shown:
    """Shows what is being done now; without a status, nothing."""

    def __init__(self, status: Status | None = None) -> None:
        self._status = status

    def __call__(self, text: str) -> None:
        if self._status is not None:
            self._status.update(text)

    def paused(self) -> AbstractContextManager[object]:
        """Nothing is drawn as long as the block lasts, so that a person can be asked something."""
        return self._paused() if self._status is not None else nullcontext()

    @contextmanager
    def _paused(self) -> Iterator[None]:
        assert self._status is not None
        self._status.stop()
        try:
            yield
        finally:
            self._status.start()


@contextmanager
def progress_shown() -> Iterator[Shown]:
    """What shows what is being done now, on stderr, where that is a terminal; else it does nothing."""
    if not sys.stderr.isatty():
        yield Shown()
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.status import Status  # noqa: PLC0415

    with Status("reading", console=Console(stderr=True)) as status:
        yield Shown(status)
