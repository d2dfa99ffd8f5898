"""Where absolute imports are looked up, in which order."""

from pathlib import Path

import pytest

from aioport.discovery import discover


def roots_of(
    folder: Path, paths: list[str], *, named: str = ".", texts: dict[str, str] | None = None
) -> list[str]:
    """Lay out files, and return the import roots of a folder among them, relative to the folder of all."""
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((texts or {}).get(path, ""))
    return [root.relative_to(folder).as_posix() for root in discover([folder / named]).import_roots]


@pytest.mark.parametrize(
    ("paths", "roots"),
    [
        (["pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/a.py"], ["."]),
        (["src/pkg/__init__.py", "setup.py"], ["src", "."]),
        (["src/ns/pkg/__init__.py", "src/one.py"], ["src", "."]),
        (["src/__init__.py", "src/a.py"], ["."]),
        (["main.py"], ["."]),
        (
            ["pkg/__init__.py", "scripts/b.py", "scripts/a/c.py", "tests/t.py"],
            [".", "scripts", "scripts/a", "tests"],
        ),
        (["pkg/__init__.py", "pkg/data/tool.py"], ["."]),
        (["a.py", "tests/one/__init__.py", "tests/deep/er/two/__init__.py"], ["tests/deep/er", "tests", "."]),
        (["a.py", "tests/__init__.py", "tests/x/__init__.py"], ["."]),
    ],
)
def test_order(tmp_path: Path, paths: list[str], roots: list[str]) -> None:
    """`src` comes first, then parents of packages, the root, and loose scripts last; nothing inside a package."""
    assert roots_of(tmp_path, paths) == roots


def test_above_the_root(tmp_path: Path) -> None:
    """Of a package that is named itself, the root of imports is the parent of its outermost package, not the package."""
    paths = ["home/pkg/__init__.py", "home/pkg/sub/__init__.py", "home/pkg/sub/http/__init__.py"]
    assert roots_of(tmp_path, paths, named="home/pkg/sub") == ["home"]
    assert roots_of(tmp_path, paths, named="home/pkg") == ["home"]


def test_part_of_a_project(tmp_path: Path) -> None:
    """Of a part of a project, the `src` and the folder of its pyproject.toml are roots too."""
    paths = ["pyproject.toml", "src/pkg/__init__.py", "tests/test_a.py"]
    assert roots_of(tmp_path, paths, named="tests") == ["src", "tests", "."]
    assert roots_of(tmp_path, paths, named="src/pkg") == ["src", "."]


def test_namespace_package(tmp_path: Path) -> None:
    """A folder without `__init__.py` that the project imports by name is a namespace package and no root."""
    paths = ["app.py", "ns/pkg/__init__.py", "other/tool/__init__.py"]
    assert roots_of(tmp_path, paths, texts={"app.py": "if x:\n    from ns.pkg import y\n"}) == ["other", "."]


def test_standard_library_is_not_hidden(tmp_path: Path) -> None:
    """A folder below the root whose modules are called like the standard library's is no root."""
    paths = ["a.py", "scripts/a.py", "scripts/socket.py", "vendor/http/__init__.py", "tools/b.py"]
    assert roots_of(tmp_path, paths) == [".", "tools"]


def test_src_that_is_named(tmp_path: Path) -> None:
    """`src` itself is a root when it is what was named."""
    assert roots_of(tmp_path, ["src/pkg/__init__.py"], named="src") == ["src"]
