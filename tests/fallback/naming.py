"""Small projects, read by names alone: what the fallback's tests share."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aioport.blocking.chains import find_blocking
from aioport.blocking.facts import Facts
from aioport.catalog.load import load_catalog
from aioport.discovery import discover
from aioport.fallback.build import by_name
from aioport.program.model import Call, Program
from aioport.project import Project
from tests.scanning import write


@dataclass(frozen=True)
class Named:
    """What names tell of a project."""

    project: Project
    program: Program
    facts: Facts

    @property
    def findings(self) -> list[str]:
        """`path:line what waits`, and ` on the loop` or ` unsure` where it is so."""
        return [
            f"{one.path}:{one.line} {one.chain[-1].name}"
            + " on the loop" * one.on_loop
            + " unsure" * (not one.sure)
            for one in self.facts.findings
        ]

    @property
    def unknown(self) -> list[str]:
        """`line callee: why`."""
        return [f"{one.line} {one.text}: {one.reason}" for one in self.facts.unknown]

    def targets(self, line: int, kind: str = "call") -> list[str]:
        """The names of what the calls of a kind on a line of `app.py` run, sorted."""
        found = [call for call in self.program.calls if call.line == line and call.kind == kind]
        return sorted(self.program.functions[one].name for call in found for one in call.targets)

    def call(self, text: str) -> Call:
        """The call expression that is written so."""
        return next(call for call in self.program.calls if call.kind == "call" and self.text(call) == text)

    def text(self, call: Call) -> str:
        return self.project.sources[call.path].data[call.start : call.end].decode()


def named(files: str | Mapping[str, str | bytes]) -> Named:
    """The program of some files, and what blocks in it. No checker is run."""
    texts = {"app.py": files} if isinstance(files, str) else files
    with tempfile.TemporaryDirectory() as folder:
        for path, text in texts.items():
            write(Path(folder) / path, text)
        project = discover([Path(folder)])
    catalog = load_catalog(project.settings.rewrites)
    program = by_name(project, catalog)
    return Named(project, program, find_blocking(project, program, catalog))
