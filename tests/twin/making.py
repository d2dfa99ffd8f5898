"""Twins of small packages."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from aioport.twin.make import TwinResult, make_twin


def twin_of(root: Path, settings: str, files: Mapping[str, str]) -> TwinResult:
    """The twin of the package `quiver/_sync`, by settings that follow its `package` and `target`."""
    head = '[tool.aioport.twin]\npackage = "quiver/_sync"\ntarget = "quiver/_async"\n'
    texts = {
        "pyproject.toml": head + dedent(settings),
        "quiver/__init__.py": "",
        "quiver/_sync/__init__.py": "",
        **files,
    }
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return make_twin(root)


def text_of(result: TwinResult, path: str) -> str:
    """A file of a twin."""
    return result.files[path].decode()
