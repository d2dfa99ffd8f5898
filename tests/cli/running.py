"""Runs the command line, in this process or as a program of its own, and keeps what a folder holds."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from aioport.cli import app

BLOCKING = """\
import time

import requests


def fetch(url):
    response = requests.get(url)
    return response.json()


def main():
    time.sleep(1)
    print(fetch("http://localhost/"))


if __name__ == "__main__":
    main()
"""
"""A program that a conversion changes."""


def invoke(*words: str | Path) -> Result:
    """Run `aioport WORDS...` in this process."""
    return CliRunner().invoke(app, [str(word) for word in words])


def invoke_json(*words: str | Path) -> dict[str, Any]:
    """Run `aioport WORDS... --format json` in this process; stdout must be one JSON object and nothing else."""
    result = invoke(*words, "--format", "json")
    assert result.exit_code in (0, 1), result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def start(
    *words: str | Path, code: str = "", settings: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start `aioport WORDS...` as a program; `code` is run first, in the same process."""
    program = f"{code}\nfrom aioport.__main__ import main\nmain()\n"
    colors = ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE")
    environment = {key: value for key, value in os.environ.items() if key not in colors}
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, words)],
        env={**environment, "PYTHONIOENCODING": "utf-8", **(settings or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def contents(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    """Everything below a folder but git's own: modes, and the bytes of files."""
    return {
        path.relative_to(folder).as_posix(): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() else None,
        )
        for path in sorted(folder.rglob("*"))
        if ".git" not in path.relative_to(folder).parts
    }


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, texts as UTF-8 with their line ends as they are; returns the folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
