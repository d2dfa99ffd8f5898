"""Small projects, scanned: what tests of `program` and `blocking` share."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from aioport.api import Scan, scan_project
from aioport.blocking.facts import Finding
from aioport.settings import Options

Files = str | Mapping[str, str | bytes]
"""The text of `app.py`, or files by path. Common indentation of texts is taken off."""


@dataclass(frozen=True)
class Scanned:
    """A scan that shows what it found as short texts."""

    scan: Scan

    @property
    def findings(self) -> list[str]:
        """`path:line what waits`, and ` on the loop` or ` unsure` where it is so."""
        return [
            f"{one.path}:{one.line} {one.chain[-1].name}"
            + " on the loop" * one.on_loop
            + " unsure" * (not one.sure)
            for one in self.scan.facts.findings
        ]

    @property
    def unknown(self) -> list[str]:
        return [f"{one.path}:{one.line} {one.text}" for one in self.scan.facts.unknown]

    def chain(self, finding: int = 0) -> list[str]:
        """The names along a finding's chain, from the function that begins it down to the primitive."""
        return [link.name for link in self.finding(finding).chain]

    def finding(self, index: int = 0) -> Finding:
        return self.scan.facts.findings[index]


def scanned(files: Files, *paths: str, packages: Mapping[str, str] | None = None) -> Scanned:
    """A scan of a project.

    paths: what is scanned, relative to the project's folder, if not all of it.
    packages: installed ones, by path inside of site-packages; without any, those of the tests' own environment.
    """
    texts = {"app.py": files} if isinstance(files, str) else files
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder).resolve()
        root = top / "project"
        for path, text in texts.items():
            write(root / path, text)
        python = None
        if packages is not None:
            site = top / "environment" / "lib" / "python3.11" / "site-packages"
            for path, text in packages.items():
                write(site / path, text)
            (top / "environment" / "pyvenv.cfg").write_text("version = 3.11.0\n")
            python = str(top / "environment")
        return Scanned(
            scan_project(*(root / path for path in paths or ("",)), options=Options(python=python))
        )


def write(path: Path, text: str | bytes) -> None:
    """Write a file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
