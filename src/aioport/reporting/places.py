"""Places in files as a person can follow them: from the current folder on, or by the name in an installed package."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.style import Style
from rich.text import Text


@dataclass(frozen=True, slots=True)
class Places:
    """How the paths of a report are shown.

    root: what the report's paths are relative to.
    prefix: what leads from the current folder down to the root, with a slash at its end; nothing where they are the
        same, and None where the root is elsewhere: then paths are shown from the root on, and the root once.
    libraries: folders with installed packages, each with a slash at its end, the innermost first; what is in them
        is shown from there on.
    """

    root: Path
    prefix: str | None
    libraries: tuple[str, ...] = ()

    def show(self, path: str) -> str:
        """A path of the report, relative or absolute, as it is shown."""
        if not os.path.isabs(path):  # noqa: PTH117  it is a text
            return f"{self.prefix or ''}{path}"
        shown = Path(path).as_posix()
        return next((shown.removeprefix(one) for one in self.libraries if shown.startswith(one)), shown)

    def link(self, path: str, style: str = "") -> Style:
        """A style for a text that leads to a file of the report where a terminal can follow it."""
        return Style.parse(style) + Style(link=(self.root / path).as_uri())

    def say_root(self) -> Iterator[Text]:
        """The lines above a report whose root has to be known to follow its paths."""
        if self.prefix is None:
            yield Text(f"In {self.root}")
            yield Text()

    def gather(self, places: Iterable[tuple[str, int]]) -> list[str]:
        """Lines such as `shop/client.py:12, 30, 31`, one a file, in the order of paths and lines."""
        lines: dict[str, list[int]] = {}
        for path, line in sorted(set(places)):
            lines.setdefault(path, []).append(line)
        return [f"{self.show(path)}:{', '.join(map(str, found))}" for path, found in lines.items()]


def places_from(current: Path, root: Path, libraries: Iterable[Path] = ()) -> Places:
    """The places of a report, for a person who is in the folder `current`; `root` is absolute and resolved."""
    current = current.resolve()
    prefix = _as_folder(root.relative_to(current)) if root.is_relative_to(current) else None
    folders = sorted((_as_folder(folder) for folder in libraries), key=len, reverse=True)
    return Places(root, prefix, tuple(folders))


def _as_folder(folder: Path) -> str:
    return f"{folder.as_posix().rstrip('/')}/" if folder.parts else ""
