"""Calls of values that may be functions of either color."""

import asyncio
from pathlib import Path
from typing import Any

from tests.twin.making import text_of, twin_of

LEAF = """
[[tool.aioport.twin.leaf]]
sync = "time.sleep"
async = "asyncio.sleep"
call = true
"""

STEPS = """
import time


def wait(log):
    time.sleep(0)
    log.append("waited")
    return 1


def note(log):
    log.append("noted")
    return 2


class Steps:
    def __init__(self):
        self.steps = []
        self.last = None

    def add(self, step):
        self.steps.append(step)

    def fill(self):
        self.add(wait)
        self.add(note)

    def each(self, log):
        for step in self.steps:
            result = step(log)
            log.append(result)

    def kept(self, log):
        for step in self.steps:
            self.last = step(log)  # the last one

    def ignored(self, log):
        for step in self.steps:
            step(log)

    def first(self, log):
        for step in self.steps:
            return step(log)

    def total(self, log):
        found = 0
        for step in self.steps:
            found = found + step(log)
        return found
"""


def test_values_of_both_colors_are_asked(tmp_path: Path) -> None:
    """A list of functions, of which one becomes async: what each gives is awaited if it can be, and runs."""
    text = text_of(twin_of(tmp_path, LEAF, {"quiver/_sync/module.py": STEPS}), "module.py")
    assert (
        "            result = step(log)\n"
        "            if inspect.isawaitable(result):\n"
        "                result = await result\n"
        "            log.append(result)\n"
    ) in text
    made: dict[str, Any] = {}
    exec(text, made)  # noqa: S102

    async def run() -> list[object]:
        log: list[object] = []
        steps = made["Steps"]()
        steps.fill()
        await steps.each(log)
        await steps.kept(log)
        await steps.ignored(log)
        return [*log, steps.last, await steps.first([]), await steps.total([])]

    pair = ["waited", "noted"]
    assert asyncio.run(run()) == ["waited", 1, "noted", 2, *pair, *pair, 2, 1, 3]


def test_values_of_one_color_are_awaited(tmp_path: Path) -> None:
    """Where all that may be called becomes async, nothing is asked."""
    text = text_of(
        twin_of(
            tmp_path, LEAF, {"quiver/_sync/module.py": STEPS.replace("self.add(note)", "self.add(wait)")}
        ),
        "module.py",
    )
    assert "result = await step(log)" in text
    assert "inspect" not in text


def test_what_a_hook_is_given_may_be_of_either_color(tmp_path: Path) -> None:
    """The async half has a hook of its own; an implementation that waits for nothing awaits what users hand in."""
    text = text_of(
        twin_of(
            tmp_path,
            '[tool.aioport.twin.names]\nRule = "AsyncRule"\n',
            {
                "quiver/_sync/module.py": """
                from abc import ABC, abstractmethod


                class Rule(ABC):
                    @abstractmethod
                    def __call__(self, value): ...


                class Holds(Rule):
                    def __init__(self, predicate, log):
                        self.predicate = predicate
                        self.log = [log]

                    def __call__(self, value):
                        self.log.append(value)
                        return self.predicate(value)
                """
            },
        ),
        "module.py",
    )
    assert (
        "        outcome = self.predicate(value)\n"
        "        if inspect.isawaitable(outcome):\n"
        "            outcome = await outcome\n"
        "        return outcome\n"
    ) in text
    assert "self.log.append(value)\n" in text


def test_callbacks_of_users_may_be_of_either_color(tmp_path: Path) -> None:
    """What a constructor may be given to be called, in a method that becomes async; other functions are no callbacks."""
    text = text_of(
        twin_of(
            tmp_path,
            LEAF,
            {
                "quiver/_sync/module.py": """
                import time
                from collections.abc import Callable


                class Client:
                    def __init__(self, parse: Callable[[str], int], *, done: Callable[[int], None] | None = None):
                        self.parse = parse
                        self._done = done

                    def fetch(self, text: str) -> int:
                        time.sleep(1)
                        value = self.parse(text)
                        if self._done:
                            self._done(value)
                        return value

                    def quick(self, text: str) -> None:
                        if self._done:
                            self._done(0)
                """
            },
        ),
        "module.py",
    )
    assert (
        "        value = self.parse(text)\n"
        "        if self._done:\n"
        "            outcome = self._done(value)\n"
        "            if inspect.isawaitable(outcome):\n"
        "                await outcome\n"
        "        return value\n"
    ) in text
    assert "        if self._done:\n            self._done(0)\n" in text
