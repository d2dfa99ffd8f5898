"""A package with a command line, run by `python -m tool`."""

from .core import Client

__all__ = ["Client"]
