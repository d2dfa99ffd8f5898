"""The glue of the apps benchmark: functions against a report, modules, imports, and a case from end to end."""

import argparse
import sys
from pathlib import Path

import pytest

import apps
from app_modules import Modules, find_modules, import_failures, imported_libraries
from apps import Places, run_case
from functions_listed import reported_root, unlisted

SOURCE = """
def plain(): ...

class Box:
    @property
    @decorate
    def content(self):
        def inner(): ...
        return inner

    async def fetch(self): ...
"""


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def functions(*lines: int, color: str = "sync", path: str = "a.py") -> list[dict[str, object]]:
    return [{"path": path, "line": line, "color": color} for line in lines]


def test_every_function_listed(tmp_path: Path) -> None:
    """A decorated function may be listed at its `def` or at its first decorator."""
    write(tmp_path, {"pack/a.py": SOURCE})
    pack = tmp_path / "pack"
    for decorated in (5, 7):
        report = {"functions": functions(2, decorated, 8, 11)}
        assert unlisted(report, pack, tmp_path, ["pack/a.py"]) == []


def test_unlisted_functions_are_named(tmp_path: Path) -> None:
    """A function without an entry, or with an entry that has no color, is named with its place."""
    write(tmp_path, {"a.py": SOURCE})
    report = {"functions": functions(2, 11) + functions(8, color="unknown")}
    assert unlisted(report, tmp_path, tmp_path, ["a.py"]) == ["a.py:7 content", "a.py:8 inner"]


def test_reported_root_is_the_folder_or_the_common_parent(tmp_path: Path) -> None:
    """A named folder is the root of the report; for files it is their folder."""
    write(tmp_path, {"one/a.py": "", "two.py": ""})
    assert reported_root(tmp_path, ["one"]) == tmp_path / "one"
    assert reported_root(tmp_path, ["two.py"]) == tmp_path
    assert reported_root(tmp_path, ["one", "two.py"]) == tmp_path


def test_modules_are_named_from_the_first_folder_without_init(tmp_path: Path) -> None:
    """Names count from above the outermost package; what runs on import, or has no module name, is left out."""
    write(
        tmp_path,
        {
            "src/pack/__init__.py": "",
            "src/pack/sub/__init__.py": "",
            "src/pack/sub/deep.py": "",
            "src/pack/__main__.py": "",
            "script.py": "",
            "not-a-module.py": "",
        },
    )
    found = find_modules(tmp_path, sorted(tmp_path.rglob("*.py")))
    assert found == Modules(("pack", "pack.sub", "pack.sub.deep", "script"), (".", "src"))


def test_import_failures_are_told_and_do_not_stop_the_rest(tmp_path: Path) -> None:
    """A module that raises, exits or prints while it is imported does not keep the others from being tried."""
    write(tmp_path, {"raises.py": "1 / 0", "leaves.py": "raise SystemExit", "fine.py": "print('[]')"})
    modules = Modules(("fine", "leaves", "missing", "raises"), (".",))
    failures = import_failures(modules, tmp_path, Path(sys.executable))
    assert failures == {
        "leaves": "SystemExit: ",
        "missing": "ModuleNotFoundError: No module named 'missing'",
        "raises": "ZeroDivisionError: division by zero",
    }


def test_fallback_folders_come_last(tmp_path: Path) -> None:
    """A library from a fallback folder is found, and never hides one that the case has itself."""
    write(
        tmp_path,
        {"own/lib.py": "", "own/use.py": "import lib, extra", "more/lib.py": "1 / 0", "more/extra.py": ""},
    )
    modules = Modules(("use",), ("own",))
    assert import_failures(modules, tmp_path, Path(sys.executable), fallbacks=[tmp_path / "more"]) == {}


def test_imported_libraries_are_top_level_names(tmp_path: Path) -> None:
    """Imports count wherever they stand; relative ones do not."""
    write(tmp_path, {"a.py": "import x.y\nfrom z.w import v\nfrom . import u\ndef f():\n    import t\n"})
    assert imported_libraries([tmp_path / "a.py"]) == {"x", "z", "t"}


PREPARE = """
import pathlib, sys
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
(folder / "src" / "pack" / "tests").mkdir(parents=True)
(folder / "venv" / "bin").mkdir(parents=True)
(folder / "venv" / "bin" / "python").symlink_to(sys.executable)
(folder / "src" / "pack" / "__init__.py").write_text("def f(): ...\\n")
(folder / "src" / "pack" / "tests" / "test_f.py").write_text("def test_f(): ...\\n")
"""
CONVERT = """
import json, pathlib, sys
assert sys.argv[1] == "pack" and "--write" in sys.argv, sys.argv
pathlib.Path("pack/__init__.py").write_text({text!r})
print(json.dumps({{"version": 1, "functions": {functions!r}}}))
"""
MANIFEST = '[code]\npaths = ["pack"]\n[tests]\npaths = ["pack/tests"]\n'


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A case with a made-up set-up script."""
    write(tmp_path, {"cases/case.toml": MANIFEST, "prepare.py": PREPARE})
    return Places(tmp_path / "cases", tmp_path / "prepare.py", tmp_path / "cache")


def converted(
    places: Places, monkeypatch: pytest.MonkeyPatch, text: str, listed: list[dict[str, object]]
) -> apps.Converted:
    """Run the case with an `aioport convert` that writes a text and lists some functions."""
    script = places.prepare.with_name("convert.py")
    script.write_text(CONVERT.format(text=text, functions=listed), encoding="utf-8")
    monkeypatch.setattr(apps, "aioport", lambda _, *words: [sys.executable, script, *words])
    return run_case("case", places, argparse.Namespace(level="native", entry=[]))


def test_case_that_holds_together(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are left out of the copy; colors, written files and modules are counted."""
    listed = functions(1, color="async", path="__init__.py")
    done = converted(places, monkeypatch, "async def f(): ...\n", listed)
    assert (done.error, done.colors, done.written, done.modules) == ("", {"async": 1}, 1, 1)
    assert apps.line(done).split() == (
        f"case native 1 functions (1 async), 1 files written, 1 modules import, {done.seconds:.1f} s".split()
    )


@pytest.mark.parametrize(
    ("text", "listed", "said"),
    [
        ("def f(:", functions(1, path="__init__.py"), "pack/__init__.py does not parse"),
        ("def f(): ...", [], "1 functions without a color: pack/__init__.py:1 f"),
        (
            "import nowhere",
            functions(1, path="__init__.py"),
            "cannot be imported any more: pack: ModuleNotFoundError",
        ),
        ("", [{"path": "__init__.py", "line": 1}], "no field 'color'"),
    ],
)
def test_case_that_does_not(
    places: Places, monkeypatch: pytest.MonkeyPatch, text: str, listed: list[dict[str, object]], said: str
) -> None:
    """Each check names what failed."""
    assert converted(places, monkeypatch, text, listed).error.startswith(said)


def test_broken_set_up_is_made_anew(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a set-up that was broken off left behind is not taken for a set-up."""
    (places.cache / "apps" / "case" / "src").mkdir(parents=True)
    assert not converted(places, monkeypatch, "", functions(1, path="__init__.py")).error
