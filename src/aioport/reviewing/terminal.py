"""The terminal at which a person is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console

from aioport.project import Project
from aioport.reporting.places import places_from
from aioport.reviewing.asking import Asking, AskingError
from aioport.reviewing.changes import Change
from aioport.reviewing.remembered import Answer
from aioport.reviewing.review import Ask


def asking_at_terminal(paused: Callable[[], AbstractContextManager[object]]) -> Callable[[Project], Ask]:
    """Makes what asks about the changes of a project: questions go to stderr, so that stdout holds the report alone.

    paused: while it lasts, nothing else is drawn.

    Raises AskingError where standard input is no terminal.
    """
    if not sys.stdin.isatty():
        raise AskingError(
            "--interactive asks questions, and standard input is no terminal; --decisions FILE goes by answers of before"
        )
    console = Console(stderr=True, highlight=False, markup=False, emoji=False)

    def read(prompt: str) -> str:
        console.print(prompt, end="")
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line

    def for_project(project: Project) -> Ask:
        asking = Asking(console, places_from(Path.cwd(), project.root, project.site_packages), read)

        def ask(change: Change, number: int, count: int) -> Answer:
            with paused():
                return asking(change, number, count)

        return ask

    return for_project
