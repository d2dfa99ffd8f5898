"""A folder for one run, gone when the run ends, however it ends."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

REMOVE = "import shutil, sys\nfor path in sys.argv[1:]: shutil.rmtree(path, ignore_errors=True)"


class Scratch:
    """The folder, and what is being removed from it already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._removing: list[subprocess.Popen[bytes]] = []

    def discard(self, folders: Iterable[Path]) -> None:
        """Remove what is not needed any more beside what the caller does next: ten thousand files take a while."""
        command = [sys.executable, "-I", "-S", "-c", REMOVE, *map(str, folders)]
        quiet = subprocess.DEVNULL
        try:
            self._removing.append(subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet))
        except OSError:
            return  # It goes with the rest.

    def remove(self) -> None:
        """Remove everything."""
        for process in self._removing:
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def scratch_folder(home: str | None) -> Iterator[Scratch]:
    """A fresh folder below `home`, or where temporary files usually are, as long as the block lasts."""
    scratch = Scratch(Path(tempfile.mkdtemp(prefix="aioport-", dir=home)))
    try:
        yield scratch
    finally:
        scratch.remove()
