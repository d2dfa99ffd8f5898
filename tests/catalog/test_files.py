"""What holds for every catalog file."""

import ast
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest

from aioport import runtime
from aioport.catalog.schema import Library
from aioport.rewriting.vendored import render_vendored
from tests.catalog.applying import catalog
from tests.catalog.importing import exists

LIBRARIES = catalog().libraries
EACH_LIBRARY = pytest.mark.parametrize("library", LIBRARIES.values(), ids=LIBRARIES.keys())

# What a rule writes, and an interpreter lacks where its version is another one.
NOT_EVERYWHERE = re.compile(r"typing\.override|warnings\.deprecated")


@EACH_LIBRARY
def test_its_head_is_complete(library: Library) -> None:
    """A summary of one sentence or more, the month of the last check, and what to install where that is needed."""
    assert library.summary.endswith(".")
    assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", library.checked)
    assert library.distribution is not None or not library.requires
    assert bool(library.requires) == (library.distribution is not None and bool(library.rewrite))


@EACH_LIBRARY
def test_its_names_are_public(library: Library) -> None:
    """What a look-up is never asked for would never be found."""
    for name in _names(library):
        assert "*" in name or catalog().public_name(name) == name, f"{name} is asked for by another name"


@EACH_LIBRARY
def test_what_waits_is_not_pure(library: Library) -> None:
    """One name has one nature."""
    for entry in library.blocks:
        for name in entry.names:
            assert not catalog().is_pure(name) or entry.treatment == "leave", f"{name} is said to be pure"
            assert not catalog().is_mutator(name), f"{name} is said to wait for nothing"


@EACH_LIBRARY
def test_a_cost_is_given_where_it_is_not_the_usual_one(library: Library) -> None:
    """What is said without need could come to contradict the category."""
    for entry in library.blocks:
        assert entry.cost is None or msgspec.structs.replace(entry, cost=None).rough_cost != entry.cost


@EACH_LIBRARY
def test_its_conditions_can_be_met(library: Library) -> None:
    """A condition names an argument by position or keyword, and what is written there as Python writes it back."""
    for entry in library.blocks:
        for condition in entry.unless:
            name, _, value = condition.partition("=")
            assert name.isdigit() or name.isidentifier()
            assert value == "in memory" or ast.unparse(ast.parse(value, mode="eval")) == value


@EACH_LIBRARY
def test_its_support_compiles(library: Library) -> None:
    """It stands in one file with the runtime, and stubs are Python as well."""
    compile(render_vendored(runtime.__all__, [library.support]), "_aio.py", "exec")
    for module, text in library.stubs.items():
        compile(text, f"{module}.pyi", "exec")


@EACH_LIBRARY
def test_its_targetexists(library: Library) -> None:
    """Every dotted name that a rule writes is there in the library that it comes from."""
    texts = [rule.rule.async_ for rules in map(catalog().rewrites, _called(library)) for rule in rules]
    texts += [entry.async_ for entry in library.type] + [
        name for entry in library.exception for name in entry.async_
    ]
    texts += [entry.async_ for entry in library.decorator]
    for text in texts:
        for node in ast.walk(ast.parse(text, mode="eval")):
            name = _module_attribute(node)
            if name is not None and not NOT_EVERYWHERE.fullmatch(name):
                assert exists(name), f"{name} does not exist"


@EACH_LIBRARY
def test_its_examples_are_whole_programs(library: Library) -> None:
    """They parse, and a library with rules has one that converts and one that stays as it is."""
    for example in library.example:
        assert "__main__" in example.before
        for text in (example.before, example.after or ""):
            compile(text, "program.py", "exec")
    if library.rewrite:
        assert {example.after is None for example in library.example} == {True, False}


def test_the_support_of_all_fits_into_one_file() -> None:
    """A project may use several libraries, and it has one `_aio.py`."""
    text = render_vendored(
        runtime.__all__, [library.support for library in LIBRARIES.values() if library.support]
    )
    compile(text, "_aio.py", "exec")


def test_no_name_is_said_to_wait_twice() -> None:
    """Two entries for one name would contradict each other sooner or later."""
    counts = Counter(
        name for library in LIBRARIES.values() for entry in library.blocks for name in entry.names
    )
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_home_is_given_twice() -> None:
    """A private module has one public face."""
    counts = Counter(module for library in LIBRARIES.values() for module in library.homes)
    assert [module for module, count in counts.items() if count > 1] == []


def _names(library: Library) -> Iterator[str]:
    for entry in library.blocks:
        yield from entry.names
    yield from (*library.pure, *library.mutates, *library.spawns, *library.keeps)
    yield from (*library.passes, *library.gives, *library.on_loop)
    yield from (entry.sync for entry in library.decorator)
    yield from (entry.sync for entry in library.type)
    yield from (entry.sync for entry in library.exception)


def _called(library: Library) -> set[str]:
    names = {rule.name for rules in catalog()._rules.rewrites.values() for rule in rules}  # noqa: SLF001
    return {name for name in names if catalog().libraries[catalog().rewrites(name)[0].library] is library}


def _module_attribute(node: ast.AST) -> str | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = node.value.id
        if importlib.util.find_spec(module) is not None:
            return f"{module}.{node.attr}"
    return None
