"""Notes which blocking primitives run on a running event loop, for the corpus of programs.

Python imports a module of this name at its start. It writes one line for each place to the file that
PROGRAM_WATCH names: the primitive and, from the inside out, the functions of the program that led to it.
"""

import _io
import _posixsubprocess
import asyncio
import atexit
import logging
import os
import socket
import sqlite3
import sys
import time
from pathlib import Path
from types import FrameType

PRIMITIVES = {
    time.sleep: "time.sleep",
    _io.open: "open",
    os.waitpid: "os.waitpid",
    _posixsubprocess.fork_exec: "subprocess",
    socket.getaddrinfo: "socket.getaddrinfo",
}
SOCKET_METHODS = {"connect", "recv", "recv_into", "recvfrom", "send", "sendall", "accept"}
FOREIGN = ("asyncio", "aiohttp", "concurrent", "importlib", "linecache.py", "traceback.py", "_aio.py")
"""What runs these for its own purposes: a loop starts processes and opens its own sockets."""

NAMELESS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>"}
"""Frames that belong to the function around them."""

ROOT = f"{Path.cwd().resolve()}{os.sep}"
SEEN: set[tuple[str, ...]] = set()


def primitive(function: object) -> str | None:
    """The name of a function that waits, or None."""
    owner = getattr(function, "__self__", None)
    name = getattr(function, "__name__", "")
    if isinstance(owner, socket.socket | socket.SocketType):
        return f"socket.{name}" if name in SOCKET_METHODS and owner.gettimeout() != 0 else None
    if isinstance(owner, sqlite3.Connection | sqlite3.Cursor):
        return f"sqlite3.{name}" if name not in {"close", "cursor"} else None
    try:
        return PRIMITIVES.get(function)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        return None


def watch(frame: FrameType, event: str, function: object) -> None:
    """A profile function: looks at each call of something written in C."""
    if event != "c_call" or (name := primitive(function)) is None:
        return
    if asyncio._get_running_loop() is None:  # noqa: SLF001 - the public one raises
        return
    caller: FrameType | None = frame
    functions: list[str] = []
    while caller is not None:
        path = os.path.realpath(caller.f_code.co_filename)
        if not functions and any(part in FOREIGN for part in Path(path).parts):
            return
        if path.startswith(ROOT) and caller.f_code.co_name not in NAMELESS:
            functions.append(f"{path.removeprefix(ROOT)}:{caller.f_code.co_name}")
        caller = caller.f_back
    if functions:
        SEEN.add((name, *functions))


@atexit.register
def write() -> None:
    sys.setprofile(None)
    lines = ["\t".join(line) + "\n" for line in sorted(SEEN)]
    Path(os.environ["PROGRAM_WATCH"]).write_text("".join(lines), encoding="utf-8")


# In debug mode asyncio tells of each step that took a tenth of a second, which says more of the machine; what blocks is noted here.
logging.getLogger("asyncio").addFilter(lambda record: record.msg != "Executing %s took %.3f seconds")
sys.setprofile(watch)
