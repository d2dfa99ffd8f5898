# bed: group=imports forms=both
"""A module that reads a file when it is imported."""

from pathlib import Path

TEXT = Path(__file__).with_suffix(".txt").read_text()  # blocks: file
