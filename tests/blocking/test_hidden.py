"""What unknown calls may hide."""

from hypothesis import given
from hypothesis import strategies as st

from aioport.blocking import reach
from aioport.blocking.hidden import Hidden, find_hidden
from aioport.blocking.reach import count_callers
from aioport.catalog.load import load_catalog
from aioport.program.model import Call, Function, Program
from tests.scanning import scanned

PROGRAM = """
    import sqlite3

    class Store:
        def push(self, item):
            with open("log", "a") as log:
                log.write(item)

        def glance(self):
            return 1

    def direct(hooks):
        hooks["a"]()

    def quiet(thing):
        thing.glance()

    def deep(thing, connection):
        thing.push(1)
        connection.execute("x")

    def middle(thing):
        deep(thing, None)

    async def top(thing):
        middle(thing)
        quiet(thing)
    """


def hidden() -> dict[str, Hidden]:
    """What `PROGRAM` hides, by the text of the call."""
    scan = scanned(PROGRAM).scan
    found = find_hidden(scan.project, scan.program, scan.facts, load_catalog())
    return {one.unknown.text: one for one in found}


def test_candidates_wait_and_are_called_the_same() -> None:
    """Methods of the project and primitives count; what is called the same and waits for nothing does not."""
    found = hidden()
    assert found["thing.push"].candidates == ("app.Store.push",)
    assert "sqlite3.Connection.execute" in found["connection.execute"].candidates
    assert found["thing.glance"].candidates == ()
    assert found['hooks["a"]'].candidates == ()


def test_only_libraries_that_the_project_names() -> None:
    """A driver that is never imported is no candidate, though its method is called the same."""
    modules = {name.partition(".")[0] for name in hidden()["connection.execute"].candidates}
    assert modules == {"sqlite3"}


def test_reach_counts_the_functions_above() -> None:
    """The function that makes the call, and all that reach it, coroutines apart."""
    found = hidden()
    assert (found["thing.push"].reach, found["thing.push"].on_loop) == (3, 1)
    assert (found["thing.glance"].reach, found["thing.glance"].on_loop) == (2, 1)


def test_what_may_hide_most_comes_first() -> None:
    """Calls with candidates come before those without, then by how many coroutines and functions reach them."""
    ordered = list(hidden().values())
    keys = [(not one.candidates, -one.on_loop, -one.reach) for one in ordered]
    assert keys == sorted(keys)
    assert ordered[0].function == "app.deep"


@given(
    edges=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40),
    coroutines=st.sets(st.integers(0, 11)),
    block=st.sampled_from([1, 3, 64]),
)
def test_reach_is_what_a_search_finds(edges: list[tuple[int, int]], coroutines: set[int], block: int) -> None:
    """In any graph, with cycles too and whatever the size of the blocks, the counts are those of a plain search."""
    program = _program(edges, coroutines)
    before, reach.BLOCK = reach.BLOCK, block
    try:
        found = count_callers(program, range(12))
    finally:
        reach.BLOCK = before
    for function in range(12):
        above, todo = {function}, [function]
        while todo:
            target = todo.pop()
            new = {caller for caller, callee in edges if callee == target} - above
            above |= new
            todo += new
        assert found[function] == (len(above), len(above & coroutines))


def _program(edges: list[tuple[int, int]], coroutines: set[int]) -> Program:
    """A program of twelve functions and these calls."""
    functions = [
        Function(one, f"f{one}", "def", "app.py", 1, 0, in_project=True, is_async=one in coroutines)
        for one in range(12)
    ]
    calls = tuple(
        Call(caller, "app.py", "call", 0, 1, 1, 0, (callee,), sure=True) for caller, callee in edges
    )
    return Program(
        functions=functions,
        classes=(),
        calls=calls,
        decorators={},
        subclasses={},
        unloaded=(),
        callees=lambda _: (),
        type_at=lambda _path, _start, _end: None,
        receiver=lambda _: None,
        stubbed=frozenset,
        _references=lambda: (),
    )
