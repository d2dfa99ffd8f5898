"""Expressions and what they may be, in the order in which that is found out."""

from __future__ import annotations

import ast
from collections import Counter, deque

from aioport.values.value import Value, innermost

MOST_PLACES = 200
"""How many expressions one function is followed to. What seems to be everywhere has been taken for something else on
the way, since calls of one function are not told apart; real registries stay far below."""


class Worklist:
    """A queue into which nothing comes twice.

    watched: values of which it is kept where they come to; reached: these places.
    """

    def __init__(self) -> None:
        self.watched: set[Value] = set()
        self.reached: list[tuple[str, ast.expr]] = []
        self._todo: deque[tuple[str, ast.expr, Value]] = deque()
        self._seen: set[tuple[int, Value]] = set()
        self._places: Counter[Value] = Counter()

    def put(self, path: str, node: ast.expr, value: Value) -> None:
        """Say what an expression may be; ignored where that is known, or the value is in too many places already."""
        key = (id(node), value)
        inner = innermost(value)
        if key not in self._seen and self._places[inner] < MOST_PLACES:
            self._places[inner] += 1
            self._seen.add(key)
            self._todo.append((path, node, value))
            if value in self.watched:
                self.reached.append((path, node))

    def take(self) -> tuple[str, ast.expr, Value] | None:
        """The file, the expression and the value that are next; None where nothing is left."""
        return self._todo.popleft() if self._todo else None
