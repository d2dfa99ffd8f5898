"""Places in files as a person can follow them: from the current folder on, or by the name in an installed package."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """How the paths of a report are shown.

    root: what the report's paths are relative to.
    libraries: folders with installed packages; what is in them is shown relative to the innermost.
    current: the folder from which the person looks; below it paths are relative, elsewhere absolute.
    """

    root: Path
    libraries: tuple[Path, ...] = ()
    current: Path = Path()

    @property
    def prefix(self) -> str:
        """What leads from the current folder to the root, with a slash at its end; nothing where that is no way down."""
        relative = os.path.relpath(self.root, self.current.resolve())
        outside = relative == os.curdir or relative.startswith(os.pardir)
        return "" if outside else f"{Path(relative).as_posix()}/"

    def show(self, path: str) -> str:
        """A path of the report as it is shown."""
        if not os.path.isabs(path):  # noqa: PTH117  a string is what comes in and goes out
            if self.prefix or self.root == self.current.resolve():
                return f"{self.prefix}{path}"
            return (self.root / path).as_posix()
        inside = [folder for folder in self.libraries if Path(path).is_relative_to(folder)]
        if not inside:
            return path
        return Path(path).relative_to(max(inside, key=lambda folder: len(folder.parts))).as_posix()

    def gather(self, places: Iterable[tuple[str, int]]) -> list[str]:
        """Lines such as `shop/client.py:12, 30, 31`, one a file, in the order of paths and lines."""
        lines: dict[str, list[int]] = {}
        for path, line in sorted(set(places)):
            lines.setdefault(path, []).append(line)
        return [f"{self.show(path)}:{', '.join(map(str, found))}" for path, found in lines.items()]
