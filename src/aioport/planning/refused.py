"""What planning has refused so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from aioport.positions import Span


@dataclass
class Refused:
    """Choices that were tried and found wrong, with the reason; they only ever grow.

    leaves: calls that are not rewritten, by index.
    functions: functions that stay sync.
    overlaps: (path, line) of loops that stay sequential.
    kept: kinds of thread-affine objects that stay on the event loop's thread, each with the use that cannot leave it.
    lifted: kinds of thread-affine objects that are made for any thread, and why.
    places: ranges of text, by path, in functions that are async already, where nothing more may be awaited.
    """

    leaves: dict[int, str] = field(default_factory=dict)
    functions: dict[int, str] = field(default_factory=dict)
    overlaps: dict[tuple[str, int], str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    lifted: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, Span], str] = field(default_factory=dict)

    def refuse_leaves(self, leaves: Iterable[int], reason: str) -> bool:
        """Refuses calls for a reason; returns whether one of them was not refused before."""
        new = [index for index in leaves if index not in self.leaves]
        self.leaves.update(dict.fromkeys(new, reason))
        return bool(new)
