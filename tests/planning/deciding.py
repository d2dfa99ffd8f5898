"""A small project, planned and converted once, so that several facts about it can be asserted."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from aioport.api import Conversion, convert_project
from aioport.settings import Options


@dataclass(frozen=True)
class Decided:
    """What became of a project.

    colors, reasons: of each function, by its dotted name.
    files: new texts by path.
    """

    colors: Mapping[str, str]
    reasons: Mapping[str, str]
    files: Mapping[str, str]
    conversion: Conversion


def decide(root: Path, files: Mapping[str, str], **options: Any) -> Decided:
    """Writes a project below a folder and converts it there, in memory."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    conversion = convert_project(root, Options(**options))
    plan, analysis = conversion.outcome.plan, conversion.outcome.analysis
    names = {one: analysis.function(one).name for one in plan.functions}
    return Decided(
        colors={name: plan.functions[one].color for one, name in names.items()},
        reasons={name: plan.functions[one].reason for one, name in names.items()},
        files=conversion.files,
        conversion=conversion,
    )
