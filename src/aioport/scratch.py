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

REMOVE = "import shutil, sys\nfor path in sys.argv[1:]: shutil.rmtree(path, ignore_errors=True)"

_removing: list[subprocess.Popen[bytes]] = []


class Scratch:
    """The folder; what is in it can be removed beside what the caller does next: ten thousand files take a while."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def discard(self, folders: Iterable[Path]) -> None:
        """Begin to remove what is not needed any more."""
        command = [sys.executable, "-I", "-S", "-c", REMOVE, *map(str, folders)]
        quiet = subprocess.DEVNULL
        try:
            # In a session of its own, where Ctrl-C does not end it.
            process = subprocess.Popen(
                command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
            )
            _removing.append(process)
        except OSError:
            return  # It goes with the rest.

    def remove(self) -> None:
        """Begin to remove everything; `finish_removals` waits for the end of it."""
        before = len(_removing)
        self.discard([self.folder])
        if len(_removing) == before:
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
