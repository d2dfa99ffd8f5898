"""A `Program` from the project's syntax trees and the catalog alone: what can be known without a type checker."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import msgspec

from aioport.catalog.index import Catalog
from aioport.fallback.calls import CallReader
from aioport.fallback.definitions import Definitions
from aioport.fallback.modules import Modules
from aioport.fallback.outside import Surroundings
from aioport.fallback.resolving import Resolver
from aioport.fallback.scopes import read_scopes
from aioport.fallback.values import ClassObject, Instance, Known
from aioport.program.model import Call, Program, Reference, Type
from aioport.program.syntax import Syntax
from aioport.project import PARSE_ERRORS, Project, Source


def by_name(project: Project, catalog: Catalog) -> Program:
    """What calls run as far as names tell; whatever they do not tell is unknown, with the reason.

    No installed package is read, so `Program.callees` is empty: of what is not the project's, only names that the
    catalog knows are resolved. Files that do not parse are left out and named in `Program.unloaded`. Raises nothing.
    """
    trees, unloaded = _parse(project.sources)
    modules = Modules(project, trees)
    definitions = Definitions()
    for path, tree in trees.items():
        definitions.add(project, modules, path, read_scopes(path, tree))
    surroundings = Surroundings(catalog, definitions.functions, definitions.classes)
    resolver = Resolver(definitions, modules, surroundings, catalog)
    reader = CallReader(project, definitions, resolver, surroundings)
    calls = tuple(call for path in trees for call in reader.calls(path))
    decorators = reader.decorators()
    _link(definitions, resolver)
    types = _Types(project, definitions, resolver, reader)

    def references() -> tuple[Reference, ...]:
        return tuple(one for path in trees for one in reader.references(path))

    return Program(
        functions=definitions.functions,
        classes=definitions.classes,
        calls=calls,
        decorators=decorators,
        subclasses=resolver.inheritance.subclasses(),
        unloaded=tuple(unloaded),
        callees=lambda _: (),
        type_at=types.at,
        receiver=types.receiver,
        stubbed=frozenset,
        _references=references,
    )


def _parse(sources: Mapping[str, Source]) -> tuple[dict[str, ast.Module], list[str]]:
    trees: dict[str, ast.Module] = {}
    unloaded = []
    for path, source in sources.items():
        try:
            trees[path] = source.tree
        except PARSE_ERRORS:
            unloaded.append(path)
    return trees, unloaded


def _link(definitions: Definitions, resolver: Resolver) -> None:
    """Gives the project's classes their ancestors, which takes everything that bases are imported from."""
    for class_id in definitions.class_scopes:
        ancestors = tuple(resolver.inheritance.order(class_id)[1:])
        definitions.classes[class_id] = msgspec.structs.replace(
            definitions.classes[class_id], ancestors=ancestors
        )


class _Types:
    """Types of expressions, found when asked for."""

    def __init__(
        self, project: Project, definitions: Definitions, resolver: Resolver, reader: CallReader
    ) -> None:
        self._project, self._definitions = project, definitions
        self._resolver, self._reader = resolver, reader
        self._syntax: dict[str, Syntax] = {}

    def at(self, path: str, start: int, end: int) -> Type | None:
        """The type of the expression with exactly this range; None where there is none."""
        scopes = self._definitions.scopes.get(path)
        if scopes is None:
            return None
        if path not in self._syntax:
            self._syntax[path] = Syntax(self._project.sources[path])
        syntax = self._syntax[path]
        node = syntax.at((start, end), ast.expr)
        if node is None:
            return None
        around: ast.AST | None = next((one for one in syntax.ancestors(node) if one in scopes.defined), None)
        return self._type(self._resolver.evaluate(node, scopes.defined[around or syntax.tree]))

    def receiver(self, call: Call) -> Type | None:
        """The type of what a method is called on; None for other calls."""
        if call.kind != "call" or call.through_super:
            return None
        functions = self._definitions.functions
        if (
            not any(functions[target].owner is not None for target in call.targets)
            or call.constructs is not None
        ):
            return None
        node, scope = self._reader.asked[call.path, call.start, call.end]
        if not isinstance(node.func, ast.Attribute):
            return None
        return self._type(self._resolver.evaluate(node.func.value, scope))

    def _type(self, known: Known) -> Type:
        classes = self._definitions.classes
        instances = [value.id for value in known.values if isinstance(value, Instance)]
        objects = [value.id for value in known.values if isinstance(value, ClassObject)]
        names = tuple(classes[one].name for one in instances)
        told = len(instances) + len(objects) == len(known.values)
        is_known = known.complete and told and bool(known.values or known.optional)
        texts = [*names, *(["None"] if known.optional else []), *([] if is_known else ["Unknown"])]
        return Type(
            text=" | ".join(texts),
            classes=names,
            objects=tuple(classes[one].name for one in objects),
            exhaustive=is_known,
            ids=tuple(instances),
            optional=known.optional,
        )
