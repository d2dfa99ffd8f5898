"""The glue of the scan benchmark: packages, what it reads out of reports, its runs, limits and tables."""

import ast
import io
import json
import sys
from pathlib import Path

import pytest
from rich.console import Console

import scan
import scan_runs
from checker_report import ReportError, check_report, report_command, resolved_places
from fetching import cache_folder, environment_with, fetch_wheel
from measuring import Outcome, environment, python, run, run_watched
from packages import PACKAGES, Laid, Package, lay_out, sources
from resolved import Share, call_places, place_of
from scan_runs import Copies, ScanError, changed_scan, cold_hydroid, cold_scan, copy_twice, middle_file
from scan_times import (
    BARE,
    CHANGED,
    COLD,
    HYDROID_CACHED,
    UNCHANGED,
    Limit,
    Measured,
    measure,
    memory_limits,
    time_limits,
)


@pytest.fixture
def laid(tmp_path: Path) -> Laid:
    """A package with two modules, one module beside it, and an environment that need not exist."""
    root = tmp_path / "root"
    (root / "package").mkdir(parents=True)
    (root / "package" / "__init__.py").write_text(
        "print(len([]))\n@decorate()\ndef f(): ...\n", encoding="utf-8"
    )
    (root / "package" / "bad.py").write_text("print(", encoding="utf-8")
    (root / "single.py").write_text("x = 1\n", encoding="utf-8")
    return Laid(root, (root / "package", root / "single.py"), tmp_path / "environment")


def test_requirements_are_pinned() -> None:
    """Every project and everything that it needs has one version, or the figures would change with the day."""
    for package in PACKAGES:
        for requirement in (package.requirement, *package.needs):
            assert requirement.count("==") == 1, requirement


def test_project_is_laid_out_from_its_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code lies below the unpacked wheel, beside an environment with what it needs."""
    monkeypatch.setattr("packages.fetch_wheel", lambda requirement, folder: folder / requirement)
    monkeypatch.setattr("packages.unpacked", lambda wheel, folder: folder / wheel.name)
    monkeypatch.setattr("packages.environment_with", lambda needs, folder: folder / "+".join(needs))
    found = lay_out(Package("x==1", ("a", "b.py"), ("y==2",)), tmp_path)
    root = tmp_path / "unpacked" / "x==1"
    assert found == Laid(root, (root / "a", root / "b.py"), tmp_path / "environments" / "y==2")


def test_calls_are_those_of_what_parses(laid: Laid) -> None:
    """A file that does not parse is left out; every call expression of the others counts, nested ones too."""
    places = {path.name: set(found) for path, found in call_places(laid).items()}
    assert places == {"__init__.py": {"1:1-1:15", "1:7-1:14", "2:2-2:12"}, "single.py": set()}
    assert [path.name for path, _ in sources(laid)] == ["__init__.py", "single.py"]


def test_places_count_bytes() -> None:
    """Columns are in bytes of UTF-8, as the checker's report has them."""
    node = ast.parse("'é', f()").body[0]
    assert isinstance(node, ast.Expr)
    assert isinstance(node.value, ast.Tuple)
    call = node.value.elts[1]
    assert isinstance(call, ast.Call)
    assert place_of(call) == "1:7-1:10"


def test_report_resolves_what_has_a_target_and_no_mark(tmp_path: Path) -> None:
    """Calls with a target count; those without, those partly unresolved and other kinds of edges do not."""
    graph = {
        "1:1-1:4": {"Call": {"call_targets": [{}]}},
        "2:1-2:4": {"Call": {"init_targets": [{}], "new_targets": [{}]}},
        "3:1-3:4": {"Call": {"call_targets": [{}], "unresolved": {"True": "Mixed"}}},
        "4:1-4:4": {"Call": {"unresolved": {"True": "UnexpectedPyreflyTarget"}}},
        "5:1-5:4": {"AttributeAccess": {"if_called": {}}},
        "6:1-6:4": {"Call": {}},
    }
    report = tmp_path / "report"
    (report / "call_graphs").mkdir(parents=True)
    (report / "call_graphs" / "m:1.json").write_text(json.dumps({"call_graphs": {"MTL": graph, "F:1": {}}}))
    modules = {
        "1": {"source_path": {"FileSystem": "/project/m.py"}, "info_filename": "m:1.json"},
        "2": {"source_path": {"FileSystem": "/elsewhere/n.py"}, "info_filename": "n:2.json"},
        "3": {"source_path": {"Namespace": "/project"}},
    }
    (report / "pyrefly.pysa.json").write_text(json.dumps({"modules": modules}))
    assert resolved_places(tmp_path, Path("/project")) == {Path("/project/m.py"): {"1:1-1:4", "2:1-2:4"}}


def test_missing_report_is_an_error(tmp_path: Path) -> None:
    """A run that left no report is an error with its complaint, whatever its exit code."""
    with pytest.raises(ReportError, match="exit code 1: no such file"):
        check_report(tmp_path, "exit code 1: no such file")


def test_report_has_settings_of_its_own(laid: Laid, tmp_path: Path) -> None:
    """The checker is given its own settings and the project's environment, so that no others count."""
    command = [str(word) for word in report_command(laid, tmp_path)]
    assert command[command.index("--config") + 1] == str(tmp_path / "pyrefly.toml")
    assert (tmp_path / "pyrefly.toml").read_text(encoding="utf-8") == "check-unannotated-defs = true\n"
    assert command[command.index("--site-package-path") + 1].startswith(str(laid.environment))
    assert command[-2:] == [str(place) for place in laid.code]


class FakeRunner:
    """Ends every command with one code, and keeps the commands and what they were given."""

    def __init__(self, code: int = 0) -> None:
        self.code = code
        self.commands: list[list[str]] = []
        self.caches: list[str] = []
        self.texts: list[bytes] = []
        self.watched: Path | None = None

    def __call__(self, command: list[str | Path], *, extra: dict[str, str] | None = None) -> Outcome:
        self.commands.append([str(word) for word in command])
        self.caches.append((extra or {}).get("AIOPORT_CACHE_DIR", ""))
        if self.watched is not None:
            self.texts.append(self.watched.read_bytes())
        return Outcome(self.code, "", "", 0.1)


@pytest.fixture
def copies(laid: Laid, tmp_path: Path) -> Copies:
    """The package, copied for both tools."""
    return copy_twice(laid, tmp_path / "copies")


def test_copies_are_apart(copies: Copies, laid: Laid) -> None:
    """Each tool has its own copy of the code, laid out as the original, with the original's environment."""
    for copy in (copies.ours, copies.theirs):
        assert {path.relative_to(copy.root) for path in copy.root.rglob("*.py")} == {
            path.relative_to(laid.root) for path in laid.root.rglob("*.py")
        }
        assert copy.environment == laid.environment
    assert copies.ours.root != copies.theirs.root


def test_cold_scan_starts_from_nothing(copies: Copies) -> None:
    """A cold scan finds an empty cache folder; what it leaves there is for the next one."""
    copies.cache.mkdir()
    runner = FakeRunner()
    cold_scan(copies, runner)
    assert not copies.cache.exists()
    assert runner.caches == [str(copies.cache)]


def test_changed_scan_sees_a_comment_more(copies: Copies) -> None:
    """While the scan runs, one file has a comment at its end; afterwards it is as before."""
    runner = FakeRunner(1)
    runner.watched = middle_file(copies.ours)
    before = runner.watched.read_bytes()
    changed_scan(copies, runner)
    assert runner.texts == [before + scan_runs.COMMENT]
    assert runner.watched.read_bytes() == before


def test_middle_file_holds_the_middle_byte(tmp_path: Path) -> None:
    """Many empty files do not make an empty file the middle one."""
    for number in range(9):
        (tmp_path / f"empty{number}.py").touch()
    for name, size in (("a", 10), ("b", 30), ("c", 50)):
        (tmp_path / f"{name}.py").write_bytes(b"#" * size)
    assert middle_file(Laid(tmp_path, (tmp_path,), tmp_path)).name == "c.py"
    (tmp_path / "c.py").write_bytes(b"#" * 39)
    assert middle_file(Laid(tmp_path, (tmp_path,), tmp_path)).name == "b.py"


def test_failed_scan_is_an_error(copies: Copies) -> None:
    """Exit codes 0 and 1 are results of a scan; any other is an error, for either tool."""
    for step in (cold_scan, lambda copies, runner: cold_hydroid(Path("hydroid"), copies, runner)):
        assert step(copies, FakeRunner(1)).code == 1
        with pytest.raises(ScanError, match="exit code 2"):
            step(copies, FakeRunner(2))


def test_hydroid_starts_from_nothing(copies: Copies) -> None:
    """hydroid keeps its cache in the project, so a cold run takes that away, and only there."""
    cache = copies.theirs.root / scan_runs.HYDROID_CACHE
    cache.mkdir()
    cold_hydroid(Path("hydroid"), copies, FakeRunner())
    assert not cache.exists()


def test_three_files_reach_what_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small project parses, and has an async function two modules away from what blocks."""
    monkeypatch.setattr(scan_runs, "environment_with", lambda *_: tmp_path)
    found = scan_runs.three_files(tmp_path / "small", tmp_path)
    assert [path.name for path, _ in sources(found)] == ["main.py", "reports.py", "pages.py"]


def test_runs_are_taken_in_turns() -> None:
    """Each round has every kind of run once, in turns forwards and backwards; the first of each is not timed."""
    taken = []

    def step(name: str) -> Outcome:
        taken.append(name)
        return Outcome(0, "", "", float(len(taken)))

    kinds = {name: lambda _, name=name: step(name) for name in (BARE, COLD, UNCHANGED)}
    measured = measure(kinds, 2, lambda _: None)
    assert taken == [BARE, COLD, UNCHANGED, BARE, COLD, UNCHANGED, COLD, UNCHANGED, BARE]
    assert measured[BARE] == Measured((4.0, 9.0), None)
    assert measured[COLD].median_s == 6.0


def times(**walls: float) -> dict[str, Measured]:
    usual = {BARE: 10.0, COLD: 14.0, UNCHANGED: 1.0, CHANGED: 14.0, HYDROID_CACHED: 1.1}
    named = {
        "bare": BARE,
        "cold": COLD,
        "unchanged": UNCHANGED,
        "changed": CHANGED,
        "hydroid": HYDROID_CACHED,
    }
    changed = {named[name]: wall for name, wall in walls.items()}
    return {name: Measured((wall,), None) for name, wall in (usual | changed).items()}


@pytest.mark.parametrize(
    ("walls", "broken"),
    [
        ({}, []),
        ({"bare": 9.9}, ["cold scan / bare report"]),
        ({"unchanged": 2.2, "hydroid": 3.0}, ["unchanged / cold scan"]),
        ({"changed": 14.1}, ["one file changed / cold scan"]),
        ({"hydroid": 1.0}, ["unchanged scan / hydroid's cached"]),
    ],
)
def test_limits_are_on_ratios(walls: dict[str, float], broken: list[str]) -> None:
    """A ratio may reach its limit and not pass it; as fast as hydroid is not faster."""
    assert [limit.name for limit in time_limits(times(**walls)) if not limit.is_kept] == broken


def test_memory_limit_needs_both_figures() -> None:
    """Where memory could not be measured there is no figure, and so no limit."""
    assert memory_limits({COLD: Measured((1,), None), BARE: Measured((1,), 2)}) == []
    (limit,) = memory_limits({COLD: Measured((1,), 3), BARE: Measured((1,), 2)})
    assert (limit.figure, limit.is_kept) == (1.5, True)


def test_shortfalls_name_what_and_by_how_much() -> None:
    """A share that is not higher, calls that are in no count and a broken limit are told, in the JSON too."""
    results = scan.Results(
        [Share("x==1", 10, 5, 5, 10), Share("y==1", 10, 5, 6, 9), Share("z==1", 10, 5, 6, 10)],
        {"z==1": {COLD: Measured((1.0,), None)}},
        [Limit("a / b", 1.5, 1.5), Limit("c / d", 1.0, 1.0, strictly=True)],
    )
    said = [
        "x==1: 5 calls resolved, the bare report 5",
        "y==1: 10 calls, and aioport counts 9",
        "c / d: 1.00, not below 1.0",
    ]
    assert results.shortfalls == said
    assert json.loads(json.dumps(results.as_json()))["shortfalls"] == said
    console = Console(record=True, width=100, file=io.StringIO())
    for table in scan.tables(results):
        console.print(table)
    text = console.export_text()
    assert "60.00 %" in text
    assert "< 1.0" in text


def test_bed_takes_the_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """With --bed, what else is on the command line is the bed's."""
    monkeypatch.setattr(scan, "run_bed", len)
    monkeypatch.setattr(sys, "argv", ["scan.py", "--check", "--bed", "--json", "x"])
    assert scan.main() == len(["--check", "--json", "x"])


def test_cache_folder_is_chosen_then_named_then_usual(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An option goes before the environment variable, and that before the usual place."""
    monkeypatch.setenv("AIOPORT_BENCH_CACHE", str(tmp_path / "named"))
    assert cache_folder(tmp_path / "chosen") == tmp_path / "chosen"
    assert cache_folder() == tmp_path / "named"
    monkeypatch.delenv("AIOPORT_BENCH_CACHE")
    assert cache_folder() == Path.home() / ".cache" / "aioport-bench"


def test_fetched_wheel_is_not_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel in the cache is used as it is, whatever the case of the requirement's name."""
    monkeypatch.setattr("subprocess.run", None)
    wheel = tmp_path / "some_package-1.0-py3-none-any.whl"
    wheel.touch()
    assert fetch_wheel("Some-Package==1.0", tmp_path) == wheel


def test_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment is known by what is in it, whatever the order; one that was broken off is made anew."""
    commands: list[list[str]] = []

    def made(command: list[str], *, check: bool) -> None:
        assert check
        commands.append(command)
        if "venv" in command:
            Path(command[-1]).mkdir(parents=True)

    monkeypatch.setattr("subprocess.run", made)
    first = environment_with(("a==1", "b==2"), tmp_path)
    assert [command[2] for command in commands] == ["venv", "pip"]
    assert environment_with(("b==2", "a==1"), tmp_path) == first
    assert len(commands) == 2
    (first / "requirements.txt").unlink()
    assert environment_with(("a==1", "b==2"), tmp_path) == first
    assert len(commands) == 4
    assert environment_with((), tmp_path) != first


def test_run_reports_how_a_command_ended() -> None:
    """Exit code, output and the last line of stderr are kept; a failing command raises nothing."""
    for runner in (run, lambda command: run_watched(command)[0]):
        done = runner(python("-c", "import sys; print('out'); print('a\\nb', file=sys.stderr); sys.exit(3)"))
        assert (done.code, done.stdout) == (3, "out\n")
        assert done.complaint == "exit code 3: b"


def test_run_stops_at_its_limit() -> None:
    """A command that does not end is stopped, and its outcome says so."""
    command = python("-c", "import sys, threading; threading.Event().wait()")
    for done in (run(command, limit=0.5), run_watched(command, limit=0.5)[0]):
        assert done.code is None
        assert done.complaint.startswith("still running after")


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_is_that_of_all_processes() -> None:
    """What a child holds counts towards the peak of the command that started it."""
    held = 80 << 20
    child = f"import time; held = b'x' * {held}; time.sleep(0.5)"
    command = python("-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
    _, peak = run_watched(command)
    assert peak is not None
    assert peak > held


def test_complaint_without_stderr_is_the_exit_code() -> None:
    """A silent failure is told by its exit code."""
    assert Outcome(1, "out", "\n", 0.1).complaint == "exit code 1"


def test_environment_is_scrubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that lead to other packages or settings do not reach what is measured; what is added does."""
    monkeypatch.setenv("VIRTUAL_ENV", "elsewhere")
    monkeypatch.setenv("PYREFLY_CONFIG", "elsewhere")
    scrubbed = environment({"VIRTUAL_ENV": "here", "OWN": "1"})
    assert scrubbed["VIRTUAL_ENV"] == "here"
    assert scrubbed["OWN"] == "1"
    assert "PYREFLY_CONFIG" not in scrubbed
    assert "VIRTUAL_ENV" not in environment()
