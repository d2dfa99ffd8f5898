"""`aioport convert` and the files that declare what a project depends on."""

from pathlib import Path

import pytest

from tests.cli.running import BLOCKING, contents, invoke, invoke_json, write_files
from tests.requiring.projects import install

PYPROJECT = """\
[project]
name = "shop"
dependencies = [
  "requests >= 2.31",  # HTTP
  "zope.interface",
]

[dependency-groups]
dev = ['pytest', 'types-requests', "ruff"]
"""
SWAPPED = """\
[project]
name = "shop"
dependencies = [
  "aiohttp>=3.14,<4",
  "zope.interface",
]

[dependency-groups]
dev = ['pytest', "ruff"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an environment of its own, in which requests is installed."""
    install(tmp_path / ".venv", "requests", ("requests/__init__.py",))
    write_files(tmp_path, {".venv/pyvenv.cfg": "", "program.py": BLOCKING, "pyproject.toml": PYPROJECT})
    return tmp_path


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def test_shown_written_and_done(project: Path) -> None:
    """They are in the diff, are written with the rest, and a second conversion changes nothing."""
    document = invoke_json("convert", project)
    assert document["files"] == ["program.py", "pyproject.toml", "_aio.py"]
    assert '-  "requests >= 2.31",  # HTTP\n+  "aiohttp>=3.14,<4",\n' in document["diff"]
    assert [(one["action"], one["requirement"]) for one in document["dependencies"]["changes"]] == [
        ("added", "aiohttp>=3.14,<4"),
        ("removed", "requests >= 2.31"),
        ("removed", "types-requests"),
    ]
    assert (project / "pyproject.toml").read_text() == PYPROJECT
    result = invoke("convert", project, "--write")
    assert "pyproject.toml [dependency-groups] dev  types-requests removed\n" in result.stdout
    assert "\nNext: read the diff and run its tests.\n" in result.stdout
    assert (project / "pyproject.toml").read_text() == SWAPPED
    before = contents(project)
    assert invoke_json("convert", project, "--write")["dependencies"] == {
        "changes": [],
        "notes": [],
        "missing": [],
    }
    assert contents(project) == before
    assert invoke("undo", project).exit_code == 0
    assert (project / "pyproject.toml").read_text() == PYPROJECT


def test_still_used(project: Path) -> None:
    """What a script outside of the conversion imports stays, and the report says where; so do its type stubs."""
    write_files(project, {"tools/job.py": "import requests\n\nSESSION = requests.Session\n"})
    result = invoke("convert", project, "--write", "--only", "program.py")
    assert "  requests stays among the dependencies: tools/job.py:1 imports it\n" in result.stdout
    text = PYPROJECT.replace('  "requests', '  "aiohttp>=3.14,<4",\n  "requests')
    assert (project / "pyproject.toml").read_text() == text


@pytest.mark.parametrize("how", ["option", "setting"])
def test_left_alone(project: Path, how: str) -> None:
    """--no-dependencies and its setting edit nothing, and say what is to be added."""
    text = PYPROJECT + ("\n[tool.aioport]\ndependencies = false\n" if how == "setting" else "")
    write_files(project, {"pyproject.toml": text})
    result = invoke("convert", project, "--write", *(["--no-dependencies"] if how == "option" else []))
    assert "Dependencies" not in result.stdout
    assert "pip install 'aiohttp>=3.14,<4'\nNext: read the diff, add what the code now needs" in result.stdout
    assert (project / "pyproject.toml").read_text() == text


def test_all_or_nothing(project: Path) -> None:
    """A requirements file that cannot be written keeps the code from being written."""
    write_files(project, {"requirements.txt": "requests\n"})
    (project / "requirements.txt").chmod(0o444)
    before = contents(project)
    result = invoke("convert", project, "--write")
    assert result.exit_code == 2
    assert "requirements.txt: is read-only" in result.stderr
    assert contents(project) == before


def test_level_offload_needs_nothing(project: Path) -> None:
    """Where no library is exchanged, no list changes."""
    document = invoke_json("convert", project, "--level", "offload", "--entry", "program:main")
    assert document["files"] == ["program.py", "_aio.py"]
