"""Functions that work with what a library keeps for each thread, such as Django's connections to its databases.

In another thread they would find another connection, and on the event loop the library refuses to wait. Which calls
they are, no name tells (`Item.objects.filter(...)`); so it goes by files: those that name what the catalog binds to a
thread, and those that import from these.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.planning.analysis import Analysis


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """The functions of such files, and whoever calls them."""
    files = _files(analysis)
    if not files:
        return
    todo = [one.id for one in analysis.program.functions if one.kind == "def" and one.path in files]
    reasons = {one: files[analysis.function(one).path or ""] for one in todo}
    while todo:
        function = todo.pop()
        for index in analysis.calls_of.get(function, ()):
            caller = analysis.program.calls[index].caller
            if caller not in reasons and analysis.function(caller).kind == "def":
                reasons[caller] = reasons[function]
                todo.append(caller)
    yield from sorted(reasons.items())


def _files(analysis: Analysis) -> Mapping[str, str]:
    """Files with the reason, each with the first place that names such a thing."""
    found: dict[str, str] = {}
    for path in analysis.project.sources:
        reason = _reason(analysis, path)
        if reason is not None:
            found[path] = reason
    modules = {
        one.name: found[one.path]
        for one in analysis.program.functions
        if one.kind == "module" and one.path in found
    }
    for path in analysis.project.sources if found else ():
        for name in analysis.names(path).bound.values():
            reason = modules.get(name) or modules.get(name.rpartition(".")[0])
            if reason is not None:
                found.setdefault(path, reason)
    return found


def _reason(analysis: Analysis, path: str) -> str | None:
    binds = analysis.catalog.binds
    tops = {name.partition(".")[0].encode() for name in binds}
    if not any(top in analysis.project.sources[path].data for top in tops):
        return None
    names = analysis.names(path)
    for kind in (ast.Name, ast.Attribute):
        for node in analysis.syntax[path].of_kind.get(kind, ()):
            name = names.resolve(node)
            if name in binds:
                return f"{analysis.where(path, node)} uses {name}: {binds[name]}"
    return None
