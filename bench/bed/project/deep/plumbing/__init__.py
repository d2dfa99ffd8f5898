# bed: group=deep forms=both
"""A package with code of its own."""

from deep.plumbing import files, net
from deep.plumbing.waits import step_five


def step_four():
    step_five()


def greet():
    return input("who? ")  # blocks: console
