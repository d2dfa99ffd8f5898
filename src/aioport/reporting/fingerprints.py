"""Names for findings that survive edits elsewhere in their files: what baselines and code scanners know them by."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from aioport.reporting.model import FindingRow

DIGITS = 16
"""Hexadecimal digits of the hash: among a million findings, two have the same with a chance of 1 to 37 million."""


def with_fingerprints(rows: Iterable[FindingRow], prefix: str = "") -> Iterator[FindingRow]:
    """Rows with their fingerprints: a hash of path, function (as it is called in its file), kind, category and primitive, a colon, and the number
    among equal ones in the order of the rows, from 1. No line is in it.

    prefix: put before the paths, so that scans of a project and of a folder in it agree.
    """
    seen: Counter[str] = Counter()
    for row in rows:
        path = prefix + row.path
        told = (path, _inside(row.function, path), row.kind, row.category or "", row.primitive)
        text = "\0".join(told).encode("utf-8", "surrogatepass")
        identity = hashlib.sha256(text).hexdigest()[:DIGITS]
        seen[identity] += 1
        yield replace(row, fingerprint=f"{identity}:{seen[identity]}")


def identity_of(row: FindingRow) -> str:
    """The part of a fingerprint that equal findings share."""
    return row.fingerprint.partition(":")[0]


def _inside(function: str, path: str) -> str:
    """The name of a function in its file. What its module is called depends on the folder that is scanned."""
    parts = path.removesuffix(".pyw").removesuffix(".py").removesuffix("/__init__").split("/")
    for start in range(len(parts)):
        module = ".".join(parts[start:])
        if function == module:
            return ""
        if function.startswith(f"{module}."):
            return function.removeprefix(f"{module}.")
    return function
