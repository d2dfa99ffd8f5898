"""The project as frozen values: its sources as decoded text, where imports are looked up, and what is wrong with it.

`discovery.discover` makes a `Project`; nothing here searches the disk.
"""

from __future__ import annotations

import ast
import codecs
import gc
import re
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Literal, TypeVar, cast

from aioport.settings import Settings

T = TypeVar("T")

LINE_END = re.compile(rb"\r\n|\n|\r")
"""What ends a line for `ast`; `str.splitlines` also breaks at form feeds and other characters."""

PARSE_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What `ast.parse` raises: ValueError for null bytes, RecursionError and MemoryError for deep nesting."""


class ProjectError(Exception):
    """The paths or options given cannot be worked with; the message names the path and the remedy."""


@dataclass(frozen=True)
class Source:
    """A Python file.

    path: posix, relative to `Project.root`.
    text: decoded, with the newlines of the file and without its byte order mark.
    encoding: the codec's name.
    bom: whether the file begins with a UTF-8 byte order mark.
    """

    # Without slots: `cached_property` keeps its value in the instance's dictionary.

    path: str
    text: str
    encoding: str = "utf-8"
    bom: bool = False

    @cached_property
    def data(self) -> bytes:
        """The text as UTF-8, without byte order mark. Every position in aioport is a byte offset into this."""
        return self.text.encode("utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree, parsed when first asked for. Raises one of `PARSE_ERRORS`."""
        with warnings.catch_warnings():
            # An invalid escape in the code that is read is no business of whoever runs aioport, even with `-W error`.
            warnings.simplefilter("ignore")
            return ast.parse(self.text, filename=self.path)

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """The byte offset in `data` where each line starts; after a final newline, an empty last line."""
        lines = self.data.splitlines(keepends=True)  # that of bytes knows no other ends than `LINE_END`
        if lines and not lines[-1].endswith((b"\n", b"\r")):
            lines.pop()
        return (0, *accumulate(map(len, lines)))

    @cached_property
    def _made(self) -> dict[object, object]:
        return {}

    def once(self, make: Callable[[Source], T]) -> T:
        """What a function makes of this file alone, made when first asked for: a conversion asks in every round."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])

    def encode(self, data: bytes) -> bytes:
        """Bring UTF-8 bytes back into the file's own encoding, with its byte order mark.

        Raises UnicodeEncodeError where the encoding lacks a character.
        """
        if self.encoding == "utf-8":
            return codecs.BOM_UTF8 + data if self.bom else data
        return data.decode("utf-8").encode(self.encoding)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file cannot be read as Python. `str()` of it is `path:line: message`."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the outside world calls in.

    kind: `guard`, an `if __name__ == "__main__":` block; `script`, a console script's target; or `plugin`, that of
        any other entry point, which some program loads by its name.
    path: the source that holds it.
    function: the dotted name inside that source which a script names; None for a guard.
    line: of the guard's `if`, or of the function's definition.
    """

    kind: Literal["guard", "script", "plugin"]
    path: str
    function: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Project:
    """A project on disk, as it was when it was read.

    root: absolute; the folder that was named, or the common parent of what was named.
    sources: by path, sorted.
    import_roots: absolute folders where absolute imports are looked up, in that order.
    python_version: the version that the code is checked with, as in `3.11`.
    site_packages: folders with the installed packages, in search order.
    settings: `[tool.aioport]` with the command line's options laid over it.
    problems: files that could not be decoded and so are not in `sources`.
    pyproject: the pyproject.toml that applies, or None.
    listings: what was seen of the folders that were looked through (`caching.stamps.listing_of`), by absolute path.
    templates: texts of files that are no Python and read its objects' attributes, by path, where they were asked for
        (`templates.with_templates`).
    documented: names that the project's documentation has, where they were asked for (`documents.with_documents`).
    left_out: files that are templates of Python and no Python, which a conversion does without.
    """

    root: Path
    sources: Mapping[str, Source]
    import_roots: tuple[Path, ...]
    python_version: str
    site_packages: tuple[Path, ...]
    settings: Settings
    problems: tuple[Problem, ...] = ()
    pyproject: Path | None = None
    listings: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    documented: frozenset[str] = frozenset()
    left_out: tuple[Problem, ...] = ()


def find_syntax_errors(project: Project) -> tuple[Problem, ...]:
    """Parse every source and return those that do not parse, in path order.

    Apart from `discover`, because parsing may go on while the type checker runs.
    """
    problems = []
    # Trees are live objects by the million without a cycle among them: on Django, looking for cycles
    # again and again takes twice as long as the parsing.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        for source in project.sources.values():
            try:
                _ = source.tree
            except PARSE_ERRORS as error:
                problems.append(_problem_of(error, source, project.python_version))
    finally:
        if was_collecting:
            gc.enable()
    return tuple(problems)


def _problem_of(error: BaseException, source: Source, python_version: str) -> Problem:
    if not isinstance(error, SyntaxError):
        nested = isinstance(error, RecursionError | MemoryError)
        return Problem(source.path, 1, "nested too deeply for Python's own parser" if nested else str(error))
    message = error.msg
    if quoted := (error.text or "").strip():
        message += f": `{quoted if len(quoted) <= 80 else quoted[:77] + '...'}`"
    own = sys.version_info[:2]
    if tuple(map(int, python_version.split("."))) > own:
        message += f" (this is Python {own[0]}.{own[1]}: run aioport under {python_version}, which the project asks for)"
    return Problem(source.path, error.lineno or 1, message)


# PEP 263, as CPython reads it: on the first line, or on the second if the first is blank or a comment.
_CODING = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#.*)?$")


def decode(path: str, raw: bytes) -> Source | Problem:
    """Decode a file by PEP 263: a byte order mark, a coding line, else UTF-8.

    Returns a Problem where the bytes are not what they are said to be, where they hold a null, or where they would
    not come back the same after decoding and encoding (so that nothing untouched can ever change).
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Problem(path, 1, "UTF-16, which Python does not read; save it as UTF-8")
    bom = raw.startswith(codecs.BOM_UTF8)
    body = raw.removeprefix(codecs.BOM_UTF8)
    line, declared = _find_coding(body)
    encoding = _codec_name(declared or "utf-8")
    if encoding is None:
        return Problem(
            path, line, f"its coding line names `{declared}`, which is no text encoding; correct the line"
        )
    if bom and encoding != "utf-8":
        return Problem(
            path, line, f"a UTF-8 byte order mark and a coding line that says `{declared}`; remove one"
        )
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        return _undecodable(path, body, error, declared)
    except ValueError as error:  # some codecs, `idna` among them, raise this plain
        return Problem(
            path, line, f"not `{declared}` although its coding line says so ({error}); save it as UTF-8"
        )
    if (null := text.find("\0")) >= 0:
        return Problem(
            path, _line_of(text[:null].encode("utf-8", "replace")), "a null byte; is this a Python file?"
        )
    if encoding != "utf-8" and not _survives(text, encoding, body):
        return Problem(
            path, line, f"its bytes would not survive a change, `{declared}` is ambiguous; save it as UTF-8"
        )
    return Source(path, text, encoding, bom)


def _find_coding(body: bytes) -> tuple[int, str | None]:
    """Return the line of the coding line and what it names, or `(1, None)`."""
    start = 0
    for number in (1, 2):
        end = LINE_END.search(body, start)
        line = body[start : end.start() if end else len(body)]
        if found := _CODING.match(line):
            return number, found[1].decode("ascii", "replace")
        if end is None or not _BLANK.match(line):
            break
        start = end.end()
    return 1, None


def _codec_name(declared: str) -> str | None:
    """Return the codec for a declared encoding, or None. Editors' variants (`utf-8-unix`) count as the plain one."""
    name = declared.lower().replace("_", "-")
    for plain, spellings in (("utf-8", ("utf-8",)), ("iso-8859-1", ("latin-1", "iso-8859-1", "iso-latin-1"))):
        if any(name == spelling or name.startswith(f"{spelling}-") for spelling in spellings):
            return plain
    try:
        "".encode(declared)  # refuses what is a codec but no text encoding, such as `rot13`
        return codecs.lookup(declared).name
    except (LookupError, UnicodeError):
        return None


def _survives(text: str, encoding: str, body: bytes) -> bool:
    try:
        text.encode("utf-8")
        return text.encode(encoding) == body
    except UnicodeError:
        return False


def _undecodable(path: str, body: bytes, error: UnicodeDecodeError, declared: str | None) -> Problem:
    before = body[: error.start]
    column = error.start - max(before.rfind(b"\n"), before.rfind(b"\r"))
    where = f"(byte 0x{body[error.start]:02x} at column {column})"
    if declared:
        message = (
            f"not `{declared}` {where} although its coding line says so; correct the line or save it as UTF-8"
        )
    else:
        message = (
            f"not UTF-8 {where} and no coding line says otherwise; "
            "save it as UTF-8 or add `# -*- coding: latin-1 -*-` as first line"
        )
    return Problem(path, _line_of(before), message)


def _line_of(before: bytes) -> int:
    return 1 + len(LINE_END.findall(before))
