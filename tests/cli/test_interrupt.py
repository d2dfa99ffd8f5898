"""Ctrl-C, at the moments that matter."""

import os
import signal
from pathlib import Path

import pytest

from tests.cli.running import BLOCKING, contents, start, write_files

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")

# Replaces a function by one that says so, and waits for a line, before it does its work for the Nth time.
PAUSE = """
import sys, {module}
original, calls = {module}.{name}, []
def paused(*arguments, **options):
    calls.append(1)
    if len(calls) == {number}:
        print("paused", flush=True)
        sys.stdin.readline()
    return original(*arguments, **options)
{module}.{name} = paused
"""


def interrupted(folder: Path, place: str, number: int = 1) -> tuple[int, str]:
    """Convert a folder, with a Ctrl-C the Nth time that a function is called; returns exit code and stderr."""
    module, _, name = place.rpartition(".")
    imported, _, owner = module.partition(":")
    code = PAUSE.format(module=imported, name=name, number=number).replace(
        f"{imported}.{name}", f"{imported}.{owner}.{name}" if owner else f"{imported}.{name}"
    )
    process = start("convert", folder, "--write", code=code)
    assert process.stdout is not None
    assert process.stdout.readline() == "paused\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate("\n", timeout=60)
    return process.returncode, errors


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("aioport.api.convert", 1),
        ("aioport.api.write_all", 1),
        ("os.fsync", 1),
        ("os.fsync", 2),
        ("os.link", 1),
        ("pathlib:Path.replace", 1),
        ("pathlib:Path.replace", 2),
    ],
)
def test_nothing_is_changed(tmp_path: Path, place: str, number: int) -> None:
    """Up to the last rename everything is put back; nothing is left behind."""
    write_files(tmp_path, {"program.py": BLOCKING})
    before = contents(tmp_path)
    assert interrupted(tmp_path, place, number) == (2, "aioport: interrupted; nothing was changed\n")
    assert contents(tmp_path) == before


def test_after_the_writing_the_truth_is_told(tmp_path: Path) -> None:
    """Where all had been written, the message says that."""
    write_files(tmp_path, {"program.py": BLOCKING})
    answer = interrupted(tmp_path, "aioport.reporting.build.report_conversion")
    assert answer == (2, "aioport: interrupted; everything had been written\n")
    assert "async def" in (tmp_path / "program.py").read_text(encoding="utf-8")
