"""What goes wrong with asyncio beside blocking: one value for every kind of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MistakeKind = Literal[
    "lock-across-await",
    "cached-coroutine",
    "never-awaited",
    "run-inside-loop",
    "async-without-await",
    "client-per-call",
    "import-on-loop",
]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A place in the project where asyncio is used wrongly.

    line, column: of the expression or statement, 1-based and 0-based in UTF-8 bytes.
    function: the dotted name of the function in which it stands.
    message: what is wrong and what to do, one sentence without a full stop.
    """

    path: str
    line: int
    column: int
    function: str
    kind: MistakeKind
    message: str
