"""What is the same in both halves of a package: it is defined once, in the sync half, and imported from there.

An exception that is defined twice is not caught by the clause for the other one; a sentinel is not the same object.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from aioport.positions import span_of
from aioport.program.names import dotted
from aioport.project import Source
from aioport.twin.imports import resolved

CONSTANTS = frozenset({"object", "frozenset", "TypeVar", "ParamSpec", "NewType", "namedtuple", "compile"})
"""What may be called for a value that is never changed, by bare name; any other value may be state of one half."""

FILLING = frozenset(
    name
    for kind in (list, dict, set)
    for name in dir(kind)
    if not name.startswith("_") and name not in dir(tuple) and not hasattr(frozenset, name)
) - {"items", "keys", "values", "get", "fromkeys"}
"""The methods that change a list, a dict or a set."""

OF_THE_FILE = frozenset({"__name__", "__file__", "__path__", "__spec__", "__package__", "__all__"})
"""Names that are another thing in another file."""


@dataclass(frozen=True)
class Halves:
    """A file in both halves.

    module, package: of the file in the sync half; twin, twin_package: of its place in the async half.
    before, after: its text in the sync half, and in the async half as far as it is made.
    """

    # Without slots: `cached_property` keeps its value in the instance's dictionary.

    module: str
    package: str
    twin: str
    twin_package: str
    before: Source
    after: Source

    @cached_property
    def definitions(self) -> Mapping[str, ast.stmt]:
        """What the sync file defines once and for all at its top level, until it imports its own async half."""
        found: dict[str, ast.stmt] = {}
        for node in self.before.tree.body:
            if isinstance(node, ast.ImportFrom) and resolved(node, self.package) == self.twin:
                break
            if (name := defined_name(node)) is not None and _is_alone(node, self.before):
                found[name] = node
        count = Counter(_bindings(self.before.tree))
        return {name: node for name, node in found.items() if count[name] == 1}

    @cached_property
    def made(self) -> Mapping[str, ast.stmt]:
        """What the async file defines at its top level."""
        named = ((defined_name(node), node) for node in self.after.tree.body)
        return {name: node for name, node in named if name is not None}

    @cached_property
    def bound(self) -> frozenset[str]:
        """Every name that the sync file binds at its top level."""
        return frozenset(_bindings(self.before.tree))

    @cached_property
    def imported(self) -> Mapping[str, str]:
        """What the sync file's imports bind: local name -> dotted name."""
        return dict(imports_of(self.before.tree, self.package))

    @cached_property
    def imported_after(self) -> Mapping[str, str]:
        """What the async file's imports bind."""
        return dict(imports_of(self.after.tree, self.twin_package))


def find_shared(halves: Mapping[str, Halves], trees: Iterable[ast.Module]) -> Mapping[str, frozenset[str]]:
    """Module of the sync half -> what of it both halves can share.

    halves: by module of the sync half, the files whose async half lies beside them in the same package.
    trees: those of all files of the package, which may change what a file defines.

    What is shared reads the same in both halves, and all that it uses is the same: it names nothing that is changed,
    and no variable that may be changed.
    """
    filled = frozenset(name for tree in trees for name in _filled(tree))
    shared = {
        module: {
            name
            for name, node in one.definitions.items()
            if name not in filled and _reads_the_same(one, name, node)
        }
        for module, one in halves.items()
    }
    changed = True
    while changed:
        changed = False
        for module, one in halves.items():
            torn = {
                name for name in shared[module] if not _is_free(one, one.definitions[name], shared, halves)
            }
            shared[module] -= torn
            changed = changed or bool(torn)
    return {module: frozenset(names) for module, names in shared.items()}


def defined_name(node: ast.stmt) -> str | None:
    """The one name that a statement defines: a function, a class, or a variable."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            return name
    return None


def imports_of(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    """What a module's imports bind, outside of functions and classes: local name, dotted name."""
    for node in _top_level(tree):
        match node:
            case ast.Import(names=names):
                for alias in names:
                    top = alias.name.partition(".")[0]
                    yield alias.asname or top, alias.name if alias.asname else top
            case ast.ImportFrom(names=names):
                for alias in names:
                    yield alias.asname or alias.name, f"{resolved(node, package)}.{alias.name}"


def _top_level(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node of a module that is in no function, lambda or class."""
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            todo.extend(ast.iter_child_nodes(node))


def _bindings(tree: ast.Module) -> Iterator[str]:
    """Every binding of a name of the module, also by functions that declare it `global`."""
    for node in _top_level(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.alias(name=name, asname=local):
                yield (local or name).partition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from node.names


def _filled(tree: ast.Module) -> Iterator[str]:
    """The bare names of variables whose contents are changed somewhere."""
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=held, ctx=ast.Store() | ast.Del()):
                yield (dotted(held) or "").rpartition(".")[2]
            case ast.Call(func=ast.Attribute(attr=name, value=held)) if name in FILLING:
                yield (dotted(held) or "").rpartition(".")[2]
            case ast.AugAssign(target=held):
                yield (dotted(held) or "").rpartition(".")[2]


def _is_alone(node: ast.stmt, source: Source) -> bool:
    """Whether a statement has its lines for itself."""
    _, end = span_of(source, node)
    return node.col_offset == 0 and not source.data[end : end + 20].lstrip(b" ").startswith(b";")


def _reads_the_same(one: Halves, name: str, node: ast.stmt) -> bool:
    there = one.made.get(name)
    if there is None or name in OF_THE_FILE or _text(there) != _text(node):
        return False
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return value is None or _is_constant(value)


def _is_constant(value: ast.expr) -> bool:
    """Whether a value is made of constants and of what is called for one."""
    match value:
        case ast.Call(func=made):
            return (dotted(made) or "").rpartition(".")[2] in CONSTANTS
        case ast.Subscript(value=generic):
            return _is_constant(generic)
        case ast.Constant() | ast.Name() | ast.Attribute():
            return True
        case (
            ast.Tuple() | ast.List() | ast.Set() | ast.Dict() | ast.BinOp() | ast.UnaryOp() | ast.JoinedStr()
        ):
            parts = (one for one in ast.iter_child_nodes(value) if isinstance(one, ast.expr))
            return all(_is_constant(one) for one in parts)
    return False


def _text(node: ast.stmt) -> str:
    """A statement without its docstrings, in which names of the other half may be told."""
    return ast.dump(_WithoutDocstrings().visit(ast.parse(ast.unparse(node))))


class _WithoutDocstrings(ast.NodeTransformer):
    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            if isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
                body[0] = ast.Pass()
        return node


def _is_free(
    one: Halves, node: ast.stmt, shared: Mapping[str, set[str]], halves: Mapping[str, Halves]
) -> bool:
    """Whether all that a definition uses is the same in both halves."""
    return all(_is_same(one, name, shared, halves) for name in used_names(node))


def _is_same(one: Halves, name: str, shared: Mapping[str, set[str]], halves: Mapping[str, Halves]) -> bool:
    if name in one.definitions or name in one.made:
        return name in shared[one.module]
    if name in one.imported:
        meant, meant_after = one.imported[name], one.imported_after.get(name)
        module, _, bare = meant.rpartition(".")
        return meant == meant_after or (module in halves and bare in shared[module])
    return name not in one.bound and name not in OF_THE_FILE


def used_names(node: ast.AST) -> Iterator[str]:
    """The names that a statement reads, but for those in annotations, which are looked up by nobody."""
    todo = [node]
    while todo:
        found = todo.pop()
        if isinstance(found, ast.Name):
            yield found.id
        for field, value in ast.iter_fields(found):
            if field not in ("annotation", "returns"):
                every = value if isinstance(value, list) else [value]
                todo.extend(child for child in every if isinstance(child, ast.AST))
