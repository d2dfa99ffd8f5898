"""Finds the programs of the corpus, converts them, and runs them as they were and as they became."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aioport.api import Conversion, convert_project
from aioport.settings import Level, Options
from tests.serving.http_server import HttpServer, Recorded, Reply, Route, in_turn, json_reply, text_reply

PROJECTS = Path(__file__).parents[1] / "projects"
WATCHING = Path(__file__).parent / "watching"

_GIVE_UP_AFTER = 60.0
"""Seconds; for a program that hangs, not for one that is slow."""

_TREE = {"root": ("a", "b", "c"), "a": ("d",), "b": (), "c": ("e", "f"), "d": (), "e": (), "f": ()}


def _routes() -> Mapping[str, Route]:
    """What the server of every program answers, on its own state."""
    items = {
        f"/item/{one}": json_reply({"id": one, "name": f"item-{one}", "price": one * 10})
        for one in range(1, 10)
    }
    tree = {f"/tree/{one}": json_reply({"name": one, "children": below}) for one, below in _TREE.items()}
    pages: dict[str, Route] = {
        f"/page/{one}": json_reply({"items": [one * 2 - 1, one * 2], "next": one + 1 if one < 3 else None})
        for one in (1, 2, 3)
    }
    return {
        **items,
        **tree,
        **pages,
        "/list": json_reply([1, 2, 3, 4]),
        "/text": text_reply("hello world"),
        "/status/500": text_reply("broken", status=500),
        "/slow/3": Reply(body=b"late", delay=1.0),
        "/flaky": in_turn(Reply(503), Reply(503), text_reply("at last")),
        "/save": json_reply({"ok": True}),
        "/login": json_reply({"token": "t-1"}),
        "/logout": Reply(204),
    }


@dataclass(frozen=True, slots=True)
class Program:
    """One program of the corpus.

    project: the folder that is converted; several programs share one.
    name: a module, or a package with a `__main__`.
    """

    project: str
    name: str

    @property
    def command(self) -> tuple[str, ...]:
        if (PROJECTS / self.project / self.name).is_dir():
            return ("-m", self.name)
        return (f"{self.name}.py",)

    def __str__(self) -> str:
        return f"{self.project}/{self.name}"


def find_programs() -> list[Program]:
    """Every file and package right below a project, in a fixed order."""
    return [
        Program(project.name, one.stem)
        for project in sorted(PROJECTS.iterdir())
        for one in sorted(project.iterdir())
        if one.suffix == ".py" or (one / "__main__.py").is_file()
    ]


@dataclass(frozen=True, slots=True)
class Run:
    """What can be compared of two runs.

    requests: in order of arrival.
    blocked: what blocked a running event loop: a primitive, and the functions that led there (`path:name`), the
        innermost first.
    """

    stdout: str
    stderr: str
    exit_code: int
    requests: tuple[Recorded, ...]
    blocked: tuple[tuple[str, ...], ...] = ()


def convert(project: str, level: Level, target: Path) -> Conversion:
    """Converts a copy of a project at `target`, in sequence, and writes it there."""
    shutil.copytree(PROJECTS / project, target, ignore=shutil.ignore_patterns("__pycache__"))
    conversion = convert_project(
        target, Options(level=level, concurrency="off", entry=_entries(project, level))
    )
    for path, text in conversion.files.items():
        (target / path).write_text(text, encoding="utf-8", newline="")
    return conversion


def _entries(project: str, level: Level) -> tuple[str, ...]:
    """At level offload there is no await point but those that are named: every `main` of the project."""
    if level == "native":
        return ("auto",)
    mains = [
        ".".join(path.relative_to(PROJECTS / project).with_suffix("").parts) + ":main"
        for path in sorted((PROJECTS / project).rglob("*.py"))
        if "\ndef main(" in path.read_text(encoding="utf-8")
    ]
    return ("auto", *mains)


def run(root: Path, program: Program, *, watched: bool = False) -> Run:
    """Runs a program in a folder against a fresh server. Raises subprocess.TimeoutExpired if it hangs."""
    with tempfile.TemporaryDirectory() as scratch, HttpServer(_routes()) as server:
        notes = Path(scratch) / "blocked.txt"
        watch = {"PYTHONPATH": str(WATCHING), "PROGRAM_WATCH": str(notes)} if watched else {}
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "error::RuntimeWarning", *program.command],
            cwd=root,
            env={
                "PATH": os.environ["PATH"],
                "HOME": scratch,
                "NO_PROXY": "*",
                "PYTHONDONTWRITEBYTECODE": "1",
                "SERVER": server.url,
                **watch,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_GIVE_UP_AFTER,
        )
        lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
        blocked = tuple(tuple(line.split("\t")) for line in lines)
        return Run(done.stdout, done.stderr, done.returncode, server.requests, blocked)
