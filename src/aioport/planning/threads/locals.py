"""Objects whose attributes are others in each thread (`threading.local`), and who looks at them.

A value that is made anew wherever it is missing is a cache: any thread may fill its own. Everything else would be
missing, or another one, in a thread that a unit runs in.
"""

from __future__ import annotations

import ast
from collections import defaultdict

from aioport.planning.analysis import Analysis


def find_thread_locals(analysis: Analysis) -> dict[int, tuple[ast.expr, ...]]:
    """Expressions that are such objects, by the function that they stand in; caches are left out."""
    classes = _classes(analysis)
    if not classes:
        return {}
    used: dict[tuple[str, str], dict[int, list[ast.expr]]] = defaultdict(lambda: defaultdict(list))
    own = (one for one in analysis.program.classes if one.name in classes)
    bare = {name.rpartition(".")[2] for one in own for name in (one.name, one.importable)}
    for path in analysis.program.typed_with(sorted(bare)):
        syntax = analysis.syntax[path]
        for node in ast.walk(syntax.tree):
            if not isinstance(node, ast.Name | ast.Attribute) or not isinstance(node.ctx, ast.Load):
                continue
            known = analysis.program.type_at(path, *syntax.span(node))
            function = analysis.by_node.get(syntax.place(node).scope)
            if known is not None and function is not None and not classes.isdisjoint(known.classes):
                used[path, ast.unparse(node)][function].append(node)
    found: dict[int, list[ast.expr]] = defaultdict(list)
    for (_, name), by_function in used.items():
        if not all(_fills(analysis.node(function), name) for function in by_function):
            for function, nodes in by_function.items():
                found[function] += nodes
    return {function: tuple(nodes) for function, nodes in found.items()}


def _classes(analysis: Analysis) -> frozenset[str]:
    """Names of the classes of such objects, those that the project derives included."""
    catalog, program = analysis.catalog, analysis.program
    outside = {one.id for one in program.classes if not one.in_project and catalog.is_per_thread(one.name)}
    return frozenset(
        one.name for one in program.classes if one.id in outside or not outside.isdisjoint(one.ancestors)
    )


def _fills(function: ast.AST | None, name: str) -> bool:
    """Whether a function asks whether there is a value before it uses one: `hasattr`, `getattr` with a default, `try`."""
    if function is None:
        return False
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(id="hasattr"), args=[base, _]) if ast.unparse(base) == name:
                return True
            case ast.Call(func=ast.Name(id="getattr"), args=[base, _, _]) if ast.unparse(base) == name:
                return True
            case ast.Try(handlers=handlers):
                caught = {
                    one.id for handler in handlers for one in ast.walk(handler) if isinstance(one, ast.Name)
                }
                if "AttributeError" in caught:
                    return True
    return False
