"""Baselines: findings that were there before, in a file that is kept with the code, so that only new ones count."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from aioport.reporting.fingerprints import identity_of
from aioport.reporting.model import FindingRow
from aioport.writing.replacing import replace_file

VERSION = 1


class BaselineError(Exception):
    """A baseline cannot be used; the message names the file and the remedy."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Equal findings: the same function waits for the same thing, or makes the same mistake, `count` times.

    Only `fingerprint` and `count` are read; the rest is for whoever reads the file.
    """

    path: str
    function: str
    kind: str
    category: str | None = None
    name: str = ""
    count: int
    fingerprint: str


class _File(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    findings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings beside a baseline: those that are new, how many are known, and the entries that hold too many."""

    new: tuple[FindingRow, ...]
    known: int
    gone: tuple[str, ...]


def read_baseline(file: Path) -> tuple[Entry, ...]:
    """The entries of a baseline. Raises BaselineError."""
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise BaselineError(f"{file}: there is no such baseline; --update-baseline makes it") from None
    except OSError as error:
        raise BaselineError(f"{file}: cannot be read ({error.strerror})") from error
    try:
        found = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        remedy = "put the right one back, or delete it and run with --update-baseline"
        raise BaselineError(f"{file}: no baseline of aioport ({error}); {remedy}") from error
    if found.version != VERSION:
        raise BaselineError(f"{file}: version {found.version}, and this aioport reads version {VERSION}")
    return found.findings


def compare(rows: Iterable[FindingRow], entries: Iterable[Entry]) -> Compared:
    """Findings beside the entries of a baseline; of more equal ones than the baseline holds, the last are new."""
    entries = tuple(entries)
    budget = Counter({one.fingerprint: one.count for one in entries})
    new, known = [], 0
    for row in rows:
        identity = identity_of(row)
        if budget[identity] > 0:
            budget[identity] -= 1
            known += 1
        else:
            new.append(row)
    gone = tuple(
        f"{one.path}: {budget[one.fingerprint]} of {one.count} {one.name or one.kind} in {one.function or 'comments'}"
        for one in entries
        if budget[one.fingerprint] > 0
    )
    return Compared(tuple(new), known, gone)


def write_baseline(file: Path, rows: Iterable[FindingRow], prefix: str = "") -> None:
    """Write the baseline that holds some findings and no others, sorted, one entry a line.

    prefix: what is put before the paths, as in the fingerprints. Raises WriteError.
    """
    rows = tuple(rows)
    counts = Counter(map(identity_of, rows))
    lines = sorted(
        json.dumps(
            {
                "path": prefix + row.path,
                "function": row.function,
                "kind": row.kind,
                "category": row.category,
                "name": row.primitive,
                "count": counts[identity],
                "fingerprint": identity,
            }
        )
        for identity, row in {identity_of(row): row for row in rows}.items()
    )
    findings = ",\n  ".join(lines)
    text = f'{{\n "version": {VERSION},\n "findings": [\n  {findings}\n ]\n}}\n' if lines else _EMPTY
    replace_file(file, text.encode())


_EMPTY = f'{{\n "version": {VERSION},\n "findings": []\n}}\n'
