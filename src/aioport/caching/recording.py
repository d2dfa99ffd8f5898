"""Keeps what a command prints, so that `replay` can answer it the next time."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from aioport.caching.noting import Inputs, noting
from aioport.caching.replay import Answer, Question, keep_answer
from aioport.caching.stamps import track

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

MOST_PRINTED = 32 * 1024 * 1024
"""Answers longer than this are not kept."""


class Recording:
    """A command while it runs; `keep` when it has come to its end."""

    def __init__(self, question: Question) -> None:
        self.inputs: Inputs | None = None
        self._question = question
        self._out, self._err = _Copying(sys.stdout.buffer), _Copying(sys.stderr.buffer)

    @contextmanager
    def copying(self) -> Iterator[None]:
        """What is printed inside the block is printed and recorded."""
        streams = sys.stdout, sys.stderr
        with noting() as note:
            sys.stdout, sys.stderr = _around(streams[0], self._out), _around(streams[1], self._err)
            try:
                yield
            finally:
                for stream in (sys.stdout, sys.stderr):
                    stream.flush()
                sys.stdout, sys.stderr = streams
                self.inputs = None if note.is_singular else note.inputs

    def keep(self, code: int) -> bool:
        """Keep the answer, if the command noted what it depends on; returns whether it is kept."""
        out, err = self._out.copied(), self._err.copied()
        if self.inputs is None or len(out) + len(err) > MOST_PRINTED:
            return False
        named = _named(self._question.words)
        paths = {*self.inputs.known, *self.inputs.paths, *(path for path in named if not os.path.isdir(path))}  # noqa: PTH112
        tracked = track(sorted(paths), self.inputs.known, self._question.start)
        if tracked is None:
            return False
        links = [(path, os.path.realpath(path)) for path in named]
        return keep_answer(self._question, Answer(out, err, code), links, tracked)


class _Copying(io.BufferedIOBase):
    """Hands on what is written to it, and remembers it."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner, self._chunks = inner, list[bytes]()

    def copied(self) -> bytes:
        return b"".join(self._chunks)

    def write(self, data: Buffer) -> int:
        chunk = bytes(data)
        self._inner.write(chunk)
        self._chunks.append(chunk)
        return len(chunk)

    def flush(self) -> None:
        self._inner.flush()

    @property
    def name(self) -> str:
        return self._inner.name

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._inner.isatty()

    def fileno(self) -> int:
        return self._inner.fileno()


def _around(stream: object, copying: _Copying) -> io.TextIOWrapper:
    assert isinstance(stream, io.TextIOWrapper)
    stream.flush()
    return io.TextIOWrapper(
        copying, stream.encoding, stream.errors, line_buffering=stream.line_buffering, write_through=True
    )


def _named(words: tuple[str, ...]) -> list[str]:
    """Every path that an argument may name, whether there is anything or not."""
    values = {value for word in words for value in (word, word.partition("=")[2]) if value}
    return sorted(os.path.abspath(value) for value in {*values, "."})  # noqa: PTH100
