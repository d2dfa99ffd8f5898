"""Functions under a decorator that is not known to work on an `async def`."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.planning.analysis import Analysis


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    yield from sorted(analysis.callables.decorated.items())
    yield from sorted(analysis.callables.second.items())
