"""Ports synchronous Python to asyncio: a whole project at once, with reasons, and with proof."""

from __future__ import annotations

# Not from `typing`, which takes as long to import as an unchanged project takes to be looked at.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from aioport.api import (
        Conversion,
        Options,
        Scan,
        TwinResult,
        convert_project,
        history,
        make_twin,
        recover,
        scan_project,
        undo,
        write_conversion,
        write_twin,
    )

__all__ = [
    "Conversion",
    "Options",
    "Scan",
    "TwinResult",
    "convert_project",
    "history",
    "make_twin",
    "recover",
    "scan_project",
    "undo",
    "write_conversion",
    "write_twin",
]


def __getattr__(name: str) -> Any:
    # Looked up when asked for: the command line must not load every stage only to print its help.
    if name in __all__:
        from aioport import api  # noqa: PLC0415

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
