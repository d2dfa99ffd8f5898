"""Runs pyrefly 1.4.1 and opens its report, whose format `records` describes.

The format is undocumented and belongs to Meta's Pysa, hence the exact pin in `pyproject.toml`.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from aioport.program.records import (
    CallGraphFile,
    DefinitionsFile,
    EdgeRecord,
    ErrorRecord,
    ErrorsFile,
    Index,
    ModuleRecord,
    TypesFile,
    TypeTable,
)

VERSION = "1.4.1"
TIME_OUT = 600.0
"""Seconds after which a run is given up; Home Assistant's million lines take 52."""


class CheckerError(Exception):
    """The checker could not be run, or left no report."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What one run of the checker looks at.

    files: absolute paths of the files whose call graphs are wanted.
    search_path: import roots, the project's own first.
    site_packages: where installed packages are found.
    python_version: such as `3.11`.
    opaque: top-level packages that are not looked into: what is imported from them is of an unknown type.
    """

    files: tuple[str, ...]
    search_path: tuple[str, ...]
    site_packages: tuple[str, ...]
    python_version: str
    opaque: tuple[str, ...] = ()


T = TypeVar("T")


@dataclass(frozen=True)
class Report:
    """A report on disk; its files are decoded when they are asked for, and once."""

    folder: Path
    modules: Mapping[int, ModuleRecord]
    _decoded: dict[tuple[str, int], object] = field(default_factory=dict, repr=False)

    def call_graphs(self, module: ModuleRecord) -> dict[str, dict[str, EdgeRecord]]:
        return self._read("call_graphs", module, CallGraphFile).call_graphs

    def definitions(self, module: ModuleRecord) -> DefinitionsFile:
        return self._read("definitions", module, DefinitionsFile)

    def types(self, module: ModuleRecord) -> dict[str, TypeTable]:
        return self._read("type_of_expressions", module, TypesFile).functions

    def errors(self) -> tuple[ErrorRecord, ...]:
        return msgspec.json.decode((self.folder / "errors.json").read_bytes(), type=ErrorsFile).errors

    def _read(self, section: str, module: ModuleRecord, kind: type[T]) -> T:
        key = (section, module.module_id)
        if key not in self._decoded:
            data = (self.folder / section / str(module.info_filename)).read_bytes()
            with _without_gc():
                self._decoded[key] = msgspec.json.decode(data, type=kind)
        found = self._decoded[key]
        assert isinstance(found, kind)
        return found


@contextmanager
def _without_gc() -> Iterator[None]:
    """Decoding makes millions of objects and no garbage; the collector would only walk them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def report_home() -> str | None:
    """A folder in memory for the report, where there is one: on disk a run takes 1.75 times as long."""
    memory = "/dev/shm"  # noqa: S108
    return memory if os.access(memory, os.W_OK) else None


class _Finish:
    """Waits for a run that `started` began, and opens its report."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process, self._folder = process, folder

    def __call__(self) -> Report:
        try:
            output, _ = self._process.communicate(timeout=TIME_OUT)
        except subprocess.TimeoutExpired as error:
            raise CheckerError(f"pyrefly gave no answer in {TIME_OUT:.0f} seconds") from error
        index = self._folder / "pyrefly.pysa.json"
        if not index.exists():
            tail = "\n".join(output.decode(errors="replace").splitlines()[-5:])
            raise CheckerError(f"pyrefly left no report (exit code {self._process.returncode}):\n{tail}")
        decoded = msgspec.json.decode(index.read_bytes(), type=Index)
        return Report(self._folder, {int(key): module for key, module in decoded.modules.items()})


@contextmanager
def started(invocation: Invocation, scratch: Path) -> Iterator[_Finish]:
    """Starts the checker; the value yielded waits for it and returns the report.

    What the caller does before it asks runs beside the checker. The process is ended when the block is left.
    """
    config, folder = scratch / "pyrefly.toml", scratch / "report"
    config.write_text("check-unannotated-defs = true\n")
    command = [
        _executable(),
        "check",
        *("--config", str(config)),
        *(option for root in invocation.search_path for option in ("--search-path", root)),
        *(option for site in invocation.site_packages for option in ("--site-package-path", site)),
        *(
            option
            for name in invocation.opaque
            for option in ("--replace-imports-with-any", name, "--replace-imports-with-any", f"{name}.*")
        ),
        "--skip-interpreter-query",
        *("--python-version", invocation.python_version),
        "--disable-search-path-heuristics=true",
        "--disable-project-excludes-heuristics=true",
        "--use-ignore-files=false",
        *("--report-pysa", str(folder)),
        *("--report-pysa-format", "json"),
        *("--error", "implicit-bool"),
        *("--progress-bar", "no"),
        *("--summary", "none"),
        *("--output-format", "omit-errors"),
        *invocation.files,
    ]
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PYREFLY", "VIRTUAL_ENV", "CONDA"))
    }
    try:
        process = subprocess.Popen(
            command, cwd=scratch, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        raise CheckerError(f"pyrefly could not be started: {error}") from error
    try:
        yield _Finish(process, folder)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _executable() -> str:
    beside = Path(sys.executable).with_name("pyrefly.exe" if os.name == "nt" else "pyrefly")
    found = str(beside) if beside.exists() else shutil.which("pyrefly")
    if found is None:
        raise CheckerError(f"pyrefly {VERSION} is not installed; install aioport again")
    return found
