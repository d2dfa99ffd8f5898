# bed: group=imports forms=both
"""Run as a script, so that its own folder is on the path."""

from clock import tick


async def by_short_name():
    tick()
