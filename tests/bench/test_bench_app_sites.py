"""How the apps benchmark counts: which calls block, where they are after a conversion, and what became of them."""

import shutil
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

from aioport import runtime
from aioport.scanning import scan_project
from aioport.settings import Options
from app_conversions import AppResult, SuiteRun, relocate
from app_sites import (
    Judged,
    Moved,
    Site,
    find_blocking_sites,
    find_sites,
    find_threaded,
    judge,
    kind_of,
    public_names,
)

PROGRAM = """
import time
from _aio import offload

async def loop():
    time.sleep(1)
    await offload(unit)
    await offload(lambda: time.sleep(2))
    _helper()

def unit():
    time.sleep(3)

def _unit():
    time.sleep(4)

async def more():
    await offload(_unit)

def _helper():
    time.sleep(5)

def _alone():
    time.sleep(6)

class Store:
    def __len__(self):
        time.sleep(7)
"""


def site(text: str, part: str, path: str = "a.py") -> Site:
    start = text.index(part)
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return Site(path, start, start + len(part), line, column, "a.f", "time.sleep")


def test_what_blocks_a_loop_or_a_caller_from_outside(tmp_path: Path) -> None:
    """On the loop, in public functions, handed to a thread or not, and in special methods; not in threads, nor uncalled."""
    (tmp_path / "a.py").write_text(PROGRAM, encoding="utf-8")
    shutil.copy(runtime.__file__, tmp_path / "_aio.py")
    scan = scan_project(tmp_path, thorough=True)
    lines, public = PROGRAM.splitlines(), public_names(tmp_path, Options())
    blocking = {lines[one.line - 1].strip() for one in find_blocking_sites(scan, ["a.py"], public)}
    assert blocking == {f"time.sleep({number})" for number in (1, 3, 5, 7)}
    reported = {lines[one.line - 1].strip() for one in find_sites(scan, ["a.py"])}
    assert "time.sleep(6)" in reported
    assert find_sites(scan, ["b.py"]) == []


def test_what_blocks_at_import_is_told_apart(tmp_path: Path) -> None:
    """Of what a module's body comes to it is said only where nobody else is blocked by it; it is kept unless async
    functions hand it to a thread."""
    text = dedent(
        """
        import time

        def _make():
            time.sleep(1)
            return _both()

        def _both():
            time.sleep(2)

        app = _make()

        def ask():
            return _both()
        """
    )
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    scan = scan_project(tmp_path, thorough=True)
    left = find_blocking_sites(scan, ["a.py"], public_names(tmp_path, Options()))
    assert {one.line: who for one, who in left.items()} == {5: "who imports a", 9: "callers of a.ask"}
    judged = judge({"a.py": text}, {"a.py": text}, list(left), left, {"calls": [], "functions": []})
    assert {one.site.line: (one.fate, one.at_import) for one in judged} == {
        5: ("kept", True),
        9: ("kept", False),
    }
    moved = {"path": "a.py", "line": 5, "column": 5, "action": "offload", "reason": "time.sleep"}
    judged = judge({"a.py": text}, {"a.py": text}, list(left), left, {"calls": [moved], "functions": []})
    assert [(one.site.line, one.fate, one.at_import) for one in judged if one.at_import] == [
        (5, "offloaded", True)
    ]


def test_a_call_is_found_again_in_the_new_text() -> None:
    """Through other indentation, `await` and lines in front of it; what is new comes from nowhere."""
    before = "def f(x):\n    é = 'ü'\n    a = read(x)\n    b = send(x, 1)\n    return a, b\n"
    after = (
        "import new\n\nasync def f(x):\n    é = 'ü'\n    def unit():\n        return read(x)\n"
        "    a = await offload(unit)\n    b = await send(x, 1)\n    return a, b\n"
    )
    data, new = before.encode(), after.encode()

    def at(text: bytes, part: bytes) -> Site:
        start = text.index(part)
        return Site("a.py", start, start + len(part), 1, 1, "f", "p")

    old = [at(data, b"read(x)"), at(data, b"send(x, 1)")]
    moved = Moved(before, after)
    assert [moved.origin(at(new, part), old) for part in (b"read(x)", b"send(x, 1)")] == old
    assert moved.origin(at(new, b"import new"), old) is None


def test_fates_come_from_the_output_first() -> None:
    """A call that still blocks was kept, whatever the plan says; one that does not is what the plan made of it."""
    text = "def f():\n    one()\n    two()\n    three()\n    four()\n"
    sites = [site(text, f"{name}()") for name in ("one", "two", "three", "four")]
    actions = ("native", "offload", "native", "keep")
    rows = [
        {"path": "a.py", "line": one.line, "column": one.column, "action": action, "reason": "it waits"}
        for one, action in zip(sites, actions, strict=True)
    ]
    report = {"calls": rows, "functions": []}
    judged = judge({"a.py": text}, {"a.py": text}, sites, {sites[2]: "callers of a.f"}, report)
    assert [one.fate for one in judged] == ["native", "offloaded", "kept", "unknown"]
    assert judged[2].reason == "planned as native, and blocks callers of a.f"


def test_what_runs_in_a_thread_is_converted_whatever_it_is_given(tmp_path: Path) -> None:
    """The conversion did not know what `how` is; the function that calls it runs in a thread."""
    text = dedent(
        """
        import asyncio
        import time

        def pause(how):
            how(1)

        def twice():
            pause(time.sleep)

        def never(how):
            how(2)

        async def main():
            await asyncio.to_thread(twice)
        """
    )
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    threaded = find_threaded(scan_project(tmp_path, thorough=True))
    assert {one for one in threaded if one.startswith("a.")} == {"a.twice", "a.pause"}
    sites = [
        replace(site(text, "how(1)"), function="a.pause"),
        replace(site(text, "how(2)"), function="a.never"),
    ]
    report: dict[str, list[object]] = {"calls": [], "functions": []}
    judged = judge({"a.py": text}, {"a.py": text}, sites, {}, report, threaded)
    assert [one.fate for one in judged] == ["offloaded", "unknown"]


def test_the_reason_of_the_function_stands_for_its_calls() -> None:
    """`its function stays sync` says nothing: why the function does is told instead."""
    text = "def f():\n    one()\n"
    one = site(text, "one()")
    row = {
        "path": "a.py",
        "line": 2,
        "column": 5,
        "action": "keep",
        "reason": "it waits: its function stays sync",
    }
    report = {"calls": [row], "functions": [{"path": "a.py", "name": "a.f", "reason": "kept: for good"}]}
    (judged,) = judge({"a.py": text}, {"a.py": text}, [one], {one: "callers of a.f"}, report)
    assert (judged.fate, judged.reason) == ("kept", "kept: for good")


def test_like_reasons_count_together() -> None:
    """Names, places and lines are left out of a reason."""
    told = "kept: shop/db.py:12: shop.db.connect calls it in line 3"
    assert kind_of(told) == "kept: PLACE NAME calls it in line N"
    assert kind_of("it waits for file (builtins.open); the `with` stays") == "the `...` stays"


def test_shares_and_suites() -> None:
    """The share is of all sites; a suite is full if something passed and nothing else happened."""
    text = "def f():\n    one()\n    two()\n"
    fates = (Judged(site(text, "one()"), "native"), Judged(site(text, "two()"), "kept", "why"))
    result = AppResult("app", "native", "api", fates, SuiteRun(3), SuiteRun(2, 1))
    assert (result.share, result.reasons) == (0.5, {"why": 1})
    assert (result.before.is_full, result.after.is_full, SuiteRun().is_full) == (True, False, False)


def test_a_copied_environment_leads_to_the_copy(tmp_path: Path) -> None:
    """Scripts and editable installs of the copy name the copy's own folder."""
    original, copy = tmp_path / "one", tmp_path / "two"
    site_packages = original / "venv" / "lib" / "python3.11" / "site-packages"
    for path, text in {
        original / "src" / "a.py": "",
        original / "venv" / "bin" / "tool": f"#!{original}/venv/bin/python\n",
        site_packages / "app.pth": f"{original}/src\n",
        site_packages / "app.dist-info" / "direct_url.json": f"file://{original}/src",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    relocate(original, copy)
    for path in (copy / "venv").rglob("*"):
        assert path.is_dir() or str(original) not in path.read_text(encoding="utf-8")
    assert (copy / "src" / "a.py").is_file()
