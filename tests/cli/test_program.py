"""The program as a whole: how it starts, its help, its colours, its pipes."""

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.cli.running import BLOCKING, invoke, start, write_files

ESCAPE = "\x1b["


def output(*words: str | Path, **settings: str) -> str:
    process = start(*words, settings=settings)
    printed, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return printed


def test_help_loads_nothing_heavy() -> None:
    """Neither the stages nor the checker's report format are imported to show the help."""
    heavy = ("aioport.api", "aioport.program.pyrefly", "aioport.catalog.load", "rich.syntax", "pathspec")
    code = f"import sys, aioport, aioport.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_package_offers_its_functions() -> None:
    """`aioport.scan_project` and the others are there, though loaded only when asked for."""
    import aioport  # noqa: PLC0415

    for name in aioport.__all__:
        assert getattr(aioport, name).__module__.startswith("aioport.")
    with pytest.raises(AttributeError, match="no attribute 'scna_project'"):
        _ = aioport.scna_project


@pytest.mark.parametrize("command", [(), ("scan",), ("convert",), ("twin",)])
def test_help_fits_and_shows_examples(command: tuple[str, ...]) -> None:
    """Each command's help has examples, and its text is not broken at 80 columns."""
    result = invoke(*command, "--help")
    assert result.exit_code == 0
    assert f"aioport {command[0]}" if command else "aioport scan" in result.stdout
    assert "[bold]" not in result.stdout


def test_the_version() -> None:
    """It is that of the installed distribution."""
    assert invoke("--version").stdout == f"aioport {version('aioport')}\n"


def test_python_m_aioport() -> None:
    """The module runs as the program does."""
    done = subprocess.run(
        [sys.executable, "-m", "aioport", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"aioport {version('aioport')}\n"


@pytest.mark.parametrize(
    ("settings", "is_colored"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colours(tmp_path: Path, settings: Mapping[str, str], is_colored: bool) -> None:
    """A pipe gets none but by FORCE_COLOR, and NO_COLOR goes before that."""
    write_files(tmp_path, {"program.py": BLOCKING})
    printed = output("convert", tmp_path, **settings)
    assert (ESCAPE in printed) is is_colored


def test_json_is_never_coloured(tmp_path: Path) -> None:
    """FORCE_COLOR is for reading."""
    write_files(tmp_path, {"program.py": BLOCKING})
    assert ESCAPE not in output("scan", tmp_path, "--format", "json", FORCE_COLOR="1")


def test_a_terminal_without_the_characters(tmp_path: Path) -> None:
    """What the output's encoding lacks is escaped; it is no error."""
    write_files(tmp_path, {"program.py": BLOCKING.replace("def main", "NAME = 'é→'\n\n\ndef main")})
    assert "\\xe9\\u2192" in output("convert", tmp_path, PYTHONIOENCODING="ascii")


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    """`aioport scan | head` ends without a traceback."""
    write_files(tmp_path, {"program.py": BLOCKING})
    process = start("scan", tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == ""
    process.wait(timeout=60)
    process.stderr.close()
