# bed: group=imports forms=both
"""Imports a module that waits."""

from imports import second_of_two

NAME = second_of_two.NAME
