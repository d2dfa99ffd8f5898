"""A folder for one run, gone when the run ends, however it ends."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

REMOVE = "import shutil, sys\nshutil.rmtree(sys.argv[1], ignore_errors=True)"

_removing: list[subprocess.Popen[bytes]] = []


class Scratch:
    """The folder; what is in it can be removed beside what the caller does next: ten thousand files take a while."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._begun: list[subprocess.Popen[bytes]] = []

    def begin(self, arguments: Iterable[str]) -> bool:
        """Begin something in another Python that removes what is not needed any more; returns whether that could be.

        arguments: for that Python.
        """
        quiet = subprocess.DEVNULL
        try:
            # In a session of its own, where Ctrl-C does not end it.
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", *arguments],
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                start_new_session=True,
            )
        except OSError:
            return False
        _removing.append(process)
        self._begun.append(process)
        return True

    def remove(self) -> None:
        """Begin to remove everything, after what was begun; `finish_removals` waits for the end of it."""
        for process in self._begun:
            process.wait()
        if not self.begin(["-c", REMOVE, str(self.folder)]):
            shutil.rmtree(self.folder, ignore_errors=True)


@atexit.register
def finish_removals() -> None:
    """Waits until what is being removed is gone; whoever ends the process without Python's own end calls it before."""
    while _removing:
        _removing.pop().wait()


@contextmanager
def scratch_folder(home: str | None) -> Iterator[Scratch]:
    """A fresh folder below `home`, or where temporary files usually are; removed when the block is left."""
    scratch = Scratch(Path(tempfile.mkdtemp(prefix="aioport-", dir=home)))
    try:
        yield scratch
    finally:
        scratch.remove()
