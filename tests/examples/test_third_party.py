"""Programs on httplib2, a sync library without an async half that the catalog does not name."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from aioport.api import convert_project

from aioport.settings import Options
from tests.examples.running import (
    EXAMPLES,
    Convert,
    Outcome,
    check_careful,
    check_same,
    make_convert,
    run_program,
)
from tests.serving.http_server import Recorded, Reply, Route, json_reply, text_reply

ORIGINAL = EXAMPLES / "third_party"
# The entry, `program:main`, is named in the project's own pyproject.toml.
OPTIONS = [pytest.param(Options(level=level), id=level) for level in ("native", "offload")]

TITLES = {"aarhus": ["Bridge closed"], "bergen": [], "cork": ["Library open late", "Market moved"]}


def board(titles: list[str]) -> Reply:
    items = "".join(
        f"<item><title>{title}</title><pubDate>2026-05-{1 + i:02}</pubDate></item>"
        for i, title in enumerate(titles)
    )
    return text_reply(f"<rss><channel>{items}</channel></rss>", content_type="application/rss+xml")


def boards(**others: Route) -> dict[str, Route]:
    """The boards of all towns and the archive, but `others` for the towns that it names."""
    routes: dict[str, Route] = {town: board(titles) for town, titles in TITLES.items()}
    return {
        **{f"/{town}/notices.rss": route for town, route in {**routes, **others}.items()},
        "POST /archive": json_reply({"receipt": "A-1"}),
    }


def run_notices(root: Path, program: str, routes: Mapping[str, Route]) -> Outcome:
    return run_program(root, [program], routes, url_variable="NOTICES_URL")


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    return make_convert("third_party", tmp_path_factory)


def test_the_original_program_reads_and_archives() -> None:
    """The program as it stands reads town after town and archives the newest notices."""
    outcome = run_notices(ORIGINAL, "program.py", boards())
    check_careful(outcome)
    assert outcome.exit_code == 0, outcome.stderr
    newest = [
        {"town": "aarhus", "title": "Bridge closed", "day": "2026-05-01"},
        {"town": "cork", "title": "Market moved", "day": "2026-05-02"},
    ]
    assert json.loads(outcome.stdout) == {"notices": newest, "silent": [], "receipt": "A-1"}
    assert [(request.method, request.path) for request in outcome.requests] == [
        *(("GET", f"/{town}/notices.rss") for town in TITLES),
        ("POST", "/archive"),
    ]
    assert outcome.requests[0].header("x-reader") == "town-notices"
    assert json.loads(outcome.requests[3].body) == newest


def test_the_original_watch_blocks_its_loop() -> None:
    """The coroutines as they stand read one board at a time, whatever `gather` promises."""
    outcome = run_notices(ORIGINAL, "watch.py", boards())
    check_careful(outcome)
    assert json.loads(outcome.stdout) == {"aarhus": True, "bergen": False, "cork": True}
    assert outcome.peak == 1


@pytest.mark.parametrize("options", OPTIONS)
def test_the_helpers_come_out_offloaded(convert: Convert, options: Options) -> None:
    """At either level the functions on httplib2 stay as they are, and their callers await them in a thread."""
    files = convert(options).conversion.files
    assert sorted(files) == ["_aio.py", "program.py", "watch.py"]
    assert "            notice = await offload(newest, BASE, town)\n" in files["program.py"]
    assert "    receipt = await offload(archive, BASE, found)\n" in files["program.py"]
    assert "    sys.exit(run(main()))\n" in files["program.py"]
    assert "        return await offload(newest, BASE, town) is not None\n" in files["watch.py"]


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("program", ["program.py", "watch.py"])
@pytest.mark.parametrize("cork", [board(["Fair"]), Reply(500)], ids=["well", "silent"])
def test_the_converted_programs_do_the_same(
    convert: Convert, options: Options, program: str, cork: Reply
) -> None:
    """Same output, exit code and requests, also when a town's board is out of order."""
    before = run_notices(ORIGINAL, program, boards(cork=cork))
    after = run_notices(convert(options).root, program, boards(cork=cork))
    check_same(before, after)
    assert after.stderr == before.stderr
    if program == "program.py":
        assert after.requests == before.requests


@pytest.mark.parametrize("options", OPTIONS)
def test_the_converted_watch_reads_all_boards_at_once(convert: Convert, options: Options) -> None:
    """No board answers before all are asked: the loop is free while the threads wait."""
    all_are_asked = threading.Barrier(len(TITLES), timeout=20)

    def answer(_request: Recorded) -> Reply:
        all_are_asked.wait()
        return board([])

    outcome = run_notices(convert(options).root, "watch.py", boards(**dict.fromkeys(TITLES, answer)))
    assert json.loads(outcome.stdout) == dict.fromkeys(TITLES, False), outcome.stderr
    assert outcome.peak == len(TITLES)


@pytest.mark.parametrize("options", OPTIONS)
def test_converting_again_changes_nothing(convert: Convert, options: Options) -> None:
    """A second conversion has nothing left to do."""
    assert convert_project(convert(options).root, options).files == {}
