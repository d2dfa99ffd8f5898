# bed: group=imports forms=both
"""Imports by the long name."""

from imports.twice.inner.clock import tock


async def by_long_name():
    tock()
