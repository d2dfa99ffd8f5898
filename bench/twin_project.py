"""A case of the twin ground truth as a project for `aioport twin`: what of its manifest the twin may know."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def toml_value(value: Any) -> str:
    """A string, truth value or list of strings as TOML; raises TypeError for anything else.

    A JSON string is a TOML basic string as long as no surrogate pair is escaped, hence the raw characters.
    """
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    raise TypeError(f"not a string, truth value or list: {value!r}")


def twin_settings(case: Mapping[str, Any], target: str, *, files: bool = False) -> str:
    """The `pyproject.toml` for a case: its `[names]` and its `[[leaf]]` tables, and nothing else of it.

    files: tell the file pairs as well, so that what is made can stand in the authors' package. Without them, which
        files have a twin is for aioport to find out.
    """
    lines = ["[tool.aioport.twin]", 'package = "."', f"target = {toml_value(target)}"]
    lines += ["", "[tool.aioport.twin.names]"]
    lines += [f"{toml_value(name)} = {toml_value(twin)}" for name, twin in case.get("names", {}).items()]
    if files:
        lines += ["", "[tool.aioport.twin.files]"]
        lines += [
            f"{toml_value(pair['sync'])} = {toml_value(pair['async'])}" for pair in case.get("pair", [])
        ]
    for leaf in case.get("leaf", []):
        lines += ["", "[[tool.aioport.twin.leaf]]"]
        lines += [f"{toml_value(key)} = {toml_value(value)}" for key, value in leaf.items()]
    return "\n".join(lines) + "\n"


def write_leaves(case: Mapping[str, Any], half: Path, candidate: Path) -> None:
    """Write the leaves that users have by hand in files of the async half to where aioport finds and keeps them.

    half: the authors' async half, of which nothing but the definitions of leaves and the imports is taken.
    """
    for pair in case.get("pair", []):
        module = pair["async"].removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        names = {
            name
            for leaf in case.get("leaf", [])
            if (parts := leaf["async"].rpartition("."))[0] == module
            for name in parts[2:]
        }
        body = ast.parse((half / pair["async"]).read_text(encoding="utf-8")).body if names else []
        found = [node for node in body if getattr(node, "name", None) in names]
        if found:
            imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
            place = candidate / pair["async"]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(ast.unparse(ast.Module([*imports, *found], [])) + "\n", encoding="utf-8")


def write_twin_project(
    case: Mapping[str, Any], sync: Path, project: Path, candidate: Path, *, files: bool = False
) -> None:
    """Copy the sync half to `project`, with settings that send its twin to `candidate`; both start fresh.

    They may be one folder, where the async half is to lie beside the sync one.

    files: see `twin_settings`.
    """
    shutil.rmtree(project, ignore_errors=True)
    shutil.rmtree(candidate, ignore_errors=True)
    shutil.copytree(sync, project)
    settings = twin_settings(case, candidate.as_posix(), files=files)
    (project / "pyproject.toml").write_text(settings, encoding="utf-8")
