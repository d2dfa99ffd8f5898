"""Runs a program as it is and converted, and compares what the two print."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import dedent

from aioport.api import Conversion, convert_project
from aioport.settings import Options

STRICT = ("-X", "dev", "-W", "error::RuntimeWarning")
"""A coroutine that is never awaited is an error."""

GIVE_UP_AFTER = 60.0


def check_runs_alike(source: str) -> Conversion:
    """Assert that `program.py` changes, and prints the same before and after; returns the conversion."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "program.py").write_text(dedent(source).lstrip("\n"), encoding="utf-8")
        before = _run(root)
        conversion = convert_project(root, Options())
        assert "program.py" in conversion.files, "\n".join(conversion.reasons)
        for path, text in conversion.files.items():
            (root / path).write_text(text, encoding="utf-8", newline="")
        after = _run(root)
    assert after.stdout == before.stdout, f"{after.stderr}\n{conversion.files['program.py']}"
    assert after.returncode == before.returncode, after.stderr
    assert "never awaited" not in after.stderr, after.stderr
    return conversion


def _run(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *STRICT, "program.py"],
        cwd=root,
        env={"PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=GIVE_UP_AFTER,
    )
