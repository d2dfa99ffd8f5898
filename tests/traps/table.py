"""The table of traps: what each test in this folder shows, by the trap's number in `titles.py`."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from tests.traps.titles import TITLES

HERE = Path(__file__).parent

Outcome = Literal["converted", "thread", "kept", "refused", "reported"]

MEANINGS: dict[Outcome, str] = {
    "converted": "rewritten, and right",
    "thread": "runs as it is, in a thread",
    "kept": "stays as it is, which is right",
    "refused": "stays as it is, and the report says why",
    "reported": "converted, with a note about what a person has to look at",
}
"""What the outcomes in the table mean."""

T = TypeVar("T", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Shown:
    """What one test shows of one trap.

    what: half a sentence: which form of the trap, and what becomes of it.
    test: where the test is, from the root of the repository, with its name.
    """

    number: int
    outcome: Outcome
    what: str
    test: str


def trap(number: int, outcome: Outcome, what: str) -> Callable[[T], T]:
    """Marks a test as showing what becomes of a trap. Several may show one, and one several."""
    if number not in TITLES:
        raise ValueError(f"there is no trap {number}")

    def mark(test: T) -> T:
        shown: list[tuple[int, Outcome, str]] = test.__dict__.setdefault("traps", [])
        shown.insert(0, (number, outcome, what))
        return test

    return mark


def collect() -> Iterator[Shown]:
    """All that the tests of this folder show, in the order of their files."""
    for file in sorted(HERE.glob("test_*.py")):
        name = f"tests.traps.{file.stem}"
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules.setdefault(name, importlib.util.module_from_spec(spec))
        spec.loader.exec_module(module)
        for test, function in vars(module).items():
            if test.startswith("test_") and callable(function):
                for number, outcome, what in getattr(function, "traps", ()):
                    yield Shown(number, outcome, what, f"tests/traps/{file.name}::{test}")


def render() -> str:
    """The page `docs/traps.md`."""
    by_number: dict[int, list[Shown]] = {}
    for one in collect():
        by_number.setdefault(one.number, []).append(one)
    lines = [
        "# Traps",
        "",
        "Where a conversion to asyncio goes wrong silently, and what aioport makes of each. Every line is shown by a test",
        "in `tests/traps/`; this page is made from them by `python -m tests.traps.render`.",
        "",
        *(f"- **{outcome}**: {meaning}" for outcome, meaning in MEANINGS.items()),
        "",
        "| | trap | outcome | what becomes of it |",
        "|---|---|---|---|",
    ]
    for number, title in TITLES.items():
        rows = by_number.get(number, [])
        outcomes = ", ".join(dict.fromkeys(one.outcome for one in rows)) or "not handled"
        what = "; ".join(one.what for one in rows)
        lines.append(f"| {number} | {title} | {outcomes} | {what} |".replace("  ", " "))
    return "\n".join([*lines, ""])
