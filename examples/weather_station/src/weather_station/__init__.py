"""Collects the observations of a network of weather stations."""

__version__ = "1.2.0"
