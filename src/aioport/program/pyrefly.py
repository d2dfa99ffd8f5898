"""Runs pyrefly 1.4.1 and opens its report, whose format `records` describes.

The format is undocumented and belongs to Meta's Pysa, hence the exact pin in `pyproject.toml`.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from aioport.program.early import Early, module_names
from aioport.program.records import (
    CallGraphFile,
    DefinitionsFile,
    EdgeRecord,
    ErrorRecord,
    ErrorsFile,
    Index,
    ModuleRecord,
    RawCallGraphFile,
    TypesFile,
    TypeTable,
)
from aioport.program.sinks import lay_sinks

VERSION = "1.4.1"
FORMAT = 1
"""Of its report."""

TIME_OUT = 600
"""Seconds after which a run is given up; Home Assistant's million lines take 52."""

LOOK_EVERY_S = 0.02
"""How often it is asked whether the checker is through with the modules."""

ALLOCATION = f"narenas:{max(2, os.cpu_count() or 2)},thp:always,metadata_thp:always"
"""How pyrefly's allocator, jemalloc, asks for memory: in huge pages, and an arena a core instead of four, which takes a
twentieth off a run's processor time and nothing on top of its peak memory. Other builds ignore it."""

KEPT_GRAPHS = 32 * 1024 * 1024
"""Bytes of call graphs that are kept decoded, which takes seven times as much: Django's are 28 MB, sympy's 343."""


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

_EDGES = msgspec.json.Decoder(EdgeRecord)


class Report:
    """A report on disk; its files are decoded when they are asked for. Raises CheckerError where one is damaged.

    folder: where it lies.
    modules: by the report's own numbers.
    early: what was decoded while the rest was being written.
    """

    def __init__(self, folder: Path, modules: Mapping[int, ModuleRecord], early: Early) -> None:
        self.folder, self.modules, self._early = folder, modules, early
        self._graphs: dict[int, tuple[int, CallGraphFile]] = {}
        self._room = KEPT_GRAPHS

    def places(self) -> Iterator[str]:
        """The files and namespace folders that the modules are, bundled stubs left out."""
        for module in self.modules.values():
            place = module.file or module.source_path.get("Namespace")
            if place is not None:
                yield place

    def call_graphs(self, module: ModuleRecord) -> dict[str, dict[str, EdgeRecord]]:
        """Asked for over and over where chains lead through a module, so that the last ones are kept."""
        kept = self._graphs.pop(module.module_id, None)
        if kept is None:
            data = self._data("call_graphs", module)
            kept = len(data), _decode(data, CallGraphFile)
            self._room -= len(data)
        self._graphs[module.module_id] = kept
        while self._room < 0 and len(self._graphs) > 1:
            self._room += self._graphs.pop(next(iter(self._graphs)))[0]
        return kept[1].call_graphs

    def raw_call_graphs(self, module: ModuleRecord) -> dict[str, dict[str, msgspec.Raw]]:
        """The same with entries as they are spelled, which `decode_edge` understands."""
        found = self._early.call_graphs.pop(module.info_filename or "", None)
        if found is None:
            found = _decode(self._data("call_graphs", module), RawCallGraphFile)
        return found.call_graphs

    def definitions(self, module: ModuleRecord) -> DefinitionsFile:
        found = self._early.definitions.pop(module.info_filename or "", None)
        return found if found is not None else _decode(self._data("definitions", module), DefinitionsFile)

    def types(self, module: ModuleRecord) -> dict[str, TypeTable]:
        return _decode(self._data("type_of_expressions", module), TypesFile).functions

    @cached_property
    def errors(self) -> tuple[ErrorRecord, ...]:
        return _decode(_read(f"{self.folder}/errors.json"), ErrorsFile).errors

    def _data(self, section: str, module: ModuleRecord) -> bytes:
        return _read(f"{self.folder}/{section}/{module.info_filename}")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  thousands of them
            return file.read()
    except OSError as error:
        raise CheckerError(f"pyrefly left a report that lacks a file ({error})") from error


def _decode(data: bytes, kind: type[T]) -> T:
    try:
        with _without_gc():
            return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise CheckerError(f"pyrefly {VERSION} left a report that cannot be read ({error})") from error


def decode_edge(raw: bytes) -> EdgeRecord:
    """One entry of a call graph. Raises CheckerError where it is none."""
    try:
        return _EDGES.decode(raw)
    except msgspec.DecodeError as error:
        raise CheckerError(f"pyrefly {VERSION} left a report that cannot be read ({error})") from error


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


def _time_out() -> float:
    """Seconds that a run may take: $AIOPORT_CHECKER_TIMEOUT where that is a number above zero, else `TIME_OUT`."""
    try:
        asked = float(os.environ.get("AIOPORT_CHECKER_TIMEOUT", ""))
    except ValueError:
        return TIME_OUT
    return asked if asked > 0 else TIME_OUT


class _Finish:
    """Waits for a run that `started` began, and opens its report."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, early: Early) -> None:
        self._process, self._folder, self._early = process, folder, early

    def __call__(self, tick: Callable[[int], object] = lambda _: None) -> Report:
        """tick: told the seconds that have passed, once a second."""
        output, seconds, limit, begun = None, 0, _time_out(), time.monotonic()
        while output is None:
            try:
                output, _ = self._process.communicate(timeout=LOOK_EVERY_S)
            except subprocess.TimeoutExpired as error:
                self._early.look()
                if time.monotonic() < begun + seconds + 1:
                    continue
                seconds += 1
                if seconds >= limit:
                    raise CheckerError(
                        f"pyrefly gave no answer in {seconds} seconds; if there is generated or vendored code, "
                        "leave it out with `exclude` under [tool.aioport] in pyproject.toml"
                    ) from error
                tick(seconds)
        index = self._folder / "pyrefly.pysa.json"
        if not index.exists():
            tail = "\n".join(output.decode(errors="replace").splitlines()[-5:])
            raise CheckerError(f"pyrefly left no report (exit code {self._process.returncode}):\n{tail}")
        decoded = _decode(_read(str(index)), Index)
        if decoded.format_version != FORMAT or not any(one.is_internal for one in decoded.modules.values()):
            raise CheckerError(
                f"pyrefly left a report that is not one of pyrefly {VERSION} (format {decoded.format_version}, "
                f"{len(decoded.modules)} modules); install aioport again"
            )
        modules = {int(key): module for key, module in decoded.modules.items()}
        return Report(self._folder, modules, self._early)


@contextmanager
def started(invocation: Invocation, scratch: Path) -> Iterator[_Finish]:
    """Starts the checker; the value yielded waits for it and returns the report.

    What the caller does before it asks runs beside the checker. The process is ended when the block is left.
    """
    config, folder = scratch / "pyrefly.toml", scratch / "report"
    config.write_text("check-unannotated-defs = true\n")
    sinks = lay_sinks(folder, VERSION)
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
    environment.setdefault("_RJEM_MALLOC_CONF", ALLOCATION)
    try:
        process = subprocess.Popen(
            command, cwd=scratch, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    except OSError as error:
        raise CheckerError(f"pyrefly could not be started: {error}") from error
    try:
        # With sinks there is nothing that takes time after the modules.
        early = Early(folder, () if sinks else module_names(invocation.files, invocation.search_path))
        yield _Finish(process, folder, early)
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
