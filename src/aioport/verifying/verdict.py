"""What a check says of a conversion."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that is wrong after a conversion and was not before.

    check: the name of the check.
    function: the dotted name of the function that it is in, or of the module.
    """

    check: str
    path: str
    line: int
    function: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message} ({self.check})"
