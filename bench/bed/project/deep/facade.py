# bed: group=deep forms=both
"""Names that live elsewhere."""

from .plumbing.waits import settle_down as settle, starred

__all__ = ["settle", "starred"]


def lazily():
    import deep.plumbing.waits as waits

    return waits.lazy()
