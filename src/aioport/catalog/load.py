"""Reads the catalog: one TOML file a library, found by a scan of the folders, checked before it is used."""

from __future__ import annotations

import itertools
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from aioport.caching.catalog import read_libraries
from aioport.catalog.index import Catalog, build_catalog
from aioport.catalog.matching import KINDS
from aioport.catalog.schema import Library

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

FOLDERS = ("stdlib", "libraries", "frameworks")


class CatalogError(ValueError):
    """A catalog file, or an entry of the user's own, that cannot be used; says which, what, and the remedy."""


def load_catalog(extra: Sequence[Mapping[str, object]] = ()) -> Catalog:
    """The catalog that aioport ships, with entries of the user's own in front of it.

    extra: tables of the shape of a catalog file, from `[[tool.aioport.catalog]]`; `summary` and `checked` may be absent.
    Raises CatalogError naming file, field and remedy.
    """
    return _load(extra) if extra else _shipped()


@cache
def _shipped() -> Catalog:
    """Without entries of the user's own it is always the same: who converts often makes it once."""
    return _load(())


def _load(extra: Sequence[Mapping[str, object]]) -> Catalog:
    libraries: dict[str, Library] = {}
    for number, table in enumerate(extra):
        name = f"tool.aioport.catalog[{number}]"
        libraries[name] = read_table({"summary": "from pyproject.toml", "checked": "", **table}, name)
    own = frozenset(libraries)
    files = list(catalog_files())
    for file, library in zip(files, read_libraries(files, read_file), strict=True):
        identifier = file.name.removesuffix(".toml")
        if identifier in libraries:
            raise CatalogError(f"{file.name}: two folders hold a file of this name; one library has one file")
        libraries[identifier] = library
    try:
        return build_catalog(libraries, trusted=libraries.keys() - own)
    except ValueError as error:
        raise CatalogError(str(error)) from error


def catalog_files() -> Iterator[Traversable]:
    """The files that aioport ships, in the order in which they count."""
    root = resources.files(__package__)
    for folder in FOLDERS:
        if not (root / folder).is_dir():  # git keeps no empty folders
            continue
        files = (file for file in (root / folder).iterdir() if file.name.endswith(".toml"))
        yield from sorted(files, key=lambda file: file.name)


def read_file(file: Traversable) -> Library:
    """One file. Raises CatalogError."""
    try:
        library = msgspec.toml.decode(file.read_bytes(), type=Library)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CatalogError(f"{file.name}: {error}; see catalog/schema.py for the fields") from error
    _check_lists(library, file.name)
    return library


def read_table(table: Mapping[str, object], name: str) -> Library:
    """One entry of the user's own. Raises CatalogError."""
    try:
        library = msgspec.convert(table, Library)
    except msgspec.ValidationError as error:
        raise CatalogError(f"{name}: {error}; see catalog/schema.py for the fields") from error
    _check_lists(library, name)
    return library


def _check_lists(library: Library, name: str) -> None:
    lists = {
        field: getattr(library, field)
        for field in (
            "pure",
            "mutates",
            "spawns",
            "runs_elsewhere",
            "keeps",
            "choices",
            "passes",
            "partials",
            "fills",
            "bags",
            "looks",
            "on_loop",
            "per_thread",
            "main_thread",
            "factories",
            "interrupts",
        )
    }
    lists |= {f"blocks[{index}].names": entry.names for index, entry in enumerate(library.blocks)}
    lists |= {f"type[{index}].keeps": entry.keeps for index, entry in enumerate(library.type)}
    lists |= {f"exception[{index}].keeps": entry.keeps for index, entry in enumerate(library.exception)}
    for field, names in lists.items():
        for before, after in itertools.pairwise(names):
            if before == after:
                raise CatalogError(f"{name}: {field}: `{after}` stands there twice; drop one")
            if before > after:
                raise CatalogError(f"{name}: {field}: `{after}` must stand before `{before}`; sort the list")
    tables = [(f"rewrite[{index}]", rewrite.when) for index, rewrite in enumerate(library.rewrite)]
    tables += [
        (f"arguments.{group}", table.when) for group, many in library.arguments.items() for table in many
    ]
    for field, when in tables:
        for kind in when.values():
            if kind not in KINDS:
                raise CatalogError(f"{name}: {field}.when: `{kind}` is no kind; choose of {', '.join(KINDS)}")
    for index, example in enumerate(library.example):
        if (example.after is None) == (example.why is None):
            raise CatalogError(f"{name}: example[{index}]: give either `after`, or `why` it stays as it is")
