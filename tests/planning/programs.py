"""Small programs: converted without a comparison of texts, and run before and after."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from aioport.api import Conversion, convert_project
from aioport.settings import Options
from tests.examples.running import check_same, run_program
from tests.serving.http_server import Route

URL = "BASE_URL"
"""The environment variable in which a program finds the server."""

Programs = str | Mapping[str, str]
"""One program, `program.py`, or several by their paths."""


def convert(programs: Programs, **options: Any) -> Conversion:
    """The conversion of a project of some modules; `options` are the fields of `Options`."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        _write(root, _texts(programs))
        return convert_project(root, Options(**options))


def check_runs_alike(
    programs: Programs, *, routes: Mapping[str, Route] | None = None, changes: bool = True, **options: Any
) -> Conversion:
    """Assert that each program prints, writes and asks the same before and after their conversion, which is returned.

    changes: whether the conversion changes each of them.
    """
    texts = _texts(programs)
    conversion = convert(programs, **options)
    assert all((path in conversion.files) == changes for path in texts), "\n".join(conversion.reasons)
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "before"), Path(folder, "after")
        for root in (before, after):
            root.mkdir()
            _write(root, texts)
        _write(after, conversion.files)
        for path in texts:
            original = run_program(before, [path], routes or {}, url_variable=URL)
            converted = run_program(after, [path], routes or {}, url_variable=URL)
            assert original.exit_code == 0, original.stderr
            check_same(original, converted)
    return conversion


def check_reasons(conversion: Conversion, *expected: str) -> None:
    """Assert that each of some texts is part of a reason that a conversion gives."""
    for text in expected:
        found = any(text in reason for reason in conversion.reasons)
        assert found, f"{text!r} is in none of:\n" + "\n".join(sorted(set(conversion.reasons)))


def _texts(programs: Programs) -> dict[str, str]:
    named = {"program.py": programs} if isinstance(programs, str) else programs
    return {path: dedent(text).lstrip("\n") for path, text in named.items()}


def _write(root: Path, texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8")
