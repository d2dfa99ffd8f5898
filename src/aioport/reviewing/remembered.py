"""The decision file: what a person answered about each change, so that nobody is asked twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from aioport.writing.replacing import replace_file

Answer = Literal["accept", "keep", "sequential"]
"""That a change is made, that its function stays as it is, or that it is made and nothing in it overlaps."""

FILE = "aioport-decisions.json"
"""Where decisions are, beside the pyproject.toml or else in the project's folder, unless another file is named."""

VERSION = 1


class DecisionError(Exception):
    """A decision file cannot be used; the message names it and the remedy."""


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    function: str
    answer: Answer


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    decisions: tuple[_Row, ...]


def read_decisions(file: Path, *, required: bool = False) -> dict[str, Answer]:
    """Answers by the function's dotted name; none where there is no such file, unless it is `required`.

    Raises DecisionError.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        if required:
            raise DecisionError(f"{file}: there is no such decision file; --interactive makes it") from None
        return {}
    except OSError as error:
        raise DecisionError(f"{file}: cannot be read ({error.strerror})") from error
    try:
        found = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecisionError(
            f"{file}: no decision file of aioport ({error}); correct it, or delete it to be asked again"
        ) from error
    if found.version != VERSION:
        raise DecisionError(f"{file}: version {found.version}, and this aioport reads version {VERSION}")
    return {row.function: row.answer for row in found.decisions}


def write_decisions(file: Path, answers: Mapping[str, Answer]) -> None:
    """Write answers, sorted, one a line, so that version control shows what was decided anew. Raises WriteError."""
    rows = ",\n  ".join(
        json.dumps({"function": name, "answer": answer}) for name, answer in sorted(answers.items())
    )
    decisions = f"[\n  {rows}\n ]" if rows else "[]"
    replace_file(file, f'{{\n "version": {VERSION},\n "decisions": {decisions}\n}}\n'.encode())
