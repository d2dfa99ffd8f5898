"""Where a class is named other than to make an object of it: whoever gets the class may make objects as they do today."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.class_definitions import definition_of
from aioport.planning.reshaping.classes import ancestors, bare_name, descendants, users_of
from aioport.program.mentions import among, names_read, texts_with
from aioport.program.model import Call
from aioport.program.names import dotted
from aioport.program.syntax import TYPE_MAKERS, Syntax, is_type_argument, names_a_type

BY_STRING = frozenset({"getattr", "hasattr", "setattr", "delattr", "attrgetter", "methodcaller"})
"""Functions that take the name of an attribute as a string."""


def find_stray_use(analysis: Analysis, function: int) -> str | None:
    """Where an `__init__` or `__post_init__` may run by a call that cannot be rewritten, in words; None where nowhere."""
    classes = users_of(analysis, function)
    names = {bare_name(analysis, one) for one in classes}
    full_names = {analysis.program.classes[one].name for one in classes}
    for path in sorted({path for name in names for path in analysis.mentions.files_with(name)}):
        syntax = analysis.syntax[path]
        local = names | set(_other_names(syntax, names))
        for node in among(syntax.source.once(names_read), local):
            if _may_be(analysis, path, node, full_names):
                if (reason := _stray(analysis, path, syntax, node)) is not None:
                    return f"{analysis.where(path, node)} {reason}"
        for node in among(syntax.source.once(texts_with), names):
            if isinstance(node, ast.Constant) and (reason := _by_string(syntax, node, names)) is not None:
                return f"{analysis.where(path, node)} {reason}"
    return _dynamic(analysis, function)


def _other_names(syntax: Syntax, names: set[str]) -> Iterator[str]:
    """What else a class goes by in a file: `import ... as`, `Alias = Store`."""
    for node in syntax.of_kinds(ast.alias, ast.Assign):
        match node:
            case ast.alias(name=name, asname=str(other)) if name.rpartition(".")[2] in names:
                yield other
            case ast.Assign(targets=[ast.Name(id=other)], value=ast.Name(id=name)) if name in names:
                yield other


def _may_be(analysis: Analysis, path: str, node: ast.expr, full_names: set[str]) -> bool:
    """Whether an expression may be one of the classes; what the checker knows to be something else is not."""
    known = analysis.program.type_at(path, *analysis.syntax[path].span(node))
    if known is None or not known.exhaustive:
        return not _is_of_another_module(analysis, path, node)
    return bool(full_names & set(known.objects)) or known.text in ("Unknown", "typing.Any")


def _is_of_another_module(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether an expression is an attribute of an imported module that is not the project's, and that nobody assigns to."""
    if not isinstance(node, ast.Attribute) or (name := analysis.names(path).resolve(node)) is None:
        return False
    return name.partition(".")[0] not in analysis.once(_own_modules) and node.attr not in analysis.once(
        _assigned
    )


def _own_modules(analysis: Analysis) -> frozenset[str]:
    return frozenset(
        part.removesuffix(".py") for path in analysis.project.sources for part in path.split("/")
    )


def _assigned(analysis: Analysis) -> frozenset[str]:
    """The names of attributes that the project assigns to."""
    return frozenset(
        node.attr
        for path in analysis.project.sources
        for node in analysis.syntax[path].of_kind.get(ast.Attribute, ())
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    )


def _stray(analysis: Analysis, path: str, syntax: Syntax, node: ast.expr) -> str | None:
    parent = syntax.parents.get(node)
    match parent:
        case ast.Call(func=func) if func is node:
            index = analysis.call_at.get((path, *syntax.span(parent)))
            call = analysis.program.calls[index] if index is not None else None
            if call is None or (not call.targets and call.constructs is None):
                return "makes an object in a way that the checker does not follow"
            return None
        case ast.Attribute() | ast.ClassDef() | ast.Compare() | ast.MatchClass():
            return (
                None if not isinstance(parent, ast.ClassDef) or node in parent.bases else "decorates with it"
            )
        case ast.Assign(targets=[ast.Name()]):
            return None
        case ast.Call(func=ast.Name(id="super"), args=[first, _]) if first is node:
            return None
        case ast.keyword() | ast.Call():
            call_node = syntax.parents[parent] if isinstance(parent, ast.keyword) else parent
            if isinstance(call_node, ast.Call):
                name = dotted(call_node.func) or ""
                if name.rpartition(".")[2] in TYPE_MAKERS:
                    return None
    if names_a_type(syntax, node) or is_type_argument(syntax, node):
        return None
    return f"passes the class {ast.unparse(node)} on, and objects may be made elsewhere"


def _by_string(syntax: Syntax, node: ast.Constant, names: set[str]) -> str | None:
    """Whether a string names a class for something that looks it up: `getattr(stores, "Store")`, `"app.Store"`."""
    text = str(node.value)
    parent = syntax.parents.get(node)
    if text in names:
        if isinstance(parent, ast.Call) and (dotted(parent.func) or "").rpartition(".")[2] in BY_STRING:
            return f"looks {text} up by its name"
        if isinstance(parent, ast.Subscript) and isinstance(parent.value, ast.Call):
            return f"looks {text} up by its name"
        return None
    path, _, last = text.rpartition(".")
    if last in names and all(part.isidentifier() for part in path.split(".")):
        if isinstance(parent, ast.Call | ast.List | ast.Tuple | ast.Dict | ast.Assign | ast.keyword):
            return f"names {text} in a string"
    return None


def _dynamic(analysis: Analysis, function: int) -> str | None:
    """`cls()`, `type(self)()` and `self.__class__()` in related classes, where they may make objects of others too."""
    owner = analysis.function(function).owner
    assert owner is not None
    related = (owner, *ancestors(analysis, owner), *descendants(analysis, owner))
    for class_id in related:
        node, path = definition_of(analysis, class_id), analysis.program.classes[class_id].path
        if node is None or path is None:
            continue
        makers = _makers(analysis, class_id, analysis.function(function).bare_name)
        if function not in makers:
            continue
        syntax = analysis.syntax[path]
        for inner in ast.walk(node):
            if not isinstance(inner, ast.expr) or not _is_own_class(syntax, inner):
                continue
            parent = syntax.parents.get(inner)
            if isinstance(parent, ast.Attribute | ast.Compare) or names_a_type(syntax, inner):
                continue
            where = f"{analysis.where(path, inner)}: `{ast.unparse(inner)}`"
            if not (isinstance(parent, ast.Call) and parent.func is inner):
                return f"{where} is passed on, and objects may be made elsewhere"
            index = analysis.call_at.get((path, *syntax.span(parent)))
            call: Call | None = analysis.program.calls[index] if index is not None else None
            if call is None or makers != {function} or function not in call.targets:
                return f"{where} may make an object of this class or of another"
    return None


def _makers(analysis: Analysis, class_id: int, name: str) -> set[int | None]:
    """The methods of one name that objects of a class, and of those below it, have."""
    own = (class_id, *descendants(analysis, class_id))
    return {analysis.program.find_method(one, name) for one in own}


def _is_own_class(syntax: Syntax, node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), attr="__class__"):
            return True
        case ast.Call(func=ast.Name(id="type"), args=[ast.Name(id="self")]):
            return True
        case ast.Name(id=name, ctx=ast.Load()):
            method = next(
                (
                    one
                    for one in syntax.ancestors(node)
                    if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
                ),
                None,
            )
            if method is None or not method.args.args or method.args.args[0].arg != name:
                return False
            return any(dotted(one) == "classmethod" for one in method.decorator_list)
    return False
