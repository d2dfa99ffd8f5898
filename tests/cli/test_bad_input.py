"""What cannot be worked with: one clear message, exit code 2, and not a byte of the project changed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import aioport.api
import aioport.scanning
from aioport.program.pyrefly import CheckerError
from aioport.writing.errors import WriteError
from tests.cli.running import BLOCKING, contents, invoke, write_files

Prepare = Callable[[Path], object]


def holds(**files: str | bytes) -> Prepare:
    """A project of the convertible program and some more files (`name` for `name.py`)."""
    texts = {f"{name}.py": content for name, content in files.items()}
    return lambda root: write_files(root, {"program.py": BLOCKING, **texts})


def configured(text: str) -> Prepare:
    return lambda root: write_files(root, {"program.py": BLOCKING, "pyproject.toml": text})


def read_only(path: str) -> Prepare:
    def prepare(root: Path) -> None:
        write_files(root, {"program.py": BLOCKING})
        (root / path).chmod(0o555)

    return prepare


def changed_since_commit(root: Path) -> None:
    write_files(root, {"program.py": "x = 1\n"})
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org")
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "all")):
        subprocess.run([*git, *words], cwd=root, check=True)
    write_files(root, {"program.py": BLOCKING})


CASES: dict[str, tuple[Prepare, tuple[str, ...], tuple[str, ...]]] = {
    "a syntax error": (
        holds(broken="x = 1\ndef f(:\n"),
        (),
        ("broken.py:2: ", "`def f(:`", "correct it, or leave the file out with `exclude`"),
    ),
    "latin-1 without a coding line": (
        holds(names="x = 1\ny = 'é'\n".encode("latin-1")),
        (),
        ("names.py:2: not UTF-8", "add `# -*- coding: latin-1 -*-`"),
    ),
    "nothing but latin-1 without a coding line": (
        lambda root: write_files(root, {"names.py": "y = 'é'\n".encode("latin-1")}),
        (),
        ("names.py:1: not UTF-8",),
    ),
    "two files at once": (holds(a="(\n", b="\0"), (), ("a.py:1: ", "b.py:1: a null byte")),
    "an empty folder": (lambda _: None, (), ("no Python file in it",)),
    "a read-only file": (read_only("program.py"), (), ("program.py: is read-only",)),
    "a read-only folder": (read_only("."), (), ("is read-only; make it writable",)),
    "a dirty git tree": (changed_since_commit, (), ("not committed: program.py; commit or stash, or pass --force",)),
    "an entry that is not there": (holds(), ("--entry", "program:mian"), ("--entry program:mian: no such function", "there is program.main")),
    "an entry that is none": (holds(), ("--entry", "main()"), ("--entry main(): expected `auto`, `api` or",)),
    "no interpreter": (holds(), ("--python", "nowhere/python"), ("--python nowhere/python",)),
    "settings that are no TOML": (configured("[tool"), (), ("pyproject.toml: not valid TOML",)),
    "an unknown setting": (configured("[tool.aioport]\nlevle = 'native'\n"), (), ("did you mean `level`?",)),
    "a catalog entry that is wrong": (
        configured("[[tool.aioport.catalog]]\npure = ['b', 'a']\n"), (), ("tool.aioport.catalog[0]: pure",),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_convert_refuses(case: str, tmp_path: Path) -> None:
    """Nothing on stdout, the message on stderr, no traceback."""
    prepare, options, expected = CASES[case]
    prepare(tmp_path)
    before = contents(tmp_path)
    try:
        result = invoke("convert", tmp_path, "--write", *options)
        assert contents(tmp_path) == before
    finally:
        tmp_path.chmod(0o755)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("aioport: ")
    for text in expected:
        assert text in result.stderr


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    """The message names the path, for every command."""
    for command in ("scan", "convert"):
        result = invoke(command, tmp_path / "nowhere")
        assert result.exit_code == 2
        assert f"{tmp_path / 'nowhere'}: no such file or folder" in result.stderr
        assert not result.stdout


@pytest.mark.parametrize(
    "words", [("scan", "--format", "yaml"), ("convert", "--level", "most"), ("explode",)]
)
def test_a_command_line_that_is_wrong(words: tuple[str, ...]) -> None:
    """What is not understood is exit code 2 as well."""
    result = invoke(*words)
    assert result.exit_code == 2
    assert words[-1] in result.stderr


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an editor saves while aioport reads is not lost."""
    write_files(tmp_path, {"program.py": BLOCKING})

    def edited(*paths: Path, **options: Any) -> aioport.api.Conversion:
        conversion = convert_paths(*paths, **options)
        write_files(tmp_path, {"program.py": "saved = 1\n"})
        return conversion

    convert_paths = aioport.api.convert_paths
    monkeypatch.setattr(aioport.api, "convert_paths", edited)
    result = invoke("convert", tmp_path, "--write")
    assert result.exit_code == 2
    assert "program.py: has changed since it was read" in result.stderr
    assert (tmp_path / "program.py").read_text(encoding="utf-8") == "saved = 1\n"


def test_a_file_in_the_way_is_not_overwritten(tmp_path: Path) -> None:
    """A file that was not read, because git ignores it, is not replaced by a new one."""
    write_files(tmp_path, {"program.py": BLOCKING, "_aio.py": "mine = 1\n"})
    (tmp_path / "pyproject.toml").write_text("[tool.aioport]\nexclude = ['_aio.py']\n", encoding="utf-8")
    before = contents(tmp_path)
    result = invoke("convert", tmp_path, "--write")
    assert result.exit_code == 2
    assert "_aio.py: is there already" in result.stderr
    assert contents(tmp_path) == before


def test_a_character_that_the_encoding_lacks(tmp_path: Path) -> None:
    """The message names the file, the character and the remedy."""
    write_files(tmp_path, {"program.py": b"# coding: latin-1\nx = 1\n"})
    conversion = aioport.api.convert_project(tmp_path)
    changed = aioport.api.Conversion(
        conversion.project, conversion.outcome, {"program.py": "# coding: latin-1\nx = '→'\n"}, (), ()
    )
    with pytest.raises(WriteError, match=r"program.py: its encoding iso-?8859-1 lacks '→' \(U\+2192\)"):
        aioport.api.write_conversion(changed)


def test_a_checker_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its complaint is the message."""

    def fail(*_: object, **__: object) -> object:
        raise CheckerError("pyrefly left no report")

    monkeypatch.setattr(aioport.api, "convert_paths", fail)
    result = invoke("convert", tmp_path)
    assert (result.exit_code, result.stderr) == (2, "aioport: pyrefly left no report\n")


def test_a_bug_shows_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is exit code 3 and asks for a report."""

    def fail(*_: object, **__: object) -> object:
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr(aioport.scanning, "scan_project", fail)
    result = invoke("scan", tmp_path)
    assert result.exit_code == 3
    assert "ZeroDivisionError: surprise" in result.stderr
    assert result.stderr.endswith(
        "aioport: this is a bug in aioport: please report it with the lines above\n"
    )


SCANNED: dict[str, tuple[Prepare, tuple[str, ...], tuple[str, ...]]] = {
    "a syntax error": (holds(broken="def f(:\n"), (), ("broken.py:1: ",)),
    "null bytes": (holds(nulls=b"x = 1\ny = '\0'\n"), (), ("nulls.py:2: a null byte",)),
    "UTF-16": (holds(wide="x = 1\n".encode("utf-16")), (), ("wide.py:1: UTF-16",)),
    "an encoding that is none": (holds(odd="# coding: nowhere\n"), (), ("odd.py:1: its coding line names `nowhere`",)),
    "an encoding that is another": (
        holds(lying=b"# coding: utf-8\nx = '\xe9'\n"), (), ("lying.py:2: not `utf-8` (byte 0xe9",),
    ),
    "a number of a hundred thousand digits": (holds(number=f"x = {'9' * 100_000}\n"), (), ()),
    "a line of a megabyte": (holds(line=f"x = '{'a' * 1_000_000}'\n"), (), ()),
    "a thousand parentheses": (holds(nested=f"x = {'(' * 1000}1{')' * 1000}\n"), (), ()),
    "five thousand terms": (holds(terms=f"x = {' + '.join(['1'] * 5000)}\n"), (), ("terms.py:1: nested too deeply",)),
    "an empty file": (holds(empty=""), (), ()),
    "classes that go in circles": (holds(a="from b import B\nclass A(B): ...\n", b="from a import A\nclass B(A): ...\n"), (), ()),
}  # fmt: skip


@pytest.mark.parametrize("case", SCANNED)
def test_a_scan_goes_on(case: str, tmp_path: Path) -> None:
    """What is bad is named on stderr, if it is bad; the rest is reported all the same."""
    prepare, options, expected = SCANNED[case]
    prepare(tmp_path)
    result = invoke("scan", tmp_path, "--format", "json", *options)
    assert result.exit_code == (2 if expected else 0), result.output
    for text in expected:
        assert text in result.stderr
    found = {row["chain"][-1]["name"] for row in json.loads(result.stdout)["findings"]}
    assert "time.sleep" in found


def test_links_are_not_followed_in_circles(tmp_path: Path) -> None:
    """A file counts once, however it is linked, and what is outside of the folder not through a linked folder."""
    root = write_files(tmp_path / "project", {"program.py": BLOCKING, "inner/x.py": ""})
    write_files(tmp_path / "outside", {"secret.py": "input()\n"})
    (root / "inner" / "up").symlink_to("..")
    (root / "itself.py").symlink_to("itself.py")
    (root / "gone.py").symlink_to("nowhere.py")
    (root / "twin.py").symlink_to("program.py")
    (root / "out").symlink_to(tmp_path / "outside")
    result = invoke("scan", root, "--format", "json")
    assert result.exit_code == 0, result.output
    assert {row["path"] for row in json.loads(result.stdout)["findings"]} == {"program.py"}


def test_pipes_sockets_and_folders_called_like_files(tmp_path: Path) -> None:
    """Nothing waits for somebody to write into a pipe."""
    write_files(tmp_path, {"program.py": BLOCKING, "folder.py/x.py": ""})
    os.mkfifo(tmp_path / "pipe.py")
    assert invoke("scan", tmp_path).exit_code == 0
    result = invoke("scan", tmp_path / "pipe.py")
    assert result.exit_code == 2
    assert "pipe.py: no such file or folder" in result.stderr


def test_file_names_that_are_no_text(tmp_path: Path) -> None:
    """A name in no encoding, or with a line end in it, is a name like any other."""
    write_files(tmp_path, {"program.py": BLOCKING, "new\nline.py": BLOCKING, "-dash.py": BLOCKING})
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.py")).write_text(BLOCKING, encoding="utf-8")
    except OSError:
        pytest.skip("the file system takes no such name")
    for form in ("json", "text"):
        command = [sys.executable, "-m", "aioport", "scan", str(tmp_path), "--format", form]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode in (0, 1, 2), done.stderr
        assert "Traceback" not in done.stderr
