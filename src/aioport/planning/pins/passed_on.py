"""Methods that may be passed to the project's functions as an attribute of something unknown: `self.run(client.quit)`."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.candidates import may_have
from aioport.program.model import Function
from aioport.program.names import dotted

SHORT = 2
"""A name of so few letters says nothing of the class of what it is."""


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    """Methods of which a call is handed one by such a name; in tests, a sync form is put around it."""
    methods: dict[str, list[Function]] = defaultdict(list)
    for one in analysis.program.functions:
        if one.in_project and one.owner is not None and one.kind == "def" and not one.is_property:
            if one.id in analysis.facts.waits and not one.bare_name.startswith("__"):
                methods[one.bare_name].append(one)
    known = {(one.path, one.start, one.end) for one in analysis.program.references} if methods else set()
    for path in analysis.project.sources if methods else ():
        if path in analysis.test_files:
            continue
        syntax = analysis.syntax[path]
        for node in syntax.of_kind.get(ast.Attribute, ()):
            assert isinstance(node, ast.Attribute)
            if node.attr not in methods or not _is_argument(analysis, path, node):
                continue
            if (path, *syntax.span(node)) in known or analysis.names(path).resolve(node) is not None:
                continue
            if _is_found(analysis, path, node):
                continue
            for method in methods[node.attr]:
                if _may_be(analysis, path, method, node):
                    where = analysis.where(path, node)
                    yield method.id, f"{where} passes `{ast.unparse(node)[:40]}` on, which may be it"


def _is_argument(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether it is handed to one of the project's functions, which may call it, or to a thread, which does."""
    syntax = analysis.syntax[path]
    parent = syntax.parents.get(node)
    call = syntax.parents.get(parent) if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call) or call.func is node:
        return False
    index = analysis.call_at.get((path, *syntax.span(call)))
    targets = analysis.program.calls[index].targets if index is not None else ()
    called = map(analysis.function, targets)
    return any(one.in_project or analysis.catalog.is_spawn(one.name) for one in called)


def _is_found(analysis: Analysis, path: str, node: ast.Attribute) -> bool:
    """Whether the object is of a class that is known and has such an attribute."""
    base = analysis.program.type_at(path, *analysis.syntax[path].span(node.value))
    if base is None or not (base.classes or base.objects):
        return False
    own = [one for one in base.ids if analysis.program.classes[one].in_project]
    return (
        len(own) < len(base.ids) or not own or any(may_have(analysis.program, one, node.attr) for one in own)
    )


def _may_be(analysis: Analysis, path: str, method: Function, node: ast.Attribute) -> bool:
    """Whether a name is the project's alone, or the object is called like the method's class, or of a class above it."""
    if node.attr not in analysis.catalog.method_names:
        return True
    base = analysis.program.type_at(path, *analysis.syntax[path].span(node.value))
    if base is not None and method.owner is not None:
        above = (method.owner, *analysis.program.classes[method.owner].ancestors)
        if not set(base.ids).isdisjoint(above):
            return True
    owner = analysis.program.classes[method.owner].name if method.owner is not None else ""
    text = (dotted(node.value) or "").rpartition(".")[2].strip("_").lower()
    return len(text) > SHORT and text in owner.rpartition(".")[2].lower()
