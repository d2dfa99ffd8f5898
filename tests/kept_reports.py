"""The last few reports of the checker, for the same files: it says the same of them, wherever they lie.

A test converts what it has converted a second time, and verification had the checker look at that already. A run takes
about a second of processor time, which is most of what the tests take.
"""

import hashlib
import os
import shutil
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from aioport.program.early import Early
from aioport.program.pyrefly import VERSION, Invocation, Report, started
from aioport.program.records import Index
from aioport.program.sinks import lay_sinks

MOST = 8
"""Reports that are kept, of some ten megabytes each. No test looks at more than three at a time."""

SECTIONS = ("call_graphs", "definitions", "type_of_expressions")
NAMING = ("pyrefly.pysa.json", "errors.json")
"""The files of a report that name the places of what it is about."""

Finish = Callable[[Callable[[int], object]], Report]


@dataclass(frozen=True)
class _Kept:
    folder: Path
    roots: tuple[str, ...]


class KeptReports:
    """Stands in for `aioport.program.pyrefly.started`.

    home: where reports are kept.
    """

    def __init__(self, home: Path) -> None:
        self._home, self._kept, self._count = home, OrderedDict[str, _Kept](), 0

    def started(self, invocation: Invocation, scratch: Path) -> AbstractContextManager[Finish]:
        roots = _roots(invocation.search_path)
        key = _content(invocation, roots)
        if key is None:
            return started(invocation, scratch)
        if key in self._kept:
            self._kept.move_to_end(key)
            return _replayed(self._kept[key], roots, scratch)
        return self._keeping(key, invocation, tuple(roots), scratch)

    @contextmanager
    def _keeping(
        self, key: str, invocation: Invocation, roots: tuple[str, ...], scratch: Path
    ) -> Iterator[Finish]:
        with started(invocation, scratch) as finish:

            def finish_and_keep(tick: Callable[[int], object] = lambda _: None) -> Report:
                report = finish(tick)
                self._count += 1
                folder = self._home / str(self._count)
                folder.mkdir()
                for section in SECTIONS:
                    shutil.move(report.folder / section, folder)
                _link(folder, report.folder)
                for name in NAMING:
                    shutil.copy(report.folder / name, folder / name)
                self._kept[key] = _Kept(folder, roots)
                while len(self._kept) > MOST:
                    shutil.rmtree(self._kept.popitem(last=False)[1].folder)
                return report

            yield finish_and_keep


@contextmanager
def _replayed(kept: _Kept, roots: Iterable[str], scratch: Path) -> Iterator[Finish]:
    """The report as it would be of the files where they lie now."""
    folder = scratch / "report"
    if not lay_sinks(folder, VERSION):
        folder.mkdir()
    _link(kept.folder, folder)
    for name in NAMING:
        text = (kept.folder / name).read_text("utf-8")
        for old, new in sorted(zip(kept.roots, roots, strict=True), reverse=True):
            text = text.replace(f'"{old}/', f'"{new}/').replace(f'"{old}"', f'"{new}"')
        (folder / name).write_text(text, "utf-8")
    index = msgspec.json.decode((folder / NAMING[0]).read_bytes(), type=Index)
    modules = {int(key): module for key, module in index.modules.items()}
    yield lambda _: Report(folder, modules, Early(folder, ()))


def _link(kept: Path, folder: Path) -> None:
    for section in SECTIONS:
        (folder / section).symlink_to(kept / section)


def _roots(search_path: Iterable[str]) -> dict[str, list[tuple[str, object]]]:
    """The import roots with their files, but for those that add none, as the project's own to a copy of it."""
    found: dict[str, list[tuple[str, object]]] = {}
    seen: set[str] = set()
    for root in search_path:
        files = list(_files(root))
        names = {path for path, _ in files}
        if not names <= seen:
            found[root] = files
            seen |= names
    return found


def _files(root: str) -> Iterator[tuple[str, object]]:
    """The files below a folder and their contents, links with where they lead, and pipes and their like with nothing."""
    for folder, names, files in os.walk(root):
        names.sort()
        links = [name for name in names if Path(folder, name).is_symlink()]
        for path in (Path(folder, name) for name in sorted([*files, *links])):
            if path.is_symlink():
                content: object = path.readlink()
            else:
                content = path.read_bytes() if path.is_file() else None
            yield str(path).removeprefix(root), content


def _content(invocation: Invocation, roots: Mapping[str, object]) -> str | None:
    """What a report depends on, but for where the files lie; None where something else is looked at than usual."""
    if not set(invocation.site_packages) <= set(sys.path):
        return None
    rest = (invocation.python_version, invocation.opaque, invocation.site_packages, list(roots.values()))
    found = hashlib.sha256(repr(rest).encode())
    order = list(roots)
    for file in invocation.files:
        around = max((one for one in order if file.startswith(f"{one}/")), key=len, default="")
        place = order.index(around) if around else -1, file.removeprefix(around)
        found.update(repr(place).encode())
    return found.hexdigest()
