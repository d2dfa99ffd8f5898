"""The glue of the apps benchmark: functions against a report, modules, imports, and a case from end to end."""

import argparse
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import app_audit
import apps
from app_audit import AuditedCase, Found, audit_case, audited_lines, compare, print_audit
from app_cases import Places, known_cases
from app_modules import Modules, find_modules, import_failures, imported_libraries
from apps import run_case
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


PROGRAM = """\
import os


def load(path, names):
    with (
        open(path) as first,
        open(path) as second,
    ):
        found = Path(
            path,
        ).read_text(
            encoding="utf-8",
        )
    for name in os.scandir(
        path,
    ):
        found += os.remove(name)
    print("é", path.opened.read(
        make(path),
    ))
    return [
        line
        for line in found.read()
    ]
"""


def row(line: int, column: int, *links: int, kind: str = "blocking-call") -> dict[str, Any]:
    """A finding at a place, with a chain that begins in line 4 and goes over some lines of the same file."""
    chain = [{"path": "m.py", "line": link, "name": "f"} for link in (4, *links)]
    return {"path": "m.py", "line": line, "column": column, "kind": kind, "chain": chain}


def found(tmp_path: Path, line: int, findings: list[dict[str, Any]], unknown: list[dict[str, Any]]) -> Found:
    """How one audited line of the program is found in a report."""
    write(tmp_path, {"pack/m.py": PROGRAM})
    audited = app_audit.Audited("pack/m.py", line, ("load",), ("open",), in_thread=False)
    report = {"findings": findings, "unknown": unknown}
    (checked,) = compare([audited], report, tmp_path, {"code": {"paths": ["pack"]}})
    return checked.found


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (6, (6, 9)),
        (5, (6, 9)),  # on leaving the block
        (5, (7, 9)),
        (9, (9, 17)),
        (11, (9, 17)),  # where the method's name stands
        (14, (14, 17)),
        (17, (17, 18)),
        (18, (18, 16)),  # columns are in characters
        (21, (23, 21)),  # where the comprehension begins
    ],
)
def test_audited_line_is_in_a_finding(tmp_path: Path, line: int, place: tuple[int, int]) -> None:
    """A finding covers the lines that a traceback may give for its call, loop or block."""
    assert found(tmp_path, line, [row(*place)], []) == "finding"
    assert found(tmp_path, line, [], [row(*place)]) == "unknown"


@pytest.mark.parametrize(("line", "place"), [(10, (9, 17)), (19, (18, 16)), (7, (6, 9)), (17, (14, 17))])
def test_audited_line_of_something_else_is_missed(tmp_path: Path, line: int, place: tuple[int, int]) -> None:
    """The arguments of a call and the body of a loop are not part of it."""
    assert found(tmp_path, line, [row(*place)], []) == "missed"


def test_audited_line_of_a_thread_is_elsewhere_where_no_scan_has_it(tmp_path: Path) -> None:
    """A scan leaves out what threads alone run; what it has counts as a line of anybody's."""
    write(tmp_path, {"pack/m.py": PROGRAM})
    lines = [app_audit.Audited("pack/m.py", one, ("load",), ("open",), in_thread=True) for one in (14, 17)]
    report = {"findings": [row(14, 17)], "unknown": []}
    checked = compare(lines, report, tmp_path, {"code": {"paths": ["pack"]}})
    assert [one.found for one in checked] == ["finding", "elsewhere"]


def test_audited_line_may_be_a_link(tmp_path: Path) -> None:
    """A link of a finding's chain counts, but for the first, where nothing is called yet."""
    assert found(tmp_path, 14, [row(17, 18, 14)], []) == "chain"
    assert found(tmp_path, 4, [row(17, 18, 14)], []) == "missed"


def test_other_kinds_of_findings_say_nothing_of_blocking(tmp_path: Path) -> None:
    """A mistake around coroutines on the same line does not make the line found."""
    assert found(tmp_path, 6, [row(6, 9, 6, kind="never-awaited")], []) == "missed"


def test_findings_elsewhere_do_not_count(tmp_path: Path) -> None:
    """Links in installed packages have paths of their own."""
    other = row(17, 18) | {"path": "/site-packages/m.py"}
    assert found(tmp_path, 17, [other], [other]) == "missed"


def test_audited_lines_are_the_program_s_own(tmp_path: Path) -> None:
    """Tests among the code and templates are left out; a line counts once, and as threaded only if it always is."""
    hits = [
        ["main", "open", "pack/a.py", 3, "f", 2],
        ["thread", "os.remove", "pack/a.py", 3, "g", 1],
        ["thread", "open", "pack/b.py", 1, "f", 1],
        ["main", "open", "pack/tests/test_a.py", 1, "f", 1],
        ["main", "open", "pack/templates/a.html", 1, "f", 1],
        ["main", "open", "packed.py", 1, "f", 1],
    ]
    (tmp_path / "audit.json").write_text(json.dumps({"hits": hits}), encoding="utf-8")
    case = {"code": {"paths": ["src/pack"]}, "tests": {"paths": ["src/pack/tests"]}}
    first, second = audited_lines(tmp_path / "audit.json", case)
    assert (first.path, first.line, first.functions) == ("src/pack/a.py", 3, ("f", "g"))
    assert (first.events, first.in_thread) == (("open", "os.remove"), False)
    assert (second.path, second.in_thread) == ("src/pack/b.py", True)


AUDITED = """
import json, os, pathlib
assert os.environ["PYTEST_ADDOPTS"] == "-p audit_plugin"
assert os.environ["AUDIT_ROOT"].endswith("/src/pack")
hits = [["main", "open", "pack/__init__.py", line, "f", 1] for line in (1, 2)]
pathlib.Path(os.environ["AUDIT_OUT"]).write_text(json.dumps({"hits": hits}))
"""
SCAN = """
import json, sys
assert sys.argv[1] == "pack" and "--python" in sys.argv, sys.argv
chain = [{"path": "__init__.py", "line": 1, "name": "f"}] * 2
finding = {"path": "__init__.py", "line": 1, "column": 1, "kind": "blocking-call", "chain": chain}
print(json.dumps({"version": 1, "findings": [finding], "unknown": []}))
"""


@pytest.fixture
def audited(places: Places, monkeypatch: pytest.MonkeyPatch) -> Places:
    """The made-up case with a test run that audits two lines, and a scan that finds the first."""
    prepare = f"import sys\nif '--test' in sys.argv:\n{_indented(AUDITED)}\nelse:\n{_indented(PREPARE)}"
    places.prepare.write_text(prepare, encoding="utf-8")
    script = places.prepare.with_name("scan.py")
    script.write_text(SCAN, encoding="utf-8")
    monkeypatch.setattr(app_audit, "aioport", lambda _, *words: [sys.executable, script, *words])
    return places


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def test_case_is_audited(audited: Places) -> None:
    """The tests run under the plugin, and what it saw is compared with the scan."""
    case = audit_case("case", audited, recorded=False)
    assert case.error == ""
    assert [(one.audited.line, one.found) for one in case.lines] == [(1, "finding"), (2, "missed")]
    assert case.as_json()["missed_lines"] == [{"path": "pack/__init__.py", "line": 2, "events": ("open",)}]


def test_recorded_audit_is_taken_again(audited: Places) -> None:
    """With `recorded`, the tests do not run again where they have run; else they do, and must pass."""
    assert not audit_case("case", audited, recorded=True).error
    audited.prepare.write_text("print('{\"failed\": 1}')\nraise SystemExit(1)", encoding="utf-8")
    assert not audit_case("case", audited, recorded=True).error
    assert audit_case("case", audited, recorded=False).error == 'its tests: {"failed": 1}'
    assert audit_case("case", audited, recorded=True).error == 'its tests: {"failed": 1}'


def test_audit_is_printed_with_its_misses(audited: Places) -> None:
    """The table has a line a case and the sum; missed lines and failures are told below."""
    cases = [audit_case("case", audited, recorded=False), AuditedCase("broken", (), "its tests: no")]
    console = Console(record=True, width=100, file=io.StringIO())
    print_audit(cases, show=True, console=console)
    lines = console.export_text().splitlines()
    (figures,) = [line.strip("│").split("│") for line in lines if line.startswith("│ all")]
    assert [figure.strip() for figure in figures] == ["all", "2", "0", "1", "0", "0", "0", "1"]
    assert "broken: FAILED: its tests: no" in lines
    assert "case: pack/__init__.py:2 in f (open)" in lines


def test_exit_code_says_whether_lines_are_missing(
    audited: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A miss makes the exit code 1 only with --check; every case is taken when none is named."""
    assert known_cases(audited.cases) == ["case"]
    words = ["--audit", "--cases", str(audited.cases), "--cache", str(audited.cache)]
    for more, code in (([], 0), (["--check", "--recorded"], 1)):
        monkeypatch.setattr(sys, "argv", ["apps.py", *words, *more])
        assert apps.main() == code
    assert "missed" in capsys.readouterr().out
