"""Each program of the corpus, as it was and as it becomes at both levels: the same output, the same requests.

A program is a file or a package in a folder below `tests/projects/`; each folder is converted as one project. What is not
right yet stands in BROKEN, with its reason, and fails the tests when it becomes right.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from aioport.api import Conversion
from aioport.settings import Level
from tests.programs.running import PROJECTS, Program, Run, convert, find_programs, run

BROKEN: dict[tuple[str, Level], str] = {
    ("classes/texts", "offload"): "what `sorted` and f-strings call blocks, and is not listed",
    ("iteration/sentinel", "offload"): "what `iter(callable, sentinel)` calls is not listed",
    ("iteration/stops_early", "offload"): "`next` that may raise StopIteration runs in a thread",
}
"""What goes wrong, by program and level."""

CALLS_UNKNOWN = "functions that are called as values stay sync"
GENERATORS = "generators that are not simply looped over stay sync"

KEPT: dict[str, str] = {
    "callables/callbacks": CALLS_UNKNOWN,
    "callables/foreign_callbacks": "everything in it is called by the standard library",
    "callables/lambdas": "a lambda cannot await",
    "callables/partials": CALLS_UNKNOWN,
    "callables/retries": "the project's decorators call synchronously",
    "callables/star_arguments": "what `**options` gives to a request is not known",
    "callables/timed": "the project's decorators call synchronously",
    "classes/cached_properties": "a property cannot await",
    "classes/callables": "`__call__` stays sync",
    "classes/enumeration": "the methods of an enum stay sync",
    "classes/properties": "a property with a setter cannot await",
    "classes/subscripts": "an object is asked for its truth, which is its length",
    "classes/texts": "comparisons and `str` cannot await",
    "expressions/typed": CALLS_UNKNOWN,
    "families/duck": CALLS_UNKNOWN,
    "families/registry": CALLS_UNKNOWN,
    "iteration/exhausting": "unpacking a generator expression into arguments has no async form",
    "iteration/iterator_class": GENERATORS,
    "iteration/keys": "the key of `sorted` cannot await",
    "iteration/pages": GENERATORS,
    "iteration/passed_on": GENERATORS,
    "iteration/sentinel": "`iter(callable, sentinel)` calls synchronously",
    "iteration/short_circuits": "`any` may stop early",
    "iteration/stops_early": GENERATORS,
    "mains/arguments": CALLS_UNKNOWN,
    "mains/both_sides": "import needs the function as well",
    "mains/own_loop": "what starts an event loop cannot run on one",
    "stacks/exit_stack": "an ExitStack calls synchronously",
    "stacks/managers": "a context manager that is used as a decorator stays sync",
    "threads/guarded": "a lock that is taken with a time-out stays one of threads, and one that is taken twice",
    "threads/pools": "a pool calls it in a thread",
}
"""Programs that level native leaves as they are, and what keeps them."""

Converted = Callable[[str, Level], tuple[Path, Conversion]]


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """Converts a project at a level, once: its folder, and what was decided."""

    @cache
    def convert_once(project: str, level: Level) -> tuple[Path, Conversion]:
        folder = tmp_path_factory.mktemp(f"{project}-{level}") / project
        return folder, convert(project, level, folder)

    return convert_once


@pytest.fixture(scope="module")
def original() -> Callable[[Program], Run]:
    """Runs a program as it was, once."""
    return cache(lambda program: run(PROJECTS / program.project, program))


def cases() -> Iterator[Any]:
    """Every program at every level."""
    for program in find_programs():
        for level in get_args(Level):
            reason = BROKEN.get((str(program), level))
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason is not None else []
            yield pytest.param(program, level, marks=marks, id=f"{program}-{level}")


@pytest.mark.parametrize(("program", "level"), list(cases()))
def test_a_converted_program_does_the_same(
    program: Program, level: Level, converted: Converted, original: Callable[[Program], Run]
) -> None:
    """Output, exit code and requests in their order are the same, and what blocks the event loop is listed."""
    folder, conversion = converted(program.project, level)
    before, after = original(program), run(folder, program, watched=True)
    assert after.stdout == before.stdout, after.stderr
    assert after.exit_code == before.exit_code, after.stderr
    assert after.requests == before.requests
    assert "never awaited" not in after.stderr
    assert ("Traceback" in after.stderr) == ("Traceback" in before.stderr), after.stderr
    listed = places_listed(conversion)
    assert [one for one in after.blocked if not listed.intersection(one[1:])] == []


@pytest.mark.parametrize("program", find_programs(), ids=str)
def test_a_program_is_converted_unless_it_is_known_not_to_be(program: Program, converted: Converted) -> None:
    """At level native something in the program changes, or KEPT says why not."""
    if str(program) not in KEPT:
        _, conversion = converted(program.project, "native")
        changed = {path.partition("/")[0].removesuffix(".py") for path in conversion.files}
        assert program.name in changed


def test_the_lists_name_programs_of_the_corpus() -> None:
    """There are at least sixty programs, and what is said of one is said of one that exists."""
    names = {str(program) for program in find_programs()}
    assert len(names) >= 60
    assert {program for program, _ in BROKEN} | set(KEPT) <= names


def places_listed(conversion: Conversion) -> set[str]:
    """Functions (`path:name`) in which the report lists a call that is kept, or unknown."""
    program, plan = conversion.outcome.analysis.program, conversion.outcome.plan
    kept = {call for call, decision in plan.calls.items() if decision.action in ("keep", "leave")}
    unknown = {one.call for one in conversion.outcome.analysis.facts.unknown}
    callers = (program.calls[call] for call in kept | unknown)
    functions = [(call.path, program.functions[call.caller]) for call in callers]
    return {f"{path}:{'<module>' if one.kind == 'module' else one.bare_name}" for path, one in functions}
