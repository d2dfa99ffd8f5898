"""What a scan would call a mistake with asyncio in the outcome, and not in what it was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from aioport.mistakes.find import find_mistakes
from aioport.mistakes.mistake import Mistake, MistakeKind
from aioport.planning.analysis import Analysis
from aioport.verifying.verdict import Violation

BREAKING: frozenset[MistakeKind] = frozenset(
    {"cached-coroutine", "lock-across-await", "never-awaited", "run-inside-loop"}
)
"""Those that raise, hang or do nothing when they are run; the others are slow at worst."""


def check_mistakes(before: Analysis, after: Analysis) -> Iterator[Violation]:
    """Mistakes in the outcome, less as many of the same kind as the author made in the same function."""
    found = _breaking(after)
    known = Counter(map(_key, _breaking(before))) if found else Counter[tuple[str, str, str]]()
    for one in found:
        if known[_key(one)] > 0:
            known[_key(one)] -= 1
        else:
            yield Violation("mistakes", one.path, one.line, one.function, one.message)


def _breaking(analysis: Analysis) -> list[Mistake]:
    made = find_mistakes(analysis.project, analysis.program, analysis.facts, analysis.catalog)
    return [one for one in made if one.kind in BREAKING]


def _key(one: Mistake) -> tuple[str, str, str]:
    return one.path, one.function, one.kind
