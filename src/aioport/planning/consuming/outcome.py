"""What `consume` answers: the intents that it takes, or why it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from aioport.planning.plan import Intent


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing asynchronous can be called at a place."""

    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """How something asynchronous is used where it stands.

    intents: each with the path of its file.
    needs: functions that have to become async with it, since they go through the same things.
    """

    intents: tuple[tuple[str, Intent], ...] = ()
    needs: frozenset[int] = frozenset()


Consumed: TypeAlias = Taken | Refusal


def joined(*parts: Consumed) -> Consumed:
    """All of it; the first refusal, where there is one."""
    intents: list[tuple[str, Intent]] = []
    needs: frozenset[int] = frozenset()
    for part in parts:
        if isinstance(part, Refusal):
            return part
        intents += part.intents
        needs |= part.needs
    return Taken(tuple(intents), needs)
