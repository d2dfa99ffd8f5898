"""Whether a dotted name exists in the interpreter that runs the tests."""

import importlib

_MISSING = object()


def exists(name: str) -> bool:
    """Whether a name leads to something, through modules, classes and their attributes."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        return all((found := getattr(found, part, _MISSING)) is not _MISSING for part in parts[length:])
    return False
