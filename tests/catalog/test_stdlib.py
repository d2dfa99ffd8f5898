"""The standard library is covered: every module, and no name that is not one of it."""

import sys
import tomllib
import warnings
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from aioport.catalog.schema import Library
from tests.catalog.applying import catalog
from tests.catalog.importing import exists
from tests.catalog.typeshed import Names, typeshed

CANNOT_WAIT = tomllib.loads((Path(__file__).parent / "cannot_wait.toml").read_text("utf-8"))

STDLIB = {
    name: catalog().libraries[name]
    for file in (resources.files("aioport.catalog") / "stdlib").iterdir()
    if file.name.endswith(".toml")  # a catalog that was read before has its compiled form beside it
    for name in [file.name.removesuffix(".toml")]
}
EACH = pytest.mark.parametrize("library", [STDLIB[name] for name in sorted(STDLIB)], ids=sorted(STDLIB))


@cache
def _known() -> Names:
    return typeshed().spelled(catalog().public_name)


def test_every_module_is_spoken_of() -> None:
    """Either the catalog has a file of a module, or the list of those that cannot wait has a reason."""
    tops = {module.partition(".")[0] for module in typeshed().modules} | set(sys.stdlib_module_names)
    spoken = [*STDLIB, *CANNOT_WAIT]
    assert sorted(spoken) == sorted({*STDLIB, *CANNOT_WAIT}), "a module is spoken of twice"
    assert [name for name in sorted(tops) if not name.startswith("_") and name not in spoken] == []


def test_the_list_of_what_cannot_wait_is_sorted() -> None:
    """A module is found in it at a glance."""
    assert list(CANNOT_WAIT) == sorted(CANNOT_WAIT)


@EACH
def test_its_names_are_those_of_the_library(library: Library) -> None:
    """No typing error survives: the checker's stubs have each name, or the interpreter that runs the tests has it."""
    names = [name for entry in library.blocks for name in entry.names]
    names += [*library.spawns, *library.keeps, *library.passes, *library.gives, *library.on_loop]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        unknown = [name for name in names if "*" not in name and not (_known().has(name) or exists(name))]
    assert unknown == []


@EACH
def test_patterns_are_of_classes_that_exist(library: Library) -> None:
    """`Class.*` stands for the methods of a class, and the class is there."""
    for entry in library.blocks:
        for name in entry.names:
            if name.endswith(".*"):
                assert _known().has(name.removesuffix(".*"))
