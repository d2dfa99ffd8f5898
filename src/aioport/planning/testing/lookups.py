"""`getattr(client, name)(...)` in a test, with a name that is known when it runs only: a sync form can be put around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.program.syntax import is_called_here


def find_lookups(analysis: Analysis) -> Iterator[tuple[str, ast.Call]]:
    """Every such lookup in tests of which it is not known what it gives."""
    for path in sorted(analysis.test_files):
        if "getattr" not in analysis.project.sources[path].text:
            continue
        syntax = analysis.syntax[path]
        for node in syntax.of_kind.get(ast.Call, ()):
            match node:
                case ast.Call(func=ast.Name(id="getattr"), args=[_, _, *_]):
                    if not is_called_here(syntax, node):
                        continue
                    call = syntax.parents[node]
                    index = (
                        analysis.call_at.get((path, *syntax.span(call)))
                        if isinstance(call, ast.Call)
                        else None
                    )
                    if index is None or not analysis.program.calls[index].targets:
                        yield path, node
