"""Writing to a project: all or nothing, journaled, so that a kill leaves no mixture and `aioport undo` takes it back."""

from aioport.writing.clean import DirtyTreeError, check_clean
from aioport.writing.committing import write_all
from aioport.writing.errors import WriteError
from aioport.writing.undoing import UndoError, Undone, Written, history, recover, undo

__all__ = [
    "DirtyTreeError",
    "UndoError",
    "Undone",
    "WriteError",
    "Written",
    "check_clean",
    "history",
    "recover",
    "undo",
    "write_all",
]
