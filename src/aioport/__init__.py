"""Ports synchronous Python to asyncio: a whole project at once, with reasons, and with proof."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aioport.api import (
        Conversion,
        Options,
        Scan,
        TwinResult,
        convert_project,
        make_twin,
        scan_project,
        write_conversion,
        write_twin,
    )

__all__ = [
    "Conversion",
    "Options",
    "Scan",
    "TwinResult",
    "convert_project",
    "make_twin",
    "scan_project",
    "write_conversion",
    "write_twin",
]


def __getattr__(name: str) -> Any:
    # Looked up when asked for: the command line must not load every stage only to print its help.
    if name in __all__:
        from aioport import api  # noqa: PLC0415

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
