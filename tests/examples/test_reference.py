"""The reference program (DESIGN.md, section 1), before and after conversion."""

import json
import subprocess
import sys
import threading
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
    copy_project,
    make_convert,
    run_program,
)
from tests.serving.http_server import Recorded, Reply, Route, json_reply, text_reply

ORIGINAL = EXAMPLES / "reference"
COUNT = 10
ANSWER = {"temperature": 21.5, "place": "Malmö"}

NATIVE = Options(level="native", concurrency="proven")
OFFLOAD = Options(level="offload", concurrency="proven")
PROVEN = [pytest.param(NATIVE, id="native"), pytest.param(OFFLOAD, id="offload")]
SEQUENTIAL = [
    pytest.param(Options(level="native", concurrency="off"), id="native-in-sequence"),
    # Without an overlap there is no await point at level offload: only a named entry makes one.
    pytest.param(
        Options(level="offload", concurrency="off", entry=("program:main",)), id="offload-in-sequence"
    ),
]
OPTIONS = PROVEN + SEQUENTIAL

# PLANNING.md, section 4.
NATIVE_TEXT = """\
import json
import os

import aiohttp

from _aio import gather, run, shared

URL = os.environ.get("AIOPORT_EXAMPLE_URL", "http://127.0.0.1:8000/data")
COUNT = int(os.environ.get("AIOPORT_EXAMPLE_COUNT", "10"))


async def get_data():
    async with shared(aiohttp.ClientSession).get(URL) as response:
        data = await response.json()
    return data


async def main():
    results = await gather(get_data() for i in range(COUNT))
    print(json.dumps(results))


if __name__ == "__main__":
    run(main())
"""


def run_reference(root: Path, route: Route | None = None) -> Outcome:
    return run_program(
        root,
        ["program.py"],
        {"/": route or json_reply(ANSWER)},
        url_variable="AIOPORT_EXAMPLE_URL",
        environment={"AIOPORT_EXAMPLE_COUNT": str(COUNT)},
    )


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    return make_convert("reference", tmp_path_factory)


def test_the_original_asks_ten_times_one_after_the_other() -> None:
    """The program as it stands prints ten answers and never has two requests open."""
    outcome = run_reference(ORIGINAL)
    check_careful(outcome)
    assert outcome.exit_code == 0, outcome.stderr
    assert json.loads(outcome.stdout) == [ANSWER] * COUNT
    assert outcome.requests == (Recorded("GET", "/"),) * COUNT
    assert outcome.peak == 1
    assert outcome.files == {}


@pytest.mark.parametrize("options", OPTIONS)
def test_the_converted_program_does_the_same(convert: Convert, options: Options) -> None:
    """Same output, exit code, files and requests, with nothing left open or unawaited."""
    converted = convert(options)
    assert "program.py" in converted.conversion.files, converted.conversion.reasons
    check_same(run_reference(ORIGINAL), run_reference(converted.root))


@pytest.mark.parametrize("options", PROVEN)
def test_requests_overlap_where_that_is_proven(convert: Convert, options: Options) -> None:
    """With proven concurrency all ten requests are open at once: the server answers none before."""
    all_are_in = threading.Barrier(COUNT, timeout=20)

    def answer(_request: Recorded) -> Reply:
        all_are_in.wait()
        return json_reply(ANSWER)

    outcome = run_reference(convert(options).root, answer)
    assert (outcome.exit_code, outcome.peak) == (0, COUNT), outcome.stderr
    assert json.loads(outcome.stdout) == [ANSWER] * COUNT


@pytest.mark.parametrize("options", SEQUENTIAL)
def test_requests_stay_in_sequence_without_concurrency(convert: Convert, options: Options) -> None:
    """With concurrency off there are never two requests open."""
    assert run_reference(convert(options).root).peak == 1


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize(
    "route",
    [text_reply("no json here"), json_reply(ANSWER, content_type="text/plain")],
    ids=["no-json", "labelled-as-text"],
)
def test_an_unusual_answer_ends_in_the_same_way(convert: Convert, options: Options, route: Route) -> None:
    """What is no JSON fails before and after; JSON under another label is read before and after."""
    before, after = run_reference(ORIGINAL, route), run_reference(convert(options).root, route)
    check_careful(after)
    assert (after.exit_code, after.stdout) == (before.exit_code, before.stdout), after.stderr


@pytest.mark.parametrize("options", OPTIONS)
def test_converting_again_changes_nothing(convert: Convert, options: Options) -> None:
    """A second conversion has nothing left to do."""
    assert convert_project(convert(options).root, options).files == {}


def test_the_native_output_is_what_an_expert_writes(convert: Convert) -> None:
    """The text of the converted program is the one that the design promises."""
    files = convert(NATIVE).conversion.files
    # aiohttp looks at the content type before it reads JSON; whether to let it is the catalog's decision.
    assert files["program.py"].replace("json(content_type=None)", "json()") == NATIVE_TEXT
    assert sorted(files) == ["_aio.py", "program.py"]


def test_the_offloaded_function_is_not_touched(convert: Convert) -> None:
    """At level offload `get_data` is a unit: its text stays, and the loop runs it in threads."""
    text = convert(OFFLOAD).conversion.files["program.py"]
    assert "    results = await gather(offload(get_data) for i in range(COUNT))\n" in text
    before = (ORIGINAL / "program.py").read_text(encoding="utf-8")
    assert before[before.index("URL =") : before.index("def main")] in text


def test_what_would_not_gain_is_left_alone(convert: Convert) -> None:
    """At level offload, without concurrency and without a named entry, nothing changes, and the reason is told."""
    conversion = convert(Options(level="offload", concurrency="off")).conversion
    assert conversion.files == {}
    assert any("would gain" in reason for reason in conversion.reasons), conversion.reasons


def test_the_command_line_writes_the_same_files(tmp_path: Path) -> None:
    """`aioport convert DIR --write --force` writes what `convert_project` returns."""
    root = copy_project(ORIGINAL, tmp_path / "by-command")
    expected = convert_project(root, Options()).files
    completed = subprocess.run(
        [sys.executable, "-m", "aioport", "convert", str(root), "--write", "--force"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stderr
    written = {path: (root / path).read_text(encoding="utf-8") for path in expected}
    assert written == dict(expected)
