"""What holds for the catalog files of installed libraries: their stubs know every name that the files speak of."""

import ast

import pytest

from aioport.catalog.schema import Library
from tests.catalog.applying import catalog
from tests.catalog.typeshed import Names, names_of

STUBBED = {name: one for name, one in catalog().libraries.items() if one.stubs}
EACH = pytest.mark.parametrize("library", STUBBED.values(), ids=STUBBED.keys())


def _known(library: Library) -> Names:
    return names_of(library.stubs).spelled(catalog().public_name)


@EACH
def test_its_names_are_in_its_stubs(library: Library) -> None:
    """Where the library is not installed, each name that is said to wait is found all the same."""
    known = _known(library)
    names = [name.removesuffix(".*") for entry in library.blocks for name in entry.names]
    names += [name.removesuffix(".*") for name in (*library.spawns, *library.keeps, *library.on_loop)]
    assert [name for name in names if not known.has(name)] == []


@EACH
def test_what_is_async_is_not_said_to_wait(library: Library) -> None:
    """The asynchronous half of a library has the same method names, and is not taken for the other half."""
    spelled = catalog().public_name
    waiting = {name for entry in library.blocks for name in entry.names}
    assert {spelled(name) for name in _async_functions(library)} & waiting == set()


@EACH
def test_a_class_without_known_methods_says_so(library: Library) -> None:
    """`Class.*` is for classes that make their methods when they run: their stub has a `__getattr__`."""
    known = _known(library)
    patterns = [name for entry in library.blocks for name in entry.names if name.endswith(".*")]
    assert [name for name in patterns if not known.has(f"{name[:-1]}__getattr__")] == []


@EACH
def test_what_its_stubs_import_is_there(library: Library) -> None:
    """A stub imports from stubs of the same file, or from the standard library."""
    known = names_of(library.stubs)
    for module, text in library.stubs.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module in known.modules:
                for alias in node.names:
                    name = f"{node.module}.{alias.name}"
                    assert known.has(name) or name in known.modules, f"{module} imports {name}"


def test_stubs_are_given_for_what_is_not_installed() -> None:
    """A package of a namespace counts by itself: that `google` is there says nothing of `google.cloud.storage`."""
    stubs = catalog().stubs_for({"google.cloud.storage"})
    assert "google.cloud.storage" in stubs
    assert "google.cloud.storage.blob" in stubs
    assert "google.cloud.bigquery" not in stubs
    assert catalog().stubs_for({"google"}).keys() >= {"google.cloud.storage", "google.cloud.bigquery"}


def test_some_stubs_go_before_the_installed_package() -> None:
    """Those of what is compiled without types, or makes its methods when it runs."""
    assert "boto3" in catalog().stubs_for(set(), {"boto3"})
    assert "pyodbc" in catalog().stubs_for(set(), {"pyodbc"})
    assert catalog().stubs_for(set(), {"sqlalchemy", "psycopg2"}) == {}


def test_all_stubbed_packages_are_listed() -> None:
    """Who lays stubs out asks for each of them whether it is installed."""
    assert {"boto3", "botocore", "google.cloud.storage", "grpc", "requests", "aiohttp"} <= catalog().stubbed


def _async_functions(library: Library) -> set[str]:
    found: set[str] = set()
    for module, text in library.stubs.items():
        for node in ast.parse(text).body:
            body = node.body if isinstance(node, ast.ClassDef) else [node]
            owner = f"{module}.{node.name}" if isinstance(node, ast.ClassDef) else module
            found.update(f"{owner}.{one.name}" for one in body if isinstance(one, ast.AsyncFunctionDef))
    return found
