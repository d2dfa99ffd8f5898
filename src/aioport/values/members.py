"""Methods of collections by what they do with the items: the language's own, so data of the language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from aioport.catalog.index import Catalog

element_of = frozenset({"get", "get_nowait", "pop", "popleft", "setdefault", "__getitem__"})
"""Methods that return an item."""

whole_of = frozenset({"__iter__", "copy", "items", "keys", "values"})
"""Methods that return a collection of the items; `items` one of pairs."""

walks = frozenset({"iter", "aiter"})
"""Functions that return an iterator over their argument."""

picks_element = frozenset({"choice", "max", "min", "next"})
"""Functions that return an item of their argument."""

COPIES = frozenset({"extend", "extendleft", "update"})
"""Methods that take over the items of another collection."""


inserts = frozenset({"add", "append", "appendleft", "insert", "put", "put_nowait", "setdefault", *COPIES})
"""Methods that keep an item, or all of another collection: what an object of an unknown class is taken to do as well."""


def inserted_by(names: Iterable[str], catalog: Catalog) -> Literal["item", "elements"] | None:
    """How a method keeps its argument in what it is called on; None where it does not."""
    for name in names:
        if catalog.is_mutator(name):
            return "elements" if name.rpartition(".")[2] in COPIES else "item"
    return None
