"""Runs pyrefly 1.4.1 and reads its report; the only module that knows the report's format.

The format is undocumented and belongs to Meta's Pysa, hence the exact pin in `pyproject.toml`.
Positions come as `line:column` with 1-based UTF-8 byte columns and an exclusive end; `parse_key` turns them
into the lines and 0-based columns that `ast` uses.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

VERSION = "1.4.1"
TIME_OUT = 600.0
"""Seconds after which a run is given up; Home Assistant's million lines take 52."""


class CheckerError(Exception):
    """The checker could not be run, or left no report."""


class _Record(msgspec.Struct, frozen=True, gc=False):
    pass


class FunctionRef(_Record):
    module_id: int
    function_id: str
    function_name: str
    module_name: str


class ClassRef(_Record):
    module_id: int
    class_id: int
    module_name: str
    class_name: str


class TargetName(_Record):
    Function: FunctionRef | None = None
    Overrides: FunctionRef | None = None


class TargetRecord(_Record):
    target: TargetName | str
    implicit_receiver: str | None = None
    implicit_dunder_call: bool = False
    receiver_class: ClassRef | None = None
    is_class_method: bool = False
    is_static_method: bool = False


class CallbackRecord(_Record):
    index: int
    call_targets: tuple[TargetRecord, ...] = ()


class CallRecord(_Record):
    call_targets: tuple[TargetRecord, ...] = ()
    init_targets: tuple[TargetRecord, ...] = ()
    new_targets: tuple[TargetRecord, ...] = ()
    higher_order_parameters: dict[str, CallbackRecord] = {}
    unresolved: dict[str, str] | str | None = None


class AccessRecord(_Record):
    if_called: CallRecord | None = None
    property_getters: tuple[TargetRecord, ...] = ()
    property_setters: tuple[TargetRecord, ...] = ()


class EdgeRecord(_Record):
    """One entry of a call graph; exactly one of the kinds is set, other kinds are ignored."""

    Call: CallRecord | None = None
    AttributeAccess: AccessRecord | None = None
    Identifier: AccessRecord | None = None


class CallGraphFile(_Record):
    call_graphs: dict[str, dict[str, EdgeRecord]]


class TypeClass(_Record):
    class_: ClassRef = msgspec.field(name="class")
    modifiers: tuple[str, ...] = ()


class TypeClasses(_Record):
    classes: tuple[TypeClass, ...] = ()
    is_exhaustive: bool = False


class TypeRecord(_Record):
    string: str
    class_names: TypeClasses | None = None


class ParameterRecord(_Record):
    name: str = ""
    annotation: TypeRecord | None = None


class Parameters(_Record):
    List: tuple[dict[str, ParameterRecord], ...] = ()


class Signature(_Record):
    parameters: Parameters | str
    return_annotation: TypeRecord


class Parent(_Record):
    Class: dict[str, int] | None = None
    Function: dict[str, int] | None = None


class Definition(_Record):
    name: str
    parent: Parent | str
    name_location: str | None = None
    defining_class: ClassRef | None = None
    undecorated_signatures: tuple[Signature, ...] = ()
    is_staticmethod: bool = False
    is_classmethod: bool = False
    is_property_getter: bool = False
    is_property_setter: bool = False
    is_def_statement: bool = True


class FieldRecord(_Record):
    type: TypeRecord


class Mro(_Record):
    Resolved: tuple[ClassRef, ...] = ()


class ClassDefinition(_Record):
    name: str
    parent: Parent | str
    name_location: str | None = None
    bases: tuple[ClassRef, ...] = ()
    mro: Mro | str = "Cyclic"
    is_synthesized: bool = False
    fields: dict[str, FieldRecord] = {}


class DefinitionsFile(_Record):
    function_definitions: dict[str, Definition]
    class_definitions: dict[str, ClassDefinition]


class TypeTable(_Record):
    type_table: tuple[TypeRecord, ...]
    locations: dict[str, int]


class TypesFile(_Record):
    functions: dict[str, TypeTable]


class ModuleRecord(_Record):
    module_id: int
    module_name: str
    source_path: dict[str, str]
    info_filename: str | None = None
    is_internal: bool = False
    is_interface: bool = False
    failed_to_load: bool = False

    @property
    def file(self) -> str | None:
        """The path on disk, where the module is no bundled stub."""
        return self.source_path.get("FileSystem")


class _Index(_Record):
    format_version: int
    modules: dict[str, ModuleRecord]


class TypeError_(_Record):
    """One of the checker's complaints; positions are 1-based, as printed."""

    module_path: dict[str, str]
    location: str
    kind: str
    message: str

    @property
    def file(self) -> str:
        """The path on disk, empty for a bundled stub."""
        return self.module_path.get("FileSystem", "")


class _ErrorsFile(_Record):
    errors: tuple[TypeError_, ...]


@dataclass(frozen=True, slots=True)
class Invocation:
    """What one run of the checker looks at.

    files: absolute paths of the files whose call graphs are wanted.
    search_path: import roots, the project's own first.
    site_packages: where installed packages are found.
    python_version: such as `3.11`.
    """

    files: tuple[str, ...]
    search_path: tuple[str, ...]
    site_packages: tuple[str, ...]
    python_version: str


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

    def errors(self) -> tuple[TypeError_, ...]:
        return msgspec.json.decode((self.folder / "errors.json").read_bytes(), type=_ErrorsFile).errors

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


@contextmanager
def checked(invocation: Invocation) -> Iterator[Report]:
    """Runs the checker and yields its report, which is gone when the block ends.

    Raises CheckerError when pyrefly is missing, takes over TIME_OUT seconds, or leaves no report.
    """
    with tempfile.TemporaryDirectory(prefix="aioport-", dir=report_home()) as scratch:
        with started(invocation, Path(scratch)) as finish:
            report = finish()
        yield report


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
        decoded = msgspec.json.decode(index.read_bytes(), type=_Index)
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
        key: value for key, value in os.environ.items() if not key.startswith(("PYREFLY", "VIRTUAL_ENV", "CONDA"))
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


def parse_key(key: str) -> tuple[int, int, int, int]:
    """`12:5-12:15|...` as (line, column, end line, end column), columns 0-based."""
    place, _, _ = key.partition("|")
    start, _, end = place.partition("-")
    line, _, column = start.partition(":")
    end_line, _, end_column = end.partition(":")
    return int(line), int(column) - 1, int(end_line), int(end_column) - 1
