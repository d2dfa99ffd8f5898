"""Guards and console scripts, found as data."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from aioport.discovery import discover
from aioport.entries import find_entries
from aioport.project import Entry


def entries_of(root: Path, files: Mapping[str, str], *, named: str = ".") -> list[Entry]:
    """Return the entries of a project with these files."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return list(find_entries(discover([root / named])))


def script(path: str, function: str, line: int) -> Entry:
    """Return a script's entry."""
    return Entry("script", path, function, line)


@pytest.mark.parametrize(
    "test",
    [
        "__name__ == '__main__'",
        "'__main__' == __name__",
        "(__name__) == (\n'__main__')",
        "__name__ == '__main__' and sys.argv",
    ],
)
def test_guard(tmp_path: Path, test: str) -> None:
    """A guard is found in either order of operands, in parentheses and among further conditions."""
    assert entries_of(tmp_path, {"a.py": f"x = 1\nif {test}:\n    pass\n"}) == [
        Entry("guard", "a.py", None, 2)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "if __name__ != '__main__':\n    pass\n",
        "if __name__ == '__main__' or x:\n    pass\n",
        "def f():\n    if __name__ == '__main__':\n        pass\n",
        "x = __name__ == '__main__'\n",
        "# if __name__ == '__main__':\n",
        "if __name__ == '__main__':\n",
    ],
)
def test_no_guard(tmp_path: Path, text: str) -> None:
    """What only looks like a guard, and what does not parse, is none."""
    assert entries_of(tmp_path, {"a.py": text}) == []


def test_guard_inside_a_block(tmp_path: Path) -> None:
    """A guard may stand inside another condition or a `try` of the module."""
    text = "try:\n    if __name__ == '__main__':\n        pass\nfinally:\n    pass\nif x:\n    pass\nelif __name__ == '__main__':\n    pass\n"
    assert [entry.line for entry in entries_of(tmp_path, {"a.py": text})] == [2, 8]


def test_scripts_of_pyproject(tmp_path: Path) -> None:
    """Scripts are read from the project table and from poetry's, and found in a src layout."""
    pyproject = """
        [project.scripts]
        one = "pkg.cli:main"
        two = "pkg.cli:Tool.run [extra]"
        elsewhere = "other.module:main"
        [project.gui-scripts]
        three = "pkg:window"
        [tool.poetry.scripts]
        four = { reference = "pkg.cli:four", type = "console" }
        five = "pkg.cli:five"
    """
    cli = "def main():\n    pass\n\nclass Tool:\n    def run(self):\n        pass\n\ntry:\n    def four():\n        pass\nexcept x:\n    pass\nfive = make()\n"
    files = {"pyproject.toml": pyproject, "src/pkg/__init__.py": "def window(): ...\n", "src/pkg/cli.py": cli}
    assert entries_of(tmp_path, files) == [
        script("src/pkg/__init__.py", "window", 1),
        script("src/pkg/cli.py", "main", 1),
        script("src/pkg/cli.py", "Tool.run", 5),
        script("src/pkg/cli.py", "four", 9),
        script("src/pkg/cli.py", "five", 13),
    ]


def test_scripts_of_setup_cfg(tmp_path: Path) -> None:
    """Scripts are read from setup.cfg."""
    setup = "[options.entry_points]\nconsole_scripts =\n    tool = tool:main\n    # no\ngui_scripts = w = tool:w\n"
    files = {"setup.cfg": setup, "tool.py": "def main(): ...\ndef w(): ...\n"}
    assert entries_of(tmp_path, files) == [script("tool.py", "main", 1), script("tool.py", "w", 2)]


def test_imported_function_is_followed(tmp_path: Path) -> None:
    """A function that the script's module only imports is found where it is defined."""
    files = {
        "pyproject.toml": '[project.scripts]\na = "pkg:run"\nb = "pkg.sub:start"\nc = "pkg:missing"\nd = "pkg:out"\n',
        "pkg/__init__.py": "from ._cli import main as run\nfrom outside import out\n",
        "pkg/_cli.py": "from pkg.sub.deep import main\n",
        "pkg/sub/__init__.py": "from ..loop import start\n",
        "pkg/loop.py": "from pkg.sub import start\n",
        "pkg/sub/deep.py": "\ndef main(): ...\n",
    }
    assert entries_of(tmp_path, files) == [
        script("pkg/__init__.py", "missing", 1),
        script("pkg/__init__.py", "out", 1),
        script("pkg/sub/__init__.py", "start", 1),
        script("pkg/sub/deep.py", "main", 2),
    ]


def test_part_of_a_project(tmp_path: Path) -> None:
    """The scripts of a pyproject.toml above the root count where they lie in it."""
    files = {
        "pyproject.toml": '[project.scripts]\na = "pkg.cli:main"\nb = "tools:main"\n',
        "pkg/__init__.py": "",
        "pkg/cli.py": "def main(): ...\n",
        "tools.py": "def main(): ...\n",
    }
    assert entries_of(tmp_path, files, named="pkg") == [script("cli.py", "main", 1)]
