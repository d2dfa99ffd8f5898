"""Where journals are, for those who only read: nothing heavy is imported where there is none."""

import os
from collections.abc import Iterable
from pathlib import Path

NAME = ".aioport"
"""The folder of a journal; `journal.py` says what is in it."""

PENDING = ("writing", "undoing")
"""What is in the journal of a project that must not be read as it stands."""


def is_pending(folder: str) -> bool:
    """Whether a conversion of the project in a folder was begun and not ended."""
    return any(os.path.lexists(f"{folder}/{NAME}/{name}") for name in PENDING)


def journals_above(folder: Path) -> list[Path]:
    """The folders with a journal at or above an absolute folder, the nearest first."""
    return [above for above in (folder, *folder.parents) if os.path.lexists(above / NAME)]


def has_journal(paths: Iterable[Path]) -> bool:
    """Whether one of some folders or files is in a project that has a journal."""
    return any(journals_above(Path(os.path.realpath(path))) for path in paths)
