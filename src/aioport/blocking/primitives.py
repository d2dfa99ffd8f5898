"""What the catalog says of the functions that a call runs."""

from __future__ import annotations

from aioport.catalog.index import Catalog
from aioport.catalog.schema import Blocks
from aioport.program.model import Call, Function, Program


def blocks_of(function: Function, catalog: Catalog) -> Blocks | None:
    """What the catalog says of a function's waiting: of the class it is called on before the one that defines it."""
    for name in (function.name, function.defined_as):
        if name is not None:
            if catalog.is_pure(name) or catalog.is_mutator(name):
                return None
            if (blocks := catalog.blocks(name)) is not None:
                return blocks
    return None


def called_names(call: Call, program: Program) -> tuple[str, ...]:
    """The public names of what a call runs: functions, and the class that it makes an instance of."""
    names = [program.functions[target].name for target in call.targets]
    if call.constructs is not None:
        built = program.classes[call.constructs]
        names.append(built.name)
        names.extend(program.classes[base].name for base in built.ancestors)
    return tuple(names)
