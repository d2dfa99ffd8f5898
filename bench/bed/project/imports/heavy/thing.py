# bed: group=imports forms=both
"""A part of a package."""

VALUE = 1
