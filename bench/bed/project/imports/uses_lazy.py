# bed: group=imports forms=both
"""Reads an attribute that its module makes on demand."""

from imports import lazy


async def module_getattr():
    return lazy.SETTINGS
