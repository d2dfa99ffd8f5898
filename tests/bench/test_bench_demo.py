"""The demo's comparisons, and the server and the clock that it measures with."""

import http.client
import json
from collections import Counter
from pathlib import Path

import pytest

import timed_program
from demo import Row, Run, compared, shortfalls
from loopback import Loopback, Request
from measuring import python, run
from timed_program import imported_modules

GET = Request("GET", "/data", "", "", (("accept", "*/*"),))
POST = Request("POST", "/data", "", "{}", ())


def row(name: str, wall: float, *, results_equal: bool = True, requests_equal: bool = True) -> Row:
    return Row(name, wall, 10, 10, results_equal, requests_equal)


def rows(**walls: float) -> dict[str, Row]:
    usual = {"original": 1.04, "recipe": 0.22, "offload": 0.12, "native": 0.11}
    return {name: row(name, wall) for name, wall in (usual | walls).items()}


def test_best_run_counts() -> None:
    """A row's wall time is the shortest of its runs."""
    runs = [Run(wall, [1], Counter([GET])) for wall in (0.3, 0.1, 0.2)]
    assert compared("native", runs, runs) == Row("native", 0.1, 1, 1, results_equal=True, requests_equal=True)


def test_requests_are_compared_as_a_multiset() -> None:
    """The order in which requests arrive is free; how often each was made is not."""
    original = [Run(1.0, [1, 2], Counter([GET, POST, GET]))]
    reordered = Run(0.1, [1, 2], Counter([POST, GET, GET]))
    fewer = Run(0.1, [1, 2], Counter([POST, GET]))
    assert compared("native", [reordered], original).requests_equal
    assert not compared("native", [reordered, fewer], original).requests_equal


def test_results_are_compared_in_order() -> None:
    """The same results in another order are other results."""
    original = [Run(1.0, [1, 2], Counter([GET]))]
    assert not compared("native", [Run(0.1, [2, 1], Counter([GET]))], original).results_equal


def test_usual_rows_pass() -> None:
    """A native output eight times as fast as the original and not behind the recipe is a success."""
    assert shortfalls(rows()) == []


@pytest.mark.parametrize(
    ("walls", "said"),
    [
        ({"native": 0.131}, "native: 7.9 times as fast as the original, not 8"),
        ({"recipe": 0.105}, "native: slower than the recipe"),
    ],
)
def test_slow_native_fails(walls: dict[str, float], said: str) -> None:
    """A native output that misses either bound fails the demo, with the bound that it missed."""
    assert shortfalls(rows(**walls)) == [said]


def test_difference_fails() -> None:
    """A row with other results or requests fails the demo, and is named."""
    wrong = rows() | {"offload": row("offload", 0.12, results_equal=False, requests_equal=False)}
    assert [sentence.partition(":")[0] for sentence in shortfalls(wrong)] == ["offload", "offload"]


def test_server_remembers_requests_once() -> None:
    """The server answers with what it was asked, and tells its requests only once."""
    with Loopback(delay=0.0) as server:
        client = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
        client.request(
            "PUT", "/a%20b?q=1&q=2", body="x", headers={"Content-Type": "text/plain", "X-Own": "1"}
        )
        echo = json.loads(client.getresponse().read())
        client.close()
        seen = server.taken()
        assert echo == {"method": "PUT", "path": "/a%20b", "query": "q=1&q=2", "body": "x"}
        assert seen == Counter([Request("PUT", "/a%20b", "q=1&q=2", "x", (("content-type", "text/plain"),))])
        assert not server.taken()


def test_imports_are_found_wherever_they_stand() -> None:
    """Modules imported inside functions are loaded beforehand too; relative imports are not for a script."""
    source = "import a.b as c\nfrom d.e import f\nfrom . import g\ndef h():\n    import i\n"
    assert list(imported_modules(source)) == ["a.b", "d.e", "i"]


def test_timed_program_runs_as_main(tmp_path: Path) -> None:
    """The program runs as `__main__`, finds the modules beside it, and its seconds are written down."""
    (tmp_path / "beside_the_program.py").write_text("NAME = 'said'\n", encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text(
        "import beside_the_program\nprint(__name__, beside_the_program.NAME)\n", encoding="utf-8"
    )
    done = run(python(timed_program.__file__, program, tmp_path / "wall"))
    assert (done.code, done.stdout) == (0, "__main__ said\n")
    assert float((tmp_path / "wall").read_text(encoding="utf-8")) > 0
