"""Answers a command that was given before, on unchanged input, with what it printed then.

This runs before anything heavy is imported, the command line's own library included: an unchanged project is answered
in the time that Python takes to start and the files to be looked at. `recording` keeps what is replayed here.
"""

from __future__ import annotations

import marshal
import os
import sys
import time
import zlib

from aioport.caching.folder import find_folder, read_entry, touch_entry, write_entry
from aioport.caching.stamps import reexamined, unlike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aioport.caching.stamps import Tracked

COMMANDS = ("scan",)

LIVE = frozenset({"--no-cache", "--changed", "--update-baseline", "--output", "-o", "--help", "-h"})
"""Options of commands that are run every time: their answer depends on more than files, or they write some."""

VARIABLES = frozenset(
    {
        *("AIOPORT_CHECKER_TIMEOUT", "AIOPORT_NO_CACHE"),
        *("CI", "COLORTERM", "COLUMNS", "CONDA_PREFIX", "FORCE_COLOR", "GITHUB_WORKSPACE", "HOME", "LANG"),
        *("LC_ALL", "LC_CTYPE", "LINES", "NO_COLOR", "PATH", "PYTHONHOME", "PYTHONIOENCODING", "PYTHONPATH"),
        *(
            "PYTHONUTF8",
            "TERM",
            "TERM_PROGRAM",
            "TTY_COMPATIBLE",
            "TTY_INTERACTIVE",
            "USERPROFILE",
            "VIRTUAL_ENV",
        ),
    }
)
"""Environment variables that decide what is found or how it is printed. The cache's own folder is none of them."""


class Question:
    """A command, and all that decides its answer apart from what is on disk.

    folder: of the entries.
    name: of the entry that may hold the answer.
    key: what must stand in it.
    start: when it was asked, in nanoseconds since the epoch; what is read for the answer is read later.
    """

    __slots__ = ("folder", "key", "name", "start", "words")

    def __init__(self, folder: str, words: tuple[str, ...], key: str, start: int) -> None:
        self.folder, self.words, self.key, self.start = folder, words, key, start
        self.name = f"scan-{zlib.crc32(key.encode('utf-8', 'surrogateescape')):08x}"


class Answer:
    """What a command printed, and its exit code."""

    __slots__ = ("code", "err", "out")

    def __init__(self, out: bytes, err: bytes, code: int) -> None:
        self.out, self.err, self.code = out, err, code


def ask(arguments: Sequence[str], environ: Mapping[str, str]) -> Question | None:
    """The question that a command line puts; None where its answer is not kept."""
    if not arguments or arguments[0] not in COMMANDS:
        return None
    if not LIVE.isdisjoint(word.partition("=")[0] for word in arguments):
        return None
    folder = find_folder(environ)
    if folder is None:
        return None
    try:
        where = os.getcwd()  # noqa: PTH109
        streams = [_stream(stream) for stream in (sys.stdout, sys.stderr)]
    except (OSError, AttributeError, ValueError):
        return None
    chosen = sorted(f"{name}={value}" for name, value in environ.items() if name in VARIABLES)
    parts = [*arguments, "", where, sys.version, sys.executable, sys.prefix, __file__, *streams, *chosen]
    return Question(folder, tuple(arguments), "\0".join(parts), time.time_ns())


def find_answer(question: Question) -> Answer | None:
    """What was printed when the question was put before, if nothing has changed since."""
    data = read_entry(question.folder, question.name)
    if data is None:
        return None
    try:
        key, links, tracked, out, err, code = marshal.loads(data)  # noqa: S302  our own, and its checksum fits
        if key != question.key or any(os.path.realpath(path) != real for path, real in links):
            return None
        doubtful = unlike(tracked)
        fresh = reexamined(doubtful, question.start) if doubtful else None
    except (EOFError, ValueError, TypeError, OSError):
        return None
    answer = Answer(out, err, code)
    if not doubtful:
        touch_entry(question.folder, question.name)
        return answer
    if fresh is None:
        return None
    if any(one[1] for one in fresh):
        renewed = {one[0]: one for one in fresh}
        keep_answer(question, answer, links, [renewed.get(one[0], one) for one in tracked])
    return answer


def keep_answer(
    question: Question, answer: Answer, links: list[tuple[str, str]], tracked: list[Tracked]
) -> bool:
    """Keep an answer for as long as what it depends on stays what it is.

    links: paths and what they resolve to.
    """
    entry = (question.key, links, tracked, answer.out, answer.err, answer.code)
    return write_entry(question.folder, question.name, marshal.dumps(entry))


def _stream(stream: object) -> str:
    """What decides how a stream is written to."""
    is_terminal = stream.isatty()  # type: ignore[attr-defined]
    width = os.get_terminal_size(stream.fileno()).columns if is_terminal else 0  # type: ignore[attr-defined]
    return f"{is_terminal} {width} {stream.encoding}"  # type: ignore[attr-defined]
