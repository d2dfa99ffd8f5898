"""The JSON of `aioport undo`: version 1 of a contract, as that of the other commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from aioport.writing.undoing import Undone, Written

VERSION = 1


def render_undone(undone: Undone) -> str:
    """What was taken back as one JSON object; `conversion` is null where it had been killed before it began."""
    conversion = _written(undone.written) if undone.written else None
    return _render(
        {
            "version": VERSION,
            "undone": conversion,
            "interrupted": undone.cause != "asked",
            "left": undone.left,
        }
    )


def render_history(history: Sequence[Written]) -> str:
    """What can be taken back as one JSON object, the last first."""
    return _render({"version": VERSION, "conversions": [_written(one) for one in history]})


def _written(written: Written) -> dict[str, Any]:
    return {
        "command": written.command,
        "made": written.made.isoformat(),
        "root": str(written.root),
        "files": [{"path": str(path), "done": done} for path, done in written.files],
    }


def _render(document: dict[str, Any]) -> str:
    return json.dumps(document) + "\n"
