"""Runs something in a forked process and kills that, at a certain step in the file system or at a certain moment."""

import io
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Self

STEPS = (
    *("replace", "rename", "link", "symlink", "unlink", "mkdir", "rmdir", "chmod", "chown", "fsync"),
    *("open", "write", "ftruncate", "listdir"),
)
"""What `os` does to files and folders on behalf of writing; opening and writing through `io` come on top."""

READY = b"r"


def in_small_process(body: Callable[..., object], *arguments: object) -> None:
    """Run a test in a new process: that of a test run has grown so large that each fork of it takes a while."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(body, *arguments).result()


def killed_at(work: Callable[[], object], step: int) -> bool:
    """Do some work in a process that is killed around its step of that number; False where it has fewer.

    Odd numbers kill it before a step, even ones after it; of a write to a file then only half is done.
    """

    def child() -> None:
        _Countdown((step + 1) // 2, is_after=step % 2 == 0).patch()
        work()

    return _ended_by_kill(os.fork() or _run(child))


def killed_after(work: Callable[[], object], seconds: float) -> bool:
    """Do some work in a process that is killed so long after it began; False where it was done before."""
    reader, writer = os.pipe()

    def child() -> None:
        os.write(writer, READY)
        work()

    process = os.fork() or _run(child)
    os.read(reader, 1)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    os.close(reader)
    os.close(writer)
    return _ended_by_kill(process)


def done_in(work: Callable[[], object]) -> float:
    """Do some work in a process of its own; returns the seconds that it took."""
    begun = time.perf_counter()
    assert not _ended_by_kill(os.fork() or _run(work))
    return time.perf_counter() - begun


class _Countdown:
    """Kills this process around a step."""

    def __init__(self, left: int, *, is_after: bool) -> None:
        self.left, self.is_after = left, is_after

    def patch(self) -> None:
        for name in STEPS:
            setattr(os, name, self.wrap(getattr(os, name)))
        open_file = self.wrap(io.open)

        def open_counted(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            opened = open_file(file, mode, *arguments, **named)
            return _Torn(opened, self) if "x" in mode else opened

        io.open = open_counted

    def wrap(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            if self.is_last():
                if self.is_after:
                    call(*arguments, **named)
                kill()
            return call(*arguments, **named)

        return counted

    def is_last(self) -> bool:
        self.left -= 1
        return self.left == 0


class _Torn:
    """A file for writing, of which a kill leaves half."""

    def __init__(self, file: Any, countdown: _Countdown) -> None:
        self.file, self.countdown = file, countdown
        self.flush, self.fileno = file.flush, file.fileno

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def write(self, data: bytes) -> None:
        if self.countdown.is_last():
            if self.countdown.is_after:
                self.file.write(data[: len(data) // 2])
                self.file.flush()
            kill()
        self.file.write(data)


def kill() -> None:
    """End this process as a power cut would, as far as a process can tell."""
    os.kill(os.getpid(), signal.SIGKILL)


def _run(child: Callable[[], object]) -> int:
    """End a forked process with the work done, and nothing of the test run that it was copied from."""
    code = 70
    try:
        child()
        code = 0
    finally:
        os._exit(code)
    return 0


def _ended_by_kill(process: int) -> bool:
    _, status = os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, -signal.SIGKILL), f"the work failed with exit code {code}"
    return code != 0
