"""Streams and libraries of which a part cannot be rewritten, so that nothing of them is."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.both import Both
from aioport.planning.colors import Colors
from aioport.planning.exception_values import find_lost
from aioport.planning.flows import Stream
from aioport.planning.leaves import Leaf
from aioport.planning.raising import Raising
from aioport.planning.refused import Refused
from aioport.planning.retyping import find_exception_obstacles, find_torn_handlers


class Torn:
    """Refuses; each method returns whether something was refused that was not before.

    leaves: the calls that may still be rewritten, by index.
    both: what is known of functions that keep their sync form.
    """

    def __init__(
        self,
        analysis: Analysis,
        refused: Refused,
        leaves: Mapping[int, Leaf],
        streams: Iterable[Stream],
        both: Both,
    ) -> None:
        self._analysis, self._refused, self._leaves = analysis, refused, leaves
        self._streams, self._both = tuple(streams), both

    def refuse_streams(self) -> bool:
        """Values that cannot be followed, or do something that their counterpart cannot."""
        found = False
        for stream in self._streams:
            if stream.refusal is not None:
                found = self._refused.refuse_leaves(stream.leaves, stream.refusal) or found
        return found

    def refuse_unfollowed(self) -> bool:
        """Calls on a value that belongs to no stream."""
        followed = {index for stream in self._streams for index in stream.called}
        lost = [
            index for index, leaf in self._leaves.items() if leaf.on is not None and index not in followed
        ]
        return self._refused.refuse_leaves(lost, "it is not known where the value comes from")

    def refuse_libraries(self) -> bool:
        """A library whose exceptions cannot be followed keeps all its calls."""
        used = {leaf.rule.library for leaf in self._leaves.values() if leaf.rule is not None}
        return self._refuse_by_library(
            [*find_exception_obstacles(self._analysis, used), *find_lost(self._analysis, used)]
        )

    def refuse_handlers(self, colors: Colors) -> bool:
        """So does one of which a handler would catch what it did not."""
        libraries = {leaf.rule.library for leaf in colors.points.values() if leaf.rule is not None}
        raising = Raising(self._analysis, colors, self._streams, libraries)
        return self._refuse_by_library(find_torn_handlers(self._analysis, raising))

    def _refuse_by_library(self, reasons: Iterable[tuple[str, str]]) -> bool:
        found = False
        for library, reason in list(reasons):
            of_library = [
                index
                for index, leaf in self._leaves.items()
                if leaf.rule is not None and leaf.rule.library == library
            ]
            found = self._refused.refuse_leaves(of_library, reason) or found
        return found

    def refuse_torn(self, colors: Colors) -> bool:
        """A stream of which some call cannot be rewritten is not rewritten at all."""
        found = False
        for stream in self._streams:
            for reason in self._why_torn(stream, colors):
                found = self._refused.refuse_leaves(stream.leaves, reason) or found
        return found

    def _why_torn(self, stream: Stream, colors: Colors) -> Iterator[str]:
        for index in stream.leaves:
            reason = colors.refused.get(index)
            if reason is None and index not in colors.points:
                reason = "its function stays sync"
            if reason is not None:
                yield reason
                break
        for function in readers_of(self._analysis, stream):
            if function is None or not self._is_async(function, colors):
                yield "its body is read where nothing can be awaited"
        for path, statement, _ in stream.withs:
            if not self._can_enter(path, statement, colors):
                yield f"{path}:{statement.lineno}: its `with` stands in a function that stays sync"

    def refuse_shared(self, colors: Colors) -> bool:
        """What sync forms that are kept use as well stays what it is."""
        found = False
        for index, reason in self._both.find_shared(self._streams, colors.wanted, colors.kept):
            found = self._refused.refuse_leaves([index], reason) or found
        return found

    def _is_async(self, function: int, colors: Colors) -> bool:
        return function in colors.wanted or self._analysis.function(function).is_async

    def _can_enter(self, path: str, statement: ast.With, colors: Colors) -> bool:
        for around in self._analysis.syntax[path].ancestors(statement):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                function = self._analysis.by_node.get(around)
                return function in colors.wanted or isinstance(around, ast.AsyncFunctionDef)
        return False


def readers_of(analysis: Analysis, stream: Stream) -> Iterator[int | None]:
    """Functions that read an attribute which is awaited afterwards; None for a place that is no function's."""
    for path, attribute, member in stream.members:
        if "await " in member.rule.async_:
            place = analysis.syntax[path].place(attribute)
            is_open = place.sealed is None and place.generator is None
            yield analysis.by_node.get(place.scope) if is_open else None
