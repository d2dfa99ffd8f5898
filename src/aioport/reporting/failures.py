"""What goes wrong, as one message on stderr and an exit code; a traceback only for what is a bug of aioport."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import typer

BAD_INPUT = 2
BUG = 3


@dataclass
class Attempt:
    """What a command is about to write: the contents by file. Whether it did is told by the disk alone.

    undone: what `aioport undo` says of itself, as soon as it is through.
    """

    files: Mapping[Path, bytes] = field(default_factory=dict)
    undone: str = ""

    @property
    def is_done(self) -> bool:
        """Whether there was something to write, and all of it is on disk."""
        with suppress(OSError):
            return bool(self.files) and all(path.read_bytes() == data for path, data in self.files.items())
        return False


@contextmanager
def failures_told() -> Iterator[Attempt]:
    """Turns exceptions into a message and an exit code: 2 for bad input and Ctrl-C, 3 for a bug.

    Yields what the command notes its writing in, so that Ctrl-C is answered truly.
    """
    attempt = Attempt()
    try:
        yield attempt
    except KeyboardInterrupt:
        done = "everything had been written" if attempt.is_done else attempt.undone or "nothing was changed"
        raise _fail(f"interrupted; {done}") from None
    except (typer.Exit, BrokenPipeError):
        raise
    except Exception as error:  # noqa: BLE001  the last one that can tell
        if (message := _complaint(error)) is not None:
            raise _fail(message) from None
        traceback.print_exc()
        line = "this is a bug in aioport: please report it with the lines above"
        raise _fail(line, BUG) from None


def _fail(message: str, code: int = BAD_INPUT) -> typer.Exit:
    sys.stderr.write(f"aioport: {message}\n")
    return typer.Exit(code)


def _complaint(error: Exception) -> str | None:
    """What to tell whoever can do something about it; None for what nobody but us can."""
    # Imported here: that an error occurred says that most of it is loaded.
    from aioport.catalog.load import CatalogError  # noqa: PLC0415
    from aioport.choosing.baseline import BaselineError  # noqa: PLC0415
    from aioport.choosing.git import GitError  # noqa: PLC0415
    from aioport.explaining.where import WhereError  # noqa: PLC0415
    from aioport.planning.chosen import ChoiceError  # noqa: PLC0415
    from aioport.planning.entries import EntryError  # noqa: PLC0415
    from aioport.program.pyrefly import CheckerError  # noqa: PLC0415
    from aioport.project import ProjectError  # noqa: PLC0415
    from aioport.reviewing.asking import AskingError  # noqa: PLC0415
    from aioport.reviewing.remembered import DecisionError  # noqa: PLC0415
    from aioport.settings import SettingsError  # noqa: PLC0415
    from aioport.writing.clean import DirtyTreeError  # noqa: PLC0415
    from aioport.writing.errors import WriteError  # noqa: PLC0415
    from aioport.writing.undoing import UndoError  # noqa: PLC0415

    kinds = (
        AskingError,
        BaselineError,
        CatalogError,
        CheckerError,
        ChoiceError,
        DecisionError,
        DirtyTreeError,
        EntryError,
        GitError,
        ProjectError,
        SettingsError,
        UndoError,
        WhereError,
        WriteError,
    )
    if isinstance(error, kinds):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return None
