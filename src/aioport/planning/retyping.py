"""Classes that are named, not made: in `except` clauses, annotations and checks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from aioport.catalog.index import FoundException
from aioport.planning.analysis import Analysis
from aioport.planning.exception_values import find_named
from aioport.planning.plan import Intent, ReadMember, Retype
from aioport.planning.raising import Raised, Raising
from aioport.program.names import ImportedNames
from aioport.program.syntax import Syntax, names_a_type, nodes_in
from aioport.project import Source

_Caught: TypeAlias = tuple[str, ast.ExceptHandler, ast.expr, FoundException]


def find_exception_obstacles(analysis: Analysis, libraries: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    """Libraries whose exceptions are used in a way that the ones after the rewrite do not support, with the reason."""
    for path in analysis.project.sources:
        syntax, names = analysis.syntax[path], analysis.names(path)
        for node in syntax.source.once(_clauses_and_classes) if libraries else ():
            if isinstance(node, ast.ExceptHandler):
                for _, found in _caught(node, names, analysis):
                    if found.library in libraries and node.name:
                        for attribute in _unknown_members(analysis, node, found):
                            yield (
                                found.library,
                                f"{path}:{attribute.lineno}: `{ast.unparse(attribute)}` has no counterpart",
                            )
            else:
                for base in node.bases:
                    name = names.resolve(base)
                    known = analysis.catalog.type(name) if name else None
                    if known is not None and known.library in libraries:
                        yield known.library, f"{path}:{node.lineno}: {node.name} is a subclass of {name}"


def _clauses_and_classes(source: Source) -> list[ast.ExceptHandler | ast.ClassDef]:
    return [one for one in Syntax(source).nodes if isinstance(one, ast.ExceptHandler | ast.ClassDef)]


def find_torn_handlers(analysis: Analysis, raising: Raising) -> Iterator[tuple[str, str]]:
    """Libraries of which both kinds of exceptions reach a clause that reads what they do not have in common."""
    for path, node, expression, found in _every_caught(analysis):
        raised = _raised_under(analysis, raising, path, node)
        if (
            found.library in raised.new
            and found.library in raised.old
            and list(_members(analysis, path, node, found))
        ):
            yield (
                found.library,
                f"{analysis.where(path, expression)}: rewritten and untouched calls raise into it",
            )


def retype_exceptions(
    analysis: Analysis, raising: Raising, libraries: AbstractSet[str], *, sync_forms: bool
) -> Iterator[tuple[str, Intent]]:
    """Intents for `except` clauses that exceptions of rewritten calls reach; `libraries` have such calls.

    sync_forms: whether something that becomes async has a sync form, which an unknown call may run anywhere.
    """
    for path, node, expression, found in _every_caught(analysis):
        if found.library not in libraries:
            continue
        raised = _raised_under(analysis, raising, path, node)
        if found.library in raised.new or (
            raised.unknown and (sync_forms or _may_await(analysis, raising, path, node))
        ):
            keep = found.library in raised.old or found.library not in raised.new
            yield path, Retype(expression, found.exception.async_, keep=keep)
            if node.name and not keep:
                yield from _members(analysis, path, node, found)
    for path, node, expression, found in _every_base_caught(analysis):
        if found.library in libraries and found.library in _raised_under(analysis, raising, path, node).new:
            yield path, Retype(expression, found.exception.async_, keep=True)


def retype_named(
    analysis: Analysis, raising: Raising, libraries: AbstractSet[str], *, sync_forms: bool
) -> Iterator[tuple[str, Intent]]:
    """Intents for exceptions that are named as values: what catches with them catches the new kind, or both.

    Where a `with` catches (`suppress`, `pytest.raises`), what its body raises decides; elsewhere what anything may raise.
    """
    old: AbstractSet[str] | None = None
    for one in find_named(analysis, libraries):
        if one.position == "lost":
            continue
        library, statement = one.found.library, _guarding(analysis.syntax[one.path], one.node)
        if statement is not None:
            raised = raising.under(one.path, statement.body)
            if library not in raised.new and not (
                raised.unknown and (sync_forms or _may_await(analysis, raising, one.path, statement))
            ):
                continue
            keep = library in raised.old or library not in raised.new
        else:
            old = raising.raised_old() if old is None else old
            keep = library in old
        yield one.path, Retype(one.node, one.found.exception.async_, keep, beside=one.position == "element")


def _guarding(syntax: Syntax, node: ast.expr) -> ast.With | ast.AsyncWith | None:
    """The `with` statement that is entered with a call of what an exception is given to."""
    call = next((one for one in syntax.ancestors(node) if isinstance(one, ast.Call)), None)
    item = syntax.parents.get(call) if call is not None else None
    statement = syntax.parents.get(item) if isinstance(item, ast.withitem) else None
    return statement if isinstance(statement, ast.With | ast.AsyncWith) else None


def _may_await(analysis: Analysis, raising: Raising, path: str, node: ast.AST) -> bool:
    """Whether what a clause is about may be awaited: nothing else can run a rewritten call that is not known."""
    scope = analysis.syntax[path].place(node).scope
    function = analysis.by_node.get(scope) if scope is not None else None
    return function is not None and (
        function in raising.colors.wanted or analysis.function(function).is_async
    )


def _every_caught(analysis: Analysis) -> tuple[_Caught, ...]:
    """The exceptions of libraries that clauses name."""
    return analysis.once(_find_every_caught)


def _find_every_caught(analysis: Analysis) -> tuple[_Caught, ...]:
    return tuple(_caught_in_files(analysis))


def _caught_in_files(analysis: Analysis) -> Iterator[_Caught]:
    for path in analysis.project.sources:
        names = analysis.names(path)
        for node in analysis.syntax[path].of_kind.get(ast.ExceptHandler, ()):
            if isinstance(node, ast.ExceptHandler):
                for expression, found in _caught(node, names, analysis):
                    yield path, node, expression, found


def _every_base_caught(
    analysis: Analysis,
) -> Iterator[tuple[str, ast.ExceptHandler, ast.expr, FoundException]]:
    """Clauses for builtin exceptions that catch those of a library today."""
    for path in analysis.project.sources:
        bound = analysis.names(path).bound
        for node in analysis.syntax[path].of_kind.get(ast.ExceptHandler, ()):
            if isinstance(node, ast.ExceptHandler):
                for expression in _classes(node):
                    if isinstance(expression, ast.Name) and expression.id not in bound:
                        for found in analysis.catalog.exceptions_under(expression.id):
                            yield path, node, expression, found


def _raised_under(analysis: Analysis, raising: Raising, path: str, node: ast.ExceptHandler) -> Raised:
    statement = analysis.syntax[path].parents[node]
    return raising.under(path, statement.body) if isinstance(statement, ast.Try | ast.TryStar) else Raised()


def retype_names(
    analysis: Analysis, converted: Mapping[str, str], mixed: AbstractSet[str], settled: Mapping[ast.AST, bool]
) -> Iterator[tuple[str, Intent]]:
    """Intents for annotations and `isinstance` checks.

    converted: old name -> new name; mixed: names that both stand for some values.
    settled: annotations and checks of which it is known whether their values are converted.
    """
    for path in analysis.project.sources:
        syntax, names = analysis.syntax[path], analysis.names(path)
        for node in syntax.nodes:
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                name = names.resolve(node)
                if name is not None and name in converted and names_a_type(syntax, node):
                    known = next(
                        (settled[one] for one in (node, *syntax.ancestors(node)) if one in settled), None
                    )
                    if known is not False:
                        yield path, Retype(node, (converted[name],), keep=known is None and name in mixed)


def _classes(node: ast.ExceptHandler) -> list[ast.expr]:
    return (
        node.type.elts if isinstance(node.type, ast.Tuple) else [node.type] if node.type is not None else []
    )


def _caught(
    node: ast.ExceptHandler, names: ImportedNames, analysis: Analysis
) -> Iterator[tuple[ast.expr, FoundException]]:
    for expression in _classes(node):
        name = names.resolve(expression)
        found = analysis.catalog.exception(name) if name is not None else None
        if found is not None:
            yield expression, found


def _attributes(node: ast.ExceptHandler) -> Iterator[ast.Attribute]:
    for statement in node.body:
        for inner in nodes_in(statement):
            if (
                isinstance(inner, ast.Attribute)
                and isinstance(inner.value, ast.Name)
                and inner.value.id == node.name
            ):
                yield inner


def _unknown_members(
    analysis: Analysis, node: ast.ExceptHandler, found: FoundException
) -> Iterator[ast.Attribute]:
    parents = {
        child: parent
        for statement in node.body
        for parent in ast.walk(statement)
        for child in ast.iter_child_nodes(parent)
    }
    members = analysis.catalog.members(found.exception.sync)
    for attribute in _attributes(node):
        outer = parents.get(attribute)
        if hasattr(BaseException, attribute.attr):
            continue
        if attribute.attr in found.exception.keeps or attribute.attr in members:
            continue
        if isinstance(outer, ast.Attribute) and f"{attribute.attr}.{outer.attr}" in members:
            continue
        yield attribute


def _members(
    analysis: Analysis, path: str, node: ast.ExceptHandler, found: FoundException
) -> Iterator[tuple[str, Intent]]:
    syntax = analysis.syntax[path]
    members = analysis.catalog.members(found.exception.sync)
    for attribute in _attributes(node):
        outer = syntax.parents.get(attribute)
        if isinstance(outer, ast.Attribute) and (member := members.get(f"{attribute.attr}.{outer.attr}")):
            yield path, ReadMember(outer, member.rule.async_)
        elif (member := members.get(attribute.attr)) is not None:
            yield path, ReadMember(attribute, member.rule.async_)
