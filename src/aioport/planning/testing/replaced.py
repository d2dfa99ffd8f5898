"""What tests replace, and where: by patching it, or through a library that answers in the place of another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.blocking.primitives import called_names
from aioport.catalog.schema import Replacer
from aioport.planning.analysis import Analysis
from aioport.planning.testing.named import Named
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode


@dataclass(frozen=True, slots=True)
class Replacement:
    """A place in test code that puts something in the place of something else.

    targets: what is replaced, by its dotted name without detours; several where it is an attribute of an object that
        may be of several classes.
    node: the call that does it, or the assignment.
    new: what is put there, None where the call makes a mock.
    """

    path: str
    targets: tuple[str, ...]
    node: ast.Call | ast.Assign
    new: ast.expr | None


def find_replacements(analysis: Analysis) -> Iterator[Replacement]:
    """Every call of a replacer in test code, and every assignment to an attribute, whose target is known."""
    named = Named(analysis)
    for path in sorted(analysis.test_files):
        for node in analysis.syntax[path].of_kinds(ast.Call, ast.Assign):
            if isinstance(node, ast.Call):
                replacer = _replacer(analysis, path, node)
                found = _target(named, path, node, replacer) if replacer is not None else None
                if found is not None and replacer is not None:
                    yield Replacement(path, found[0], node, _new(node, found[1], replacer))
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Attribute):
                        held = tuple(_held(named, path, target.value, target.attr))
                        if held:
                            yield Replacement(path, held, node, node.value)


def _replacer(analysis: Analysis, path: str, node: ast.Call) -> Replacer | None:
    if not node.args:
        return None
    known = analysis.catalog.replacers
    for name in (_through_fixture(analysis, path, node), analysis.names(path).resolve(node.func)):
        if name in known:
            return known[name]
    index = analysis.call_at.get((path, *analysis.syntax[path].span(node)))
    names = called_names(analysis.program.calls[index], analysis.program) if index is not None else ()
    return next((known[name] for name in map(analysis.catalog.public_name, names) if name in known), None)


def _through_fixture(analysis: Analysis, path: str, node: ast.Call) -> str | None:
    """`monkeypatch.setattr` by the class of what the parameter `monkeypatch` is given."""
    text = dotted(node.func)
    first, dot, rest = text.partition(".") if text is not None else ("", "", "")
    fixture = analysis.catalog.fixtures.get(first)
    if fixture is None or not dot or not _is_parameter(analysis, path, node, first):
        return None
    return f"{fixture[1]}.{rest}"


def _is_parameter(analysis: Analysis, path: str, node: ast.AST, name: str) -> bool:
    functions = (
        one
        for one in analysis.syntax[path].ancestors(node)
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return any(name in _parameters(one) for one in functions)


def _parameters(node: FunctionNode) -> set[str]:
    return {one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}


def _target(
    named: Named, path: str, node: ast.Call, replacer: Replacer
) -> tuple[tuple[str, ...], list[ast.expr]] | None:
    """What is replaced, and the arguments that follow."""
    first, *rest = node.args
    text = named.text(path, first) if replacer.target != "attribute" else None
    if text is not None:
        return ((named.meant(text),), rest) if "." in text else None
    if replacer.target == "dotted" or not rest:
        return None
    attribute = named.text(path, rest[0])
    held = tuple(_held(named, path, first, attribute)) if attribute is not None else ()
    return (held, rest[1:]) if held else None


def _held(named: Named, path: str, holder: ast.expr, attribute: str) -> Iterator[str]:
    """The attribute of a module or a class that is named, or of an object's class."""
    known = named.object(path, holder)
    if known is not None:
        yield named.meant(f"{known}.{attribute}")
    else:
        yield from named.methods(path, holder, attribute)


def _new(node: ast.Call, rest: list[ast.expr], replacer: Replacer) -> ast.expr | None:
    if rest:
        return rest[0]
    return next((one.value for one in node.keywords if one.arg == replacer.new), None)
