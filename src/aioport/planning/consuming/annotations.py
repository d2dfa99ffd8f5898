"""Annotations of iterators and generators that become asynchronous."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.plan import DropLast, Intent, Retype
from aioport.program.names import ImportedNames

ASYNC_ANNOTATIONS = {
    "typing.Iterator": "typing.AsyncIterator",
    "typing.Iterable": "typing.AsyncIterable",
    "collections.abc.Iterator": "collections.abc.AsyncIterator",
    "collections.abc.Iterable": "collections.abc.AsyncIterable",
    "typing.Generator": "typing.AsyncGenerator",
    "collections.abc.Generator": "collections.abc.AsyncGenerator",
}
"""What an async generator is annotated with. `Generator` has one type argument more than `AsyncGenerator`."""


def asynchronous_annotation(names: ImportedNames, annotation: ast.expr) -> Iterator[Intent]:
    """`Iterator[int]` -> `AsyncIterator[int]`, and so on, also in a union of nothing else; nothing for what says something
    else."""
    found = [list(_of_one(names, part)) for part in _parts(names, annotation)]
    if all(found):
        yield from (intent for intents in found for intent in intents)


def _parts(names: ImportedNames, annotation: ast.expr) -> Iterator[ast.expr]:
    """What a union is of, but for None; any other annotation is its own."""
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from _parts(names, left)
            yield from _parts(names, right)
        case ast.Subscript(value=head, slice=ast.Tuple(elts=parts)) if names.resolve(head) == "typing.Union":
            for part in parts:
                yield from _parts(names, part)
        case ast.Subscript(value=head, slice=part) if names.resolve(head) in (
            "typing.Optional",
            "typing.Union",
        ):
            yield from _parts(names, part)
        case ast.Constant(value=None):
            return
        case _:
            yield annotation


def _of_one(names: ImportedNames, annotation: ast.expr) -> Iterator[Intent]:
    head = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    known = names.resolve(head)
    if known not in ASYNC_ANNOTATIONS:
        return
    yield Retype(head, (ASYNC_ANNOTATIONS[known],))
    arguments = annotation.slice if isinstance(annotation, ast.Subscript) else None
    if known.endswith(".Generator") and isinstance(arguments, ast.Tuple) and len(arguments.elts) == 3:
        yield DropLast(arguments)
