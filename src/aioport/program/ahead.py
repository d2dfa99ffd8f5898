"""Reads a report while the checker still writes it: it writes module by module, and leaves a core idle now and then."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import msgspec

from aioport.program.records import DefinitionsFile, RawCallGraphFile

PAUSE = 0.05
"""Seconds between two looks at the folder."""

ROOM = 48_000_000
"""Bytes of files that are read ahead; Django's are 40 million, and of a larger project the rest is read when needed."""

SECTIONS = (("definitions", DefinitionsFile), ("call_graphs", RawCallGraphFile))


class Ahead:
    """A thread that decodes files as they appear. What is half written cannot be decoded, and is left alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._decoded: dict[str, DefinitionsFile | RawCallGraphFile] = {}
        self._seen: set[str] = set()
        self._room = ROOM
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="aioport-ahead", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread, as soon as it has finished a file."""
        self._stop.set()
        self._thread.join()

    def take(self, section: str, name: str) -> DefinitionsFile | RawCallGraphFile | None:
        """A file that was decoded, once; None for any other."""
        return self._decoded.pop(f"{section}/{name}", None)

    def _run(self) -> None:
        while not self._stop.wait(PAUSE) and self._room > 0:
            for section, kind in SECTIONS:
                self._read(section, kind)

    def _read(self, section: str, kind: type[DefinitionsFile | RawCallGraphFile]) -> None:
        try:
            names = os.listdir(f"{self._folder}/{section}")  # noqa: PTH208  twenty times a second
        except OSError:
            return
        for name in names:
            key = f"{section}/{name}"
            if key in self._seen or self._stop.is_set() or self._room <= 0:
                continue
            try:
                with open(f"{self._folder}/{key}", "rb") as file:  # noqa: PTH123
                    data = file.read()
                self._decoded[key] = msgspec.json.decode(data, type=kind)
            except (OSError, msgspec.DecodeError):
                continue
            self._seen.add(key)
            self._room -= len(data)
