"""Projects whose answers are kept: what tests of the cache share."""

import marshal
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aioport.caching.folder import read_entry, write_entry
from aioport.caching.inputs import inputs_of, known_of
from aioport.caching.stamps import TICK, reexamined, track, unlike
from aioport.discovery import discover
from aioport.settings import Options

if TYPE_CHECKING:
    from aioport.caching.stamps import Tracked

MARK = "replayed\n"
"""What a marked answer prints."""

FILES = {
    "pyproject.toml": "[tool.aioport]\nexclude = ['old']\n",
    ".gitignore": "ignored.py\n",
    "app.py": "import time\n\n\nasync def main():\n    time.sleep(1)\n",
    "pkg/__init__.py": "",
    "pkg/one.py": "import time\n",
    "pkg/data.txt": "",
    "ignored.py": "",
    "old/gone.py": "",
    ".venv/pyvenv.cfg": "version = 3.11.0\n",
    ".venv/lib/python3.11/site-packages/thing/__init__.py": "from thing import inner\n",
    ".venv/lib/python3.11/site-packages/thing/inner.py": "",
    ".venv/lib/python3.11/site-packages/thing-1.0.dist-info/METADATA": "",
}
"""A git tree with an environment of its own, and a file of each kind that decides something."""

LOADED = (
    ".venv/lib/python3.11/site-packages/thing/__init__.py",
    ".venv/lib/python3.11/site-packages/thing/inner.py",
)
"""What the checker would read of it."""


def make_project(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """The project, older than a clock's tick, so that its files' stamps can be trusted."""
    (folder / ".git").mkdir(parents=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    settle()
    return folder


def settle() -> None:
    """Wait until what was written is older than a clock's tick."""
    time.sleep(2 * TICK / 1e9)


def kept_of(root: Path, *paths: Path, python: str | None = None) -> "list[Tracked]":
    """What an answer about a project is kept with; without a run of the checker."""
    start = time.time_ns()
    project = discover(paths or [root], Options(python=python))
    inputs = inputs_of(project, [str(root / path) for path in LOADED], known_of(project))
    tracked = track(sorted({*inputs.known, *inputs.paths}), inputs.known, start)
    assert tracked is not None
    return tracked


def holds(tracked: "list[Tracked]") -> bool:
    """Whether an answer kept with this would be given again now."""
    doubtful = unlike(tracked)
    return not doubtful or reexamined(doubtful, time.time_ns()) is not None


@dataclass(frozen=True)
class Cache:
    """A cache folder of a test's own."""

    folder: Path

    def run(
        self, *words: str | Path, where: Path, settings: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `aioport WORDS...` as a program, in a folder."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AIOPORT_")}
        environment |= {"AIOPORT_CACHE_DIR": str(self.folder), **(settings or {})}
        command = [sys.executable, "-m", "aioport", *map(str, words)]
        return subprocess.run(
            command, cwd=where, env=environment, capture_output=True, encoding="utf-8", check=False
        )

    def entries(self) -> list[Path]:
        """The answers in it."""
        return sorted(self.folder.glob("scan-*"))

    def mark(self) -> None:
        """Change what every entry prints, so that a replay can be told from a run."""
        for entry in self.entries():
            data = read_entry(str(self.folder), entry.name)
            assert data is not None
            key, links, tracked, *_ = marshal.loads(data)  # noqa: S302
            marked = marshal.dumps((key, links, tracked, MARK.encode(), b"", 7))
            assert write_entry(str(self.folder), entry.name, marked)
