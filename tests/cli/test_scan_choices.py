"""What `aioport scan` shows and counts: formats, filters, baselines, comments and exit codes."""

import json
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from tests.cli.running import invoke, invoke_json, write_files
from tests.reporting.sarif_shape import LOG
from tests.reporting.test_github import parsed
from tests.reporting.test_json import SCHEMA

SERVICE = """\
import time


async def handler():
    pause()


def pause():
    time.sleep(1)


def sync():
    time.sleep(2)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with one call on an event loop and one elsewhere."""
    monkeypatch.chdir(write_files(tmp_path, {"service.py": SERVICE}))
    return tmp_path


def functions(*words: str | Path) -> list[str]:
    return [one["function"] for one in invoke_json("scan", *words)["findings"]]


@pytest.mark.usefixtures("folder")
def test_what_makes_the_exit_code_1() -> None:
    """By default what blocks a loop; with `any` all else too; with `never` nothing."""
    assert invoke("scan", "--no-cache").exit_code == 1
    assert invoke("scan", "--fail-on", "never").exit_code == 0
    Path("service.py").write_text("import time\ntime.sleep(1)\n")
    assert invoke("scan").exit_code == 0
    assert invoke("scan", "--fail-on", "any").exit_code == 1


@pytest.mark.usefixtures("folder")
def test_async_only() -> None:
    """Only what is on an event loop is shown."""
    assert functions() == ["service.pause", "service.sync"]
    assert functions("--async-only") == ["service.pause"]


@pytest.mark.usefixtures("folder")
def test_json_is_as_its_schema_says() -> None:
    """A real scan, with unknown calls and comments, is valid by the published schema."""
    text = SERVICE + "\n\ndef g(x):\n    x.pause()  # aioport: allow[slep] y\n"
    Path("service.py").write_text(text)
    Draft202012Validator(SCHEMA).validate(invoke_json("scan"))
    document = invoke_json("scan", "--unknown")
    Draft202012Validator(SCHEMA).validate(document)
    assert document["unknown"][0]["candidates"] == ["service.pause"]
    assert [one["kind"] for one in document["findings"]].count("unknown-allow") == 1


@pytest.mark.usefixtures("folder")
def test_other_formats() -> None:
    """Each format is on stdout, whole, and nothing else is there."""
    result = invoke("scan", "--format", "sarif")
    assert result.exit_code == 1
    Draft202012Validator(LOG).validate(json.loads(result.stdout))
    lines = invoke("scan", "--format", "github").stdout.splitlines()
    assert [(parsed(one).name, parsed(one).properties["line"]) for one in lines] == [
        ("error", "9"),
        ("notice", "13"),
    ]
    document = ET.fromstring(invoke("scan", "--format", "junit").stdout.encode())  # noqa: S314
    assert [len(suite) for suite in document] == [2]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("group", ["function", "entry", "leaf"])
def test_groups(group: str) -> None:
    """Every grouping shows both calls."""
    text = invoke("scan", "--group", group).stdout
    assert "service.py:9:5" in text
    assert "service.py:13:5" in text


def test_what_cannot_be_read_is_told_in_every_format(folder: Path) -> None:
    """The exit code is 2, the rest is reported, and the file is named on stderr and where the format has room for it."""
    write_files(folder, {"broken.py": "def f(:\n"})
    for format_ in ("json", "sarif", "github", "junit"):
        result = invoke("scan", "--format", format_)
        assert result.exit_code == 2
        assert "broken.py" in result.stdout
        assert "service.pause" in result.stdout
        assert result.stderr.startswith("broken.py:1: ")


@pytest.mark.usefixtures("folder")
def test_an_allow_comment() -> None:
    """What is allowed neither shows nor counts; the number of such findings is told."""
    path = Path("service.py")
    path.write_text(SERVICE.replace("    pause()\n", "    pause()  # aioport: allow[sleep] at start\n"))
    result = invoke("scan")
    assert result.exit_code == 0
    assert "service.pause" not in result.stdout
    assert "1  not shown, because a comment allows them" in result.stdout
    path.write_text(SERVICE.replace("def sync", "# aioport: allow[file] reads\ndef sync"))
    result = invoke("scan")
    assert "unused-allow" in result.stdout
    path.write_text("x = 1  # aioport: allow[slep] y\n")
    assert invoke("scan").exit_code == 1


def test_a_baseline(folder: Path) -> None:
    """What it holds does not count, wherever it is moved; what is new does; what is gone is told."""
    missing = invoke("scan", "--baseline", "base.json")
    assert missing.exit_code == 2
    assert "base.json: there is no such baseline; --update-baseline makes it" in missing.stderr
    assert invoke("scan", "--update-baseline").exit_code == 2
    assert invoke("scan", "--baseline", "base.json", "--update-baseline").exit_code == 0
    (folder / "service.py").write_text(f"import os\n\n\n{SERVICE}")
    result = invoke("scan", "--baseline", "base.json")
    assert result.exit_code == 0
    assert "2  not shown, because base.json holds them" in result.stdout
    (folder / "service.py").write_text(SERVICE.replace("    pause()\n", "    pause()\n    time.sleep(3)\n"))
    assert functions("--baseline", "base.json") == ["service.handler"]
    assert invoke("scan", "--baseline", "base.json").exit_code == 1
    (folder / "service.py").write_text(SERVICE.partition("def sync")[0])
    document = invoke_json("scan", "--baseline", "base.json")
    assert document["summary"]["baseline"] == {
        "file": "base.json",
        "known": 1,
        "gone": ["service.py: 1 of 1 time.sleep in service.sync"],
    }


def test_a_baseline_of_a_project_holds_for_its_folders(folder: Path) -> None:
    """A folder of the project may be scanned alone with the project's baseline."""
    write_files(folder, {"pyproject.toml": "", "lib/deep.py": SERVICE})
    (folder / "service.py").unlink()
    invoke("scan", "--baseline", "base.json", "--update-baseline")
    assert invoke_json("scan", "lib", "--baseline", "base.json")["summary"]["baseline"]["known"] == 2


def test_changed(folder: Path) -> None:
    """Only what uncommitted work has to do with, or what was added since a branch was left; a path may follow."""
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "first"]):
        who = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
        subprocess.run(
            ["git", *who, *words], cwd=folder, env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}, check=True
        )
    assert functions("--changed") == []
    (folder / "service.py").write_text(SERVICE.replace("    pause()\n", "    pause()  # now\n"))
    assert functions("--changed") == ["service.pause"]
    assert functions("--changed", "main") == ["service.pause"]
    assert functions("--changed", "--async-only", ".") == ["service.pause"]
    result = invoke("scan", "--changed", "nowhere")
    assert result.exit_code == 2
    assert result.stderr.startswith("aioport: --changed nowhere: git knows no such commit")


@pytest.mark.usefixtures("folder")
def test_unknown_calls_are_ranked() -> None:
    """What may hide most comes first."""
    Path("service.py").write_text("def f(a):\n    a.zero()\n    a.sleep(1)\n\n\nimport time\ntime.sleep(1)\n")
    text = invoke("scan", "--unknown").stdout
    assert text.index("a.sleep  may be time.sleep; reached from 1 function") < text.index("a.zero")
