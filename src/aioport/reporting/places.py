"""Places in files as a person can follow them: from the current folder on, or by the name in an installed package."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """How the paths of a report are shown.

    prefix: what leads from the current folder to the report's root, with a slash at its end: nothing where they are
        the same, an absolute path where the root is not below the current folder.
    libraries: folders with installed packages, each with a slash at its end, the innermost first; what is in them
        is shown from there on.
    """

    prefix: str
    libraries: tuple[str, ...] = ()

    @property
    def prefix_in_diff(self) -> str:
        """The prefix of a path in a diff, which is never absolute: outside, a diff is applied in the root."""
        return "" if os.path.isabs(self.prefix) else self.prefix  # noqa: PTH117  it is a text

    def show(self, path: str) -> str:
        """A path of the report, relative or absolute, as it is shown."""
        if not os.path.isabs(path):  # noqa: PTH117  it is a text
            return f"{self.prefix}{path}"
        shown = Path(path).as_posix()
        return next((shown.removeprefix(one) for one in self.libraries if shown.startswith(one)), shown)

    def gather(self, places: Iterable[tuple[str, int]]) -> list[str]:
        """Lines such as `shop/client.py:12, 30, 31`, one a file, in the order of paths and lines."""
        lines: dict[str, list[int]] = {}
        for path, line in sorted(set(places)):
            lines.setdefault(path, []).append(line)
        return [f"{self.show(path)}:{', '.join(map(str, found))}" for path, found in lines.items()]


def places_from(current: Path, root: Path, libraries: Iterable[Path] = ()) -> Places:
    """The places of a report, for a person who is in the folder `current`; `root` is absolute and resolved."""
    current = current.resolve()
    prefix = _as_folder(root.relative_to(current) if root.is_relative_to(current) else root)
    folders = sorted((_as_folder(folder) for folder in libraries), key=len, reverse=True)
    return Places(prefix, tuple(folders))


def _as_folder(folder: Path) -> str:
    return f"{folder.as_posix().rstrip('/')}/" if folder.parts else ""
