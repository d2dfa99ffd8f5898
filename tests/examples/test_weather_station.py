"""The weather station: a package with classes, a session, SQLite, files and a subprocess, before and after."""

import json
from collections.abc import Mapping, Sequence
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
from tests.serving.closed_port import closed_port
from tests.serving.http_server import Recorded, Reply, Route, in_turn, json_reply, redirect_reply

ORIGINAL = EXAMPLES / "weather_station"
MODULE = ("-m", "weather_station")
# What an installed console script does.
SCRIPT = ("-c", "import sys; from weather_station.cli import main; sys.exit(main())")

NATIVE = Options(level="native", concurrency="proven")
# At level offload nothing in it would gain unless its threads are known to share nothing: the entry is named.
OFFLOAD = Options(level="offload", concurrency="proven", entry=("weather_station.cli:main",))
NATIVE_IN_SEQUENCE = Options(level="native", concurrency="off")
OPTIONS = [
    pytest.param(NATIVE, id="native"),
    pytest.param(OFFLOAD, id="offload"),
    pytest.param(NATIVE_IN_SEQUENCE, id="native-in-sequence"),
]

CELSIUS = {"ESSB": (4.5, 5.5, 7.0), "EFHK": (-3.0, -2.0), "ENGM": (0.25, 0.5, 1.0, 2.0, 8.0)}
NAMES = {"ESSB": "Stockholm-Bromma", "EFHK": "Helsinki-Vantaa", "ENGM": "Oslo lufthavn, Gardermoen"}

# One station for each thing that can go wrong, and one that recovers.
TROUBLED_CODES = ["BUSY", "GONE", "SLOW", "LOST", "ESSB"]
TROUBLED = {
    "stations": TROUBLED_CODES,
    "timeout": 0.5,
    "attempts": 3,
    "pause": 0.01,
    "page_size": 2,
    "after_report": ["cksum", "--no-such-option"],
}


def station(code: str) -> Reply:
    return json_reply({"code": code, "name": NAMES.get(code, code.title()), "altitude": len(code)})


def pages(code: str, celsius: Sequence[float]) -> Route:
    """The observations of a station, cut into pages as the request asks."""
    items = [
        {"at": f"2026-03-{1 + i // 2:02}T{6 * i % 24:02}:00", "celsius": value}
        for i, value in enumerate(celsius)
    ]

    def answer(request: Recorded) -> Reply:
        asked = dict(request.query)
        page, size = int(asked["page"]), int(asked["size"])
        rest = items[(page - 1) * size :]
        return json_reply(
            {"station": code, "items": rest[:size], "next": page + 1 if len(rest) > size else None}
        )

    return answer


def fair_weather() -> dict[str, Route]:
    routes: dict[str, Route] = {"POST /confirmations": Reply(202)}
    for code, celsius in CELSIUS.items():
        routes[f"/stations/{code}"] = station(code)
        routes[f"/stations/{code}/observations"] = pages(code, celsius)
    return routes


def foul_weather(refusing: str) -> dict[str, Route]:
    """A network in trouble; `refusing` is an address where nobody listens."""
    return {
        **fair_weather(),
        **{f"/stations/{code}": station(code) for code in TROUBLED_CODES},
        "/stations/BUSY": in_turn(Reply(503), Reply(503), station("BUSY")),
        "/stations/BUSY/observations": Reply(503),
        "/stations/GONE/observations": Reply(404),
        "/stations/SLOW/observations": Reply(delay=3600),
        "/stations/LOST/observations": redirect_reply(refusing),
        "POST /confirmations": Reply(409),
    }


def run_station(
    root: Path,
    routes: Mapping[str, Route],
    *arguments: str,
    start: Sequence[str] = MODULE,
    files: Mapping[str, str] | None = None,
) -> Outcome:
    return run_program(
        root,
        [*start, *arguments],
        routes,
        url_variable="WEATHER_STATION_URL",
        environment={"WEATHER_STATION_KEY": "secret", "PYTHONPATH": "src"},
        files=files,
    )


def run_troubled(root: Path) -> Outcome:
    with closed_port() as port:
        return run_station(
            root,
            foul_weather(f"http://127.0.0.1:{port}/"),
            "--config",
            "troubled.json",
            files={"troubled.json": json.dumps(TROUBLED)},
        )


def in_sequence(outcome: Outcome) -> list[Recorded]:
    """The requests that one may not overtake another: all but the GETs of the stations themselves."""
    return [request for request in outcome.requests if request.path.count("/") != 2]


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    return make_convert("weather_station", tmp_path_factory)


def test_the_original_collects_confirms_and_reports() -> None:
    """The program as it stands asks page by page, keeps all observations and reports daily means."""
    outcome = run_station(ORIGINAL, fair_weather())
    check_careful(outcome)
    assert outcome.exit_code == 0, outcome.stderr
    report = json.loads(outcome.stdout)
    assert report["collected"] == {code: len(celsius) for code, celsius in CELSIUS.items()}
    assert report["stations"][0] == {
        "code": "EFHK",
        "name": "Helsinki-Vantaa",
        "altitude": 4,
        "days": {"2026-03-01": -2.5},
    }
    assert report["after_report"].endswith("out/report.json")
    assert sorted(outcome.files) == ["out/observations.db", "out/report.json"]
    assert outcome.files["out/observations.db"].count(b"INSERT INTO") == sum(map(len, CELSIUS.values()))
    assert [request.path for request in outcome.requests] == [
        *(f"/stations/{code}" for code in CELSIUS),
        *("/stations/ESSB/observations",) * 2,
        "/confirmations",
        "/stations/EFHK/observations",
        "/confirmations",
        *("/stations/ENGM/observations",) * 3,
        "/confirmations",
    ]
    assert outcome.requests[4].query == (("page", "2"), ("size", "2"))
    assert outcome.requests[5].body == b'{"station": "ESSB", "count": 3}'
    assert {request.header("x-api-key") for request in outcome.requests} == {"secret"}
    assert outcome.peak == 1


def test_the_original_names_each_kind_of_trouble() -> None:
    """The program as it stands waits for a busy network and leaves out the stations that fail."""
    outcome = run_troubled(ORIGINAL)
    check_careful(outcome)
    assert outcome.exit_code == 1, outcome.stderr
    report = json.loads(outcome.stdout)
    assert report["left_out"] == {
        "BUSY": "refused",
        "GONE": "refused",
        "SLOW": "too slow",
        "LOST": "unreachable",
    }
    assert report["unconfirmed"] == ["ESSB"]
    assert report["after_report"].startswith("failed with 1: ")
    asked = [request.path for request in outcome.requests]
    assert asked.count("/stations/BUSY") == asked.count("/stations/BUSY/observations") == 3


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("start", [MODULE, SCRIPT], ids=["module", "script"])
def test_the_converted_station_does_the_same(
    convert: Convert, options: Options, start: Sequence[str]
) -> None:
    """Same report, database, requests and exit code, from `python -m` and from the console script."""
    converted = convert(options)
    assert "src/weather_station/cli.py" in converted.conversion.files, converted.conversion.reasons
    before = run_station(ORIGINAL, fair_weather(), start=start)
    after = run_station(converted.root, fair_weather(), start=start)
    check_same(before, after)
    assert in_sequence(after) == in_sequence(before)


def test_the_session_becomes_a_native_one(convert: Convert) -> None:
    """At level native the client class is on aiohttp, and so are the except clauses two modules away."""
    files = convert(NATIVE).conversion.files
    for path in ("src/weather_station/client.py", "src/weather_station/collector.py"):
        assert "requests." not in files[path]
        assert "aiohttp" in files[path]


@pytest.mark.parametrize("options", OPTIONS)
def test_the_converted_station_meets_trouble_alike(convert: Convert, options: Options) -> None:
    """Timeouts, refusals and lost connections are caught where they were caught before."""
    before, after = run_troubled(ORIGINAL), run_troubled(convert(options).root)
    check_same(before, after)
    assert in_sequence(after) == in_sequence(before)


@pytest.mark.parametrize("options", OPTIONS)
def test_an_unusable_configuration_is_told_alike(convert: Convert, options: Options) -> None:
    """The message on stderr and the exit code of a configuration that is missing stay the same."""
    for root in (ORIGINAL, convert(options).root):
        outcome = run_station(root, {}, "--config", "missing.json")
        check_careful(outcome)
        assert (outcome.exit_code, outcome.stdout, outcome.requests) == (2, "", ())
        assert outcome.stderr == "weather-station: missing.json: no such file\n"


def test_without_concurrency_every_request_keeps_its_place(convert: Convert) -> None:
    """With concurrency off the server sees the same requests in the same order, one at a time."""
    before = run_station(ORIGINAL, fair_weather())
    after = run_station(convert(NATIVE_IN_SEQUENCE).root, fair_weather())
    assert after.requests == before.requests
    assert after.peak == 1


@pytest.mark.parametrize("options", OPTIONS)
def test_converting_again_changes_nothing(convert: Convert, options: Options) -> None:
    """A second conversion has nothing left to do."""
    assert convert_project(convert(options).root, options).files == {}
