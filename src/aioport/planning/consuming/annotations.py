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
    """`Iterator[int]` -> `AsyncIterator[int]`, and so on; nothing for what says something else."""
    head = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    known = names.resolve(head)
    if known not in ASYNC_ANNOTATIONS:
        return
    yield Retype(head, (ASYNC_ANNOTATIONS[known],))
    arguments = annotation.slice if isinstance(annotation, ast.Subscript) else None
    if known.endswith(".Generator") and isinstance(arguments, ast.Tuple) and len(arguments.elts) == 3:
        yield DropLast(arguments)
