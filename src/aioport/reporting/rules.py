"""What each kind of finding is, why it matters and what to do: the help that formats carry along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from aioport.catalog.schema import Category
from aioport.mistakes.mistake import MistakeKind
from aioport.reporting.model import CommentKind, FindingRow, Severity
from aioport.reporting.severity import OF_COMMENTS, OF_MISTAKES


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of finding.

    name: `blocking-` and the category, or the kind.
    short: what it is, one sentence.
    help: why it matters and what to do.
    severity: the usual one; that of a finding may differ.
    """

    name: str
    short: str
    help: str
    severity: Severity


class _Text(NamedTuple):
    short: str
    help: str


_ALLOW = "Where it is right as it is, say so on its line: # aioport: allow[{name}] reason."

_WAITS: Mapping[Category, _Text] = {
    "sleep": _Text(
        "A call sleeps.",
        "Nothing else runs on the event loop meanwhile. In async code, await asyncio.sleep(...) instead.",
    ),
    "network": _Text(
        "A call waits for the network.",
        "A slow or silent peer stops everything on the event loop. Use an async client, or run the call in a thread: "
        "await asyncio.to_thread(...). aioport convert does either.",
    ),
    "dns": _Text(
        "A call looks a name up.",
        "A name server may take seconds to answer. In async code, await loop.getaddrinfo(...) or run it in a thread.",
    ),
    "database": _Text(
        "A call waits for a database.",
        "A slow query stops everything on the event loop. Use the driver's async half or an async driver, or run the "
        "whole of the query in a thread.",
    ),
    "file": _Text(
        "A call waits for the file system.",
        "A local file takes milliseconds, one on a network drive any time. In async code, run the whole of the work "
        "with the file in one thread: await asyncio.to_thread(load, path).",
    ),
    "process": _Text(
        "A call waits for another process.",
        "The event loop stands still until the process is done. Use asyncio.create_subprocess_exec, or a thread.",
    ),
    "lock": _Text(
        "A call waits for another thread.",
        "Where the other thread waits for the event loop in turn, both wait forever. In async code, use asyncio.Lock, "
        "asyncio.Event or asyncio.Queue.",
    ),
    "console": _Text(
        "A call waits for somebody to type.",
        "The event loop stands still until they do. Ask before the loop starts, or in a thread.",
    ),
    "cpu": _Text(
        "A call computes for long.",
        "Nothing else runs on the event loop meanwhile. Run it in a process, or in a thread where it releases the "
        "interpreter's lock.",
    ),
}

_MISTAKES: Mapping[MistakeKind, _Text] = {
    "lock-across-await": _Text(
        "A lock of threads is held across an await.",
        "Another task on the same event loop that wants the lock stops the loop, so that the holder never goes on. "
        "Use asyncio.Lock, or give the lock back before awaiting.",
    ),
    "cached-coroutine": _Text(
        "A cache keeps a coroutine.",
        "A coroutine can be awaited once: the second caller gets a RuntimeError. Cache the result, or a task.",
    ),
    "never-awaited": _Text(
        "A coroutine is never awaited.",
        "Calling a coroutine function runs nothing; what it should have done does not happen. Await it, or make a "
        "task of it and keep the task.",
    ),
    "run-inside-loop": _Text(
        "An event loop is started inside a running one.",
        "asyncio.run and run_until_complete raise RuntimeError there. Await the coroutine instead.",
    ),
    "async-without-await": _Text(
        "An async function awaits nothing.",
        "It runs on the event loop from beginning to end; a framework would run a plain def in a thread. Make it a "
        "plain def, or await what it waits for.",
    ),
    "client-per-call": _Text(
        "A client is made for each call.",
        "Connections and TLS contexts are set up again each time. Make one client for each event loop and share it.",
    ),
    "import-on-loop": _Text(
        "A module is imported while the event loop runs.",
        "The first time, its file is read and run, and all that it imports. Import it at the top of the module.",
    ),
}

_COMMENTS: Mapping[CommentKind, _Text] = {
    "unused-allow": _Text(
        "An allow comment allows nothing.",
        "What it allowed is gone, or stands elsewhere now. Take the comment out, so that it hides nothing new.",
    ),
    "unknown-allow": _Text(
        "An allow comment is not understood.",
        "It allows nothing. Write # aioport: allow[category] reason, with a category or kind that there is.",
    ),
    "allow-without-reason": _Text(
        "An allow comment gives no reason.",
        "It allows nothing until it does: whoever reads it next has to know why this is right.",
    ),
}


def all_rules() -> tuple[Rule, ...]:
    """Every kind of finding, by name."""
    rules = [
        Rule(f"blocking-{name}", short, f"{why} {_ALLOW.format(name=name)}", "error")
        for name, (short, why) in _WAITS.items()
    ]
    rules += [
        Rule(name, short, f"{why} {_ALLOW.format(name=name)}", OF_MISTAKES[name])
        for name, (short, why) in _MISTAKES.items()
    ]
    rules += [Rule(name, short, why, OF_COMMENTS[name]) for name, (short, why) in _COMMENTS.items()]
    return tuple(sorted(rules, key=lambda rule: rule.name))


def rule_name(row: FindingRow) -> str:
    """The name of a finding's rule."""
    return f"blocking-{row.category}" if row.category is not None else row.kind
