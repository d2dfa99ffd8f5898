"""Which files belong to a project, and what is said when there are none to be had."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from aioport.discovery import discover
from aioport.project import ProjectError
from aioport.settings import Options

OWN = "{}.{}".format(*sys.version_info)


def lay_out(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def paths_of(*paths: Path) -> list[str]:
    """Return the paths of the sources found."""
    return list(discover(paths).sources)


def test_a_folder(tmp_path: Path) -> None:
    """Python files of all levels are found, sorted by path; other files are not."""
    lay_out(
        tmp_path, {"b.py": "x = 1", "a/z.py": "", "a/w.pyw": "", "a/s.pyi": "", "a/t.txt": "", "a-b.py": ""}
    )
    project = discover([tmp_path])
    assert list(project.sources) == ["a-b.py", "a/w.pyw", "a/z.py", "b.py"]
    assert project.root == tmp_path
    assert project.sources["b.py"].text == "x = 1"


def test_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a path the current folder is read."""
    lay_out(tmp_path, {"a.py": ""})
    monkeypatch.chdir(tmp_path)
    assert discover([]).root == tmp_path


def test_what_is_never_source(tmp_path: Path) -> None:
    """Environments, caches and what tools unpack are skipped; packages called build or dist are not."""
    skipped = [
        ".git/a.py",
        "env/pyvenv.cfg",
        "env/lib/a.py",
        "conda/conda-meta/x",
        "conda/a.py",
        "node_modules/a.py",
    ]
    skipped += ["__pycache__/a.py", ".tox/a.py", ".nox/a.py", "x.egg-info/a.py"]
    lay_out(tmp_path, dict.fromkeys([*skipped, "build/a.py", "dist/a.py", "src/build/a.py"], ""))
    assert paths_of(tmp_path) == ["build/a.py", "dist/a.py", "src/build/a.py"]


def test_gitignore_files_agree_with_git(tmp_path: Path) -> None:
    """What is left out is what git ignores: nested files, negation, anchors, `info/exclude`, ignored parents."""
    lay_out(
        tmp_path,
        {
            ".gitignore": "build/\n/top.py\n*_pb2.py\nout*\n!out_kept.py\nsub/deep/only.py\n[bad\n",
            "sub/.gitignore": "!kept_pb2.py\n/local.py\n",
            "build/.gitignore": "!a.py\n",
            "build/a.py": "",
            "top.py": "",
            "sub/top.py": "",
            "x_pb2.py": "",
            "sub/kept_pb2.py": "",
            "sub/other_pb2.py": "",
            "out.py": "",
            "out_kept.py": "",
            "outer/out_kept.py": "",
            "sub/local.py": "",
            "sub/inner/local.py": "",
            "sub/deep/only.py": "",
            "private.py": "",
            "a.py": "",
        },
    )
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("private.py\n")
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "-z", "*.py"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert paths_of(tmp_path) == sorted(listed.strip("\0").split("\0"))
    # The ignore files above what is read count too.
    assert paths_of(tmp_path / "sub") == ["inner/local.py", "kept_pb2.py", "top.py"]


def test_gitignore_without_git(tmp_path: Path) -> None:
    """Ignore files at and below the folder count outside of git as well; those above it do not."""
    lay_out(tmp_path, {".gitignore": "*\n", "p/.gitignore": "a.py\n", "p/a.py": "", "p/b.py": ""})
    assert paths_of(tmp_path / "p") == ["b.py"]


def test_linked_work_tree(tmp_path: Path) -> None:
    """In a linked work tree, where `.git` is a file, the excludes of the main one count."""
    main, linked = lay_out(tmp_path / "main", {"a.py": ""}), tmp_path / "linked"
    git = ("git", "-c", "user.name=n", "-c", "user.email=e@example.org", "-C", main)
    for arguments in (
        ["init", "-q"],
        ["add", "a.py"],
        ["commit", "-qm", "x"],
        ["worktree", "add", "-q", linked],
    ):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    (main / ".git" / "info" / "exclude").write_text("local.py\n")
    lay_out(linked, {"local.py": "", "b.py": ""})
    assert paths_of(linked) == ["a.py", "b.py"]


def test_exclude(tmp_path: Path) -> None:
    """`exclude` counts from the folder of pyproject.toml, and its negations win over ignore files."""
    lay_out(
        tmp_path,
        {
            "pyproject.toml": '[tool.aioport]\nexclude = ["/docs/", "gen_*.py", "!kept.py"]\n',
            ".gitignore": "kept.py\n",
            "docs/a.py": "",
            "pkg/docs/a.py": "",
            "pkg/gen_a.py": "",
            "pkg/kept.py": "",
        },
    )
    assert paths_of(tmp_path) == ["pkg/docs/a.py", "pkg/kept.py"]
    assert paths_of(tmp_path / "pkg") == ["docs/a.py", "kept.py"]


def test_what_is_named_is_read(tmp_path: Path) -> None:
    """A file or folder that is named is read although patterns leave it out, and whatever its name."""
    lay_out(
        tmp_path,
        {
            "pyproject.toml": '[tool.aioport]\nexclude = ["docs/"]\n',
            ".gitignore": "build/\n",
            ".git/HEAD": "",
            "build/a.py": "",
            "docs/a.py": "",
            "tool": "",
        },
    )
    assert paths_of(tmp_path / "build") == ["a.py"]
    assert paths_of(tmp_path / "docs") == ["a.py"]
    assert paths_of(tmp_path / "docs/a.py", tmp_path / "build", tmp_path / "tool") == [
        "build/a.py",
        "docs/a.py",
        "tool",
    ]


def test_bad_exclude(tmp_path: Path) -> None:
    """A pattern that cannot be understood is named, with its file."""
    lay_out(tmp_path, {"pyproject.toml": '[tool.aioport]\nexclude = ["!"]\n', "a.py": ""})
    with pytest.raises(
        ProjectError, match=r"pyproject\.toml: \[tool\.aioport\] exclude: '!' is no gitignore pattern"
    ):
        discover([tmp_path])


def test_common_parent(tmp_path: Path) -> None:
    """Of several paths the root is the common parent, and each file is read once."""
    lay_out(tmp_path, {"p/a/x.py": "", "p/b/y.py": "", "p/c/z.py": ""})
    project = discover([tmp_path / "p/b", tmp_path / "p/a/x.py", tmp_path / "p/a"])
    assert project.root == tmp_path / "p"
    assert list(project.sources) == ["a/x.py", "b/y.py"]


def test_a_single_file(tmp_path: Path) -> None:
    """Of one file the root is its folder."""
    lay_out(tmp_path, {"a.py": "", "b.py": ""})
    project = discover([tmp_path / "a.py"])
    assert (project.root, list(project.sources)) == (tmp_path, ["a.py"])


def test_symbolic_links(tmp_path: Path) -> None:
    """Linked folders are not followed; a linked file is read once, under its own name if that is in the project."""
    lay_out(tmp_path, {"p/pkg/real.py": "", "outside.py": ""})
    pkg = tmp_path / "p" / "pkg"
    (pkg / "loop").symlink_to(tmp_path / "p", target_is_directory=True)
    (pkg / "a_link.py").symlink_to("real.py")
    (pkg / "b_out.py").symlink_to(tmp_path / "outside.py")
    (pkg / "c_out.py").symlink_to(tmp_path / "outside.py")
    (pkg / ".#lock.py").symlink_to("user@host.1234")
    assert paths_of(tmp_path / "p") == ["pkg/b_out.py", "pkg/real.py"]


def test_symbolic_links_that_lead_nowhere(tmp_path: Path) -> None:
    """A link to itself, or to what is not there, is no file."""
    lay_out(tmp_path, {"a.py": ""})
    (tmp_path / "itself.py").symlink_to("itself.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    assert paths_of(tmp_path) == ["a.py"]


def test_a_folder_called_as_an_ignore_file(tmp_path: Path) -> None:
    """It ignores nothing, and is a folder like any other."""
    lay_out(tmp_path, {"a.py": "", ".gitignore/b.py": ""})
    assert paths_of(tmp_path) == [".gitignore/b.py", "a.py"]


def test_root_behind_a_symbolic_link(tmp_path: Path) -> None:
    """A linked folder that is named is read where it really is."""
    lay_out(tmp_path, {"real/a.py": ""})
    (tmp_path / "link").symlink_to("real", target_is_directory=True)
    assert discover([tmp_path / "link"]).root == tmp_path / "real"


def test_no_such_path(tmp_path: Path) -> None:
    """A path that does not exist is named, as it was given."""
    with pytest.raises(ProjectError, match="nowhere: no such file or folder; check the spelling"):
        discover([tmp_path / "nowhere"])


@pytest.mark.parametrize("files", [{}, {"a.txt": "", "b/c.js": ""}])
def test_no_python_in_it(tmp_path: Path, files: dict[str, str]) -> None:
    """A folder without Python files is an error."""
    (tmp_path / "empty").mkdir()
    lay_out(tmp_path / "empty", files)
    with pytest.raises(ProjectError, match=r"empty: no Python file in it \(\*\.py or \*\.pyw\); name a file"):
        discover([tmp_path / "empty"])


def test_all_python_is_ignored(tmp_path: Path) -> None:
    """Where patterns leave out everything, the message says so."""
    lay_out(tmp_path, {".gitignore": "*.py\n", "a.py": ""})
    with pytest.raises(
        ProjectError, match=r"apart from what \.gitignore or \[tool\.aioport\] exclude leaves out"
    ):
        discover([tmp_path])


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be read is named, with the reason and the remedy."""
    lay_out(tmp_path, {"a.py": "", "b.py": ""})
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "b.py":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(
        ProjectError, match=r"b\.py: cannot be read \(Permission denied\); correct its permissions, or"
    ):
        discover([tmp_path])


def test_unreadable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be listed is named, with the reason and the remedy."""
    lay_out(tmp_path, {"a.py": "", "locked/b.py": ""})
    scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(
        ProjectError, match=r"locked: cannot be read \(Permission denied\); correct its permissions, or"
    ):
        discover([tmp_path])


def test_what_vanishes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was listed and is gone is a problem; a folder is as if it had gone before."""
    lay_out(tmp_path, {"a.py": "", "b.py": "", "gone/c.py": ""})
    read, scan = Path.read_bytes, os.scandir

    def lose_file(path: Path) -> bytes:
        if path.name == "b.py":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return read(path)

    def lose_folder(path: str | Path) -> object:
        if str(path).endswith("gone"):
            raise FileNotFoundError(2, "No such file or directory", path)
        return scan(path)

    monkeypatch.setattr(Path, "read_bytes", lose_file)
    monkeypatch.setattr(os, "scandir", lose_folder)
    project = discover([tmp_path])
    assert list(project.sources) == ["a.py"]
    assert [problem.path for problem in project.problems] == ["b.py"]


def test_a_file_name_in_no_encoding(tmp_path: Path) -> None:
    """It is a problem: the type checker takes no such name."""
    lay_out(tmp_path, {"a.py": ""})
    odd = os.fsdecode(b"caf\xe9.py")
    try:
        (tmp_path / odd).write_bytes(b"")
    except OSError:
        pytest.skip("the file system takes no such name")
    project = discover([tmp_path])
    assert list(project.sources) == ["a.py"]
    assert [problem.path for problem in project.problems] == [odd]


def test_undecodable_files_are_problems(tmp_path: Path) -> None:
    """A file that cannot be decoded is no source but a problem, and the others are still read."""
    lay_out(tmp_path, {"pkg/b.py": "x = 1\n"})
    (tmp_path / "pkg" / "a.py").write_bytes(b"\n\nx = '\xe9'\n")
    project = discover([tmp_path])
    assert list(project.sources) == ["pkg/b.py"]
    assert [(problem.path, problem.line) for problem in project.problems] == [("pkg/a.py", 3)]


def test_settings_and_options(tmp_path: Path) -> None:
    """The settings of pyproject.toml arrive with the options laid over them."""
    pyproject = '[tool.aioport]\nlevel = "offload"\nconcurrency = "proven"\n'
    lay_out(tmp_path, {"pyproject.toml": pyproject, "sub/a.py": ""})
    project = discover([tmp_path / "sub"], Options(level="native"))
    assert (project.settings.level, project.settings.concurrency) == ("native", "proven")
    assert project.pyproject == tmp_path / "pyproject.toml"


def test_bad_settings(tmp_path: Path) -> None:
    """A mistake in pyproject.toml is an error of the project."""
    lay_out(tmp_path, {"pyproject.toml": "[tool.aioport]\nlevl = 1\n", "a.py": ""})
    with pytest.raises(ProjectError, match="has no key `levl`; did you mean `level`"):
        discover([tmp_path])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (">=3.11", "3.11"),
        (">=3.12,<4", "3.12"),
        (">=3.8", "3.10"),
        (">=2.7, !=3.0.*, !=3.1.*", "3.10"),
        (">=3", "3.10"),
        (">3.11.4", "3.11"),
        ("~=3.12", "3.12"),
        ("==3.13.*", "3.13"),
        ("<3.13,>=3.11.2", "3.11"),
    ],
)
def test_python_version(tmp_path: Path, said: str, expected: str) -> None:
    """The lowest version that `requires-python` allows counts, but never one below 3.10."""
    lay_out(tmp_path, {"pyproject.toml": f'[project]\nrequires-python = "{said}"\n', "a.py": ""})
    assert discover([tmp_path]).python_version == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\n'}, "3.12"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\npython = "~3.13 || ^3.12"\n'}, "3.12"),
        ({"setup.cfg": "[options]\npython_requires = >=3.12\n"}, "3.12"),
        ({"setup.cfg": "[metadata]\nname = %(x)s\n"}, OWN),
        ({"pyproject.toml": '[project]\nrequires-python = "<4"\n'}, OWN),
    ],
)
def test_python_version_from_elsewhere(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    """Poetry and setup.cfg are asked too; where nobody gives a lower bound, the Python that runs aioport counts."""
    lay_out(tmp_path, {**files, "a.py": ""})
    assert discover([tmp_path]).python_version == expected


def test_bad_setup_cfg(tmp_path: Path) -> None:
    """A setup.cfg that cannot be parsed is named."""
    lay_out(tmp_path, {"setup.cfg": "no section\n", "a.py": ""})
    with pytest.raises(ProjectError, match=r"setup\.cfg: cannot be parsed"):
        discover([tmp_path])
