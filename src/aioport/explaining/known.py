"""What the catalog says of a name, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aioport.catalog.index import Catalog
from aioport.catalog.schema import Blocks
from aioport.explaining.explanation import Known


def find_known(names: Iterable[str], catalog: Catalog) -> Iterator[Known]:
    """What catalog files say of some names: whether and how they wait, and which rules rewrite calls of them."""
    for name in dict.fromkeys(names):
        blocks, rules = catalog.blocks(name), catalog.rewrites(name)
        files = dict.fromkeys(
            [*([_file_of(blocks, catalog)] if blocks is not None else []), *(rule.library for rule in rules)]
        )
        for file in files:
            own = blocks if blocks is not None and _file_of(blocks, catalog) == file else None
            yield Known(
                name=name,
                file=file,
                summary=catalog.library(file).summary,
                category=own.category if own is not None else None,
                treatment=own.treatment if own is not None else None,
                cost=own.rough_cost if own is not None else None,
                rules=tuple(
                    f"{rule.rule.sync} -> {rule.rule.async_}" for rule in rules if rule.library == file
                ),
            )


def _file_of(blocks: Blocks, catalog: Catalog) -> str:
    return next(
        name for name, library in catalog.libraries.items() if any(one is blocks for one in library.blocks)
    )
