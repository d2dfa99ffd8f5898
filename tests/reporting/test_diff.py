"""The diff: exact for tools, coloured for people."""

import subprocess
from pathlib import Path

import pytest

from aioport.reporting.diff import color_diff, unified_diff
from aioport.reporting.model import Change
from tests.reporting.sample import CHANGES

TEXTS = [
    ("a = 1\nb = 2\n", "a = 1\nb = 3\n"),
    ("a = 1\r\nb = 2\r\n", "a = 1\r\nb = 3\r\nc = 4\r\n"),
    ("a = 1", "a = 2"),
    ("a = 1\n", "a = 2"),
    ("a = 1", "a = 1\n"),
    ("a = 1\x0c\nb = '\u2028'\n", "a = 2\x0c\nb = '\u2028'\n"),
    (None, "a = 1\n"),
]


@pytest.mark.parametrize(("before", "after"), TEXTS)
def test_git_applies_it(tmp_path: Path, before: str | None, after: str) -> None:
    """`git apply` makes the new text of the old one to the byte, whatever the line ends."""
    file = tmp_path / "module.py"
    if before is not None:
        file.write_bytes(before.encode())
    diff = unified_diff(Change("module.py", before, after))
    subprocess.run(["git", "apply", "-"], input=diff.encode(), cwd=tmp_path, check=True, capture_output=True)
    assert file.read_bytes() == after.encode()


def test_the_prefix_leads_to_the_file() -> None:
    """A diff that is read in another folder than the root names the file from there."""
    diff = unified_diff(Change("module.py", "a\n", "b\n"), "src/")
    assert diff.startswith("--- a/src/module.py\n+++ b/src/module.py\n")


def test_colors() -> None:
    """Added lines are green, removed ones red; of a vendored file only the length is told."""
    lines = list(color_diff(CHANGES))
    styles = {line.plain: line.style for line in lines}
    assert styles["-import requests"] == "red"
    assert styles["+import aiohttp"] == "green"
    assert styles["--- a/shop/client.py"] == "bold"
    assert [line.plain for line in lines[-3:]] == [
        "--- /dev/null",
        "+++ b/shop/_aio.py",
        "@@ 1 new lines: what the converted code needs of aioport's runtime @@",
    ]
