"""A package with relative imports whose plugins are subclasses that `__subclasses__` finds."""

from . import extra, http  # noqa: F401
from .base import Plugin, run_all


def main():
    print([type(one).__name__ for one in Plugin.make_all()])
    for line in run_all("x"):
        print(line)


if __name__ == "__main__":
    main()
