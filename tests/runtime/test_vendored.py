"""render_vendored(): just what is needed, in a file that stands alone."""

import ast
import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from aioport import runtime
from aioport.rewriting.vendored import render_vendored

SUBSETS = [
    frozenset(names) for size in (1, 2) for names in itertools.combinations(sorted(runtime.__all__), size)
]

SUPPORT = '''
import json
from typing import Any

from aioport.runtime import builds, shared as unused_name


# The reason for the class.
class Client:
    """A client of the project."""

    def close(self) -> None:
        print("closed")


@builds(Client)
def build(shared: bool) -> Client:
    client = Client()
    client.name = json.dumps(shared)
    return client
'''


def module(text: str) -> dict[str, object]:
    """The namespace that the text leaves behind when it is imported."""
    namespace: dict[str, object] = {"__name__": "_aio"}
    exec(compile(text, "_aio.py", "exec"), namespace)  # noqa: S102
    return namespace


def definitions(text: str) -> set[str]:
    return {
        node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def ruff(command: str, folder: Path, *options: str) -> str:
    """What ruff, without anybody's settings, says about the files of a folder."""
    line = [sys.executable, "-m", "ruff", command, "--isolated", "--no-cache", "--line-length", "110"]
    return subprocess.run([*line, *options, str(folder)], capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("names", SUBSETS, ids=lambda names: ",".join(sorted(names)))
def test_any_names_give_a_module_with_these_names(names: frozenset[str]) -> None:
    """It parses as Python 3.10, runs, and its `__all__` says what was asked for."""
    text = render_vendored(names)
    ast.parse(text, feature_version=(3, 10))
    namespace = module(text)
    assert namespace["__all__"] == sorted(names)
    assert all(callable(namespace[name]) for name in names)
    assert text.startswith(f'"""Helpers for asyncio code: {", ".join(sorted(names))}."""\n\n')


def test_no_text_has_an_unused_import_or_an_unknown_name(tmp_path: Path) -> None:
    """ruff finds nothing to say, and nothing to format, in any of them."""
    for number, names in enumerate([*SUBSETS, frozenset(runtime.__all__)]):
        (tmp_path / f"aio_{number}.py").write_text(render_vendored(names), encoding="utf-8")
    (tmp_path / "supported.py").write_text(render_vendored(["shared"], [SUPPORT]), encoding="utf-8")
    assert (
        ruff("check", tmp_path, "--select", "F,E,W,I", "--target-version", "py310") == "All checks passed!\n"
    )
    assert "would be reformatted" not in ruff("format", tmp_path, "--check")


def test_only_what_is_needed_is_there() -> None:
    """gather() alone brings no clients and no pools; offload() brings offload_in(), on which it stands."""
    assert definitions(render_vendored(["gather"])) == {"gather"}
    assert definitions(render_vendored(["fetch"])) == {"fetch"}
    assert "import multiprocessing" not in render_vendored(["run", "gather", "shared"])
    assert {"offload", "offload_in", "_pool"} <= definitions(render_vendored(["offload"]))
    assert "shared" not in definitions(render_vendored(["offload", "run"]))


def test_all_names_give_all_of_the_runtime() -> None:
    """There is nothing in the runtime file that no public function needs."""
    source = ast.parse(Path(runtime.__file__).read_text(encoding="utf-8"))
    rendered = ast.parse(render_vendored(runtime.__all__))
    assert [ast.dump(node) for node in rendered.body[1:]] == [ast.dump(node) for node in source.body[1:]]


def test_the_text_does_not_depend_on_the_order_of_the_names() -> None:
    """The same names give the same bytes, so that a second conversion changes nothing."""
    assert render_vendored(["run", "gather"]) == render_vendored({"gather", "run"})
    assert render_vendored(["shared"], [SUPPORT, SUPPORT]) == render_vendored(["shared"], [SUPPORT])


def test_the_file_does_not_say_how_the_project_was_made() -> None:
    """Readers are told what it is; the version is there for whoever maintains it."""
    text = render_vendored(runtime.__all__)
    assert any(line.startswith("# aioport runtime ") for line in text.splitlines()[:5])
    assert text.count("aioport") == 1
    assert "convert" not in text.lower()
    assert "generated" not in text.lower()


def test_support_code_is_copied_with_what_it_needs() -> None:
    """`builds` comes with it, its imports go to the top, those of the runtime and the unused ones are dropped."""
    text = render_vendored(["run", "shared"], [SUPPORT])
    namespace = module(text)
    assert namespace["__all__"] == ["run", "shared"]
    assert "builds" in definitions(text)
    assert "import aioport" not in text
    assert "from aioport" not in text
    assert text.index("import json") < text.index("__all__")
    assert "# The reason for the class.\nclass Client:" in text
    assert "unused_name" not in text


def test_a_parameter_called_shared_does_not_bring_the_function() -> None:
    """Names are resolved by scope: a builder's parameter is not the function of the same name."""
    assert "shared" not in definitions(render_vendored(["owned", "run"], [SUPPORT]))


def test_names_of_the_support_code_may_be_asked_for() -> None:
    """A helper from the catalog is public like those of the runtime."""
    assert module(render_vendored(["run", "build"], [SUPPORT]))["__all__"] == ["build", "run"]


def test_an_unknown_name_is_refused() -> None:
    """Private parts of the runtime are unknown too."""
    with pytest.raises(ValueError, match="nor the support code defines _call, nothing"):
        render_vendored(["run", "nothing", "_call"])


@pytest.mark.parametrize(
    ("name", "blocks"),
    [
        ("build", ["def build() -> None: ...", "def build() -> int: ..."]),
        ("asyncio", ["import json as asyncio\n\nloads = asyncio.loads"]),
        ("gather", ["def gather() -> None: ..."]),
        ("T", ["T = 3\nprint(T)"]),
    ],
)
def test_support_code_that_clashes_is_refused(name: str, blocks: list[str]) -> None:
    """Two definitions of a name, or a name that means something else in the runtime, would change what runs."""
    with pytest.raises(ValueError, match=f"the support code gives {name} a second meaning"):
        render_vendored(["run", "gather"], blocks)


@pytest.mark.parametrize(("package", "module_name"), [(False, "_aio"), (True, "._aio")])
def test_the_file_works_beside_a_script_and_in_a_package(
    tmp_path: Path, *, package: bool, module_name: str
) -> None:
    """Also its process pool, whose workers import the file by its name."""
    folder = tmp_path / "app" if package else tmp_path
    folder.mkdir(exist_ok=True)
    names = ["gather", "offload", "offload_in", "run", "shared"]
    (folder / "_aio.py").write_text(render_vendored(names, [SUPPORT]), encoding="utf-8")
    (folder / "program.py").write_text(
        f"from {module_name} import Client, gather, offload, offload_in, run, shared\n"
        "async def main():\n"
        "    print(shared(Client).name, await offload_in('cpu', pow, 2, 5))\n"
        "    print(await gather(offload(int, str(n)) for n in range(3)))\n"
        "if __name__ == '__main__':\n"
        "    run(main())\n",
        encoding="utf-8",
    )
    command = ["-m", "app.program"] if package else ["program.py"]
    done = subprocess.run(
        [sys.executable, "-W", "error", *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("true 32\n[0, 1, 2]\nclosed\n", "")
