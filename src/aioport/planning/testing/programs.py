"""Programs in strings that tests hand to another interpreter: what they call of the project is run there.

Such a program is code as the test around it is, only that no checker sees it. So its calls go by names, and through a
helper that runs what can be awaited and gives back anything else as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass
from textwrap import dedent

from aioport.planning.analysis import Analysis
from aioport.planning.plan import RunProgram
from aioport.positions import Span
from aioport.program.literals import character_offsets
from aioport.program.names import dotted
from aioport.program.syntax import Syntax

OPTION = "-c"
"""What stands in front of a program on the command line of Python."""


@dataclass(frozen=True, slots=True)
class Written:
    """A program in a string that imports from the project.

    tree: of the program without the indentation that all of its lines share.
    named: every name and attribute in it.
    starts: the byte offset in the file of each character, line by line; None where nothing can be changed in it.
    package: the folder of the top-level package that it imports, where its helper is to come from.
    """

    path: str
    node: ast.Constant
    where: str
    tree: ast.Module
    named: frozenset[str]
    starts: tuple[tuple[int, ...], ...] | None = None
    package: str | None = None

    @property
    def is_runnable(self) -> bool:
        """Whether calls in it can be made to wait."""
        return self.starts is not None and self.package is not None

    def names(self, function: str, owner: str | None) -> bool:
        """Whether the program names a function, or for a special method, its class."""
        if owner is not None and function.startswith("__") and function.endswith("__"):
            return owner in self.named
        return function in self.named


def find_programs(analysis: Analysis) -> Iterator[Written]:
    """Strings that are programs and import from the project."""
    modules = (one for one in analysis.program.functions if one.kind == "module" and one.in_project)
    own = {one.name.partition(".")[0] for one in modules if one.path not in analysis.test_files}
    for path in analysis.project.sources:
        syntax = analysis.syntax[path]
        for node in syntax.of_kind.get(ast.Constant, ()):
            if (
                not isinstance(node, ast.Constant)
                or not isinstance(node.value, str)
                or "import" not in node.value
            ):
                continue
            if isinstance(syntax.parents.get(node), ast.Expr) or not any(top in node.value for top in own):
                continue
            try:
                tree = ast.parse(dedent(node.value))
            except (SyntaxError, ValueError):
                continue
            if any(_imports(one, own) is not None for one in ast.walk(tree)):
                yield _written(analysis, path, node, tree, own)


def _written(
    analysis: Analysis, path: str, node: ast.Constant, tree: ast.Module, own: Container[str]
) -> Written:
    where, syntax = analysis.where(path, node), analysis.syntax[path]
    nodes = list(ast.walk(tree))
    named = frozenset(
        [one.id for one in nodes if isinstance(one, ast.Name)]
        + [one.attr for one in nodes if isinstance(one, ast.Attribute)]
    )
    found = Written(path, node, where, tree, named)
    if path not in analysis.test_files or not _is_handed_to_python(syntax, node) or _runs_a_loop(tree):
        return found
    names = [name for one in tree.body if (name := _imports(one, own)) is not None]
    folders = [
        one.removesuffix("/__init__.py") for one in analysis.project.sources if one.endswith("/__init__.py")
    ]
    tops = [
        one
        for one in folders
        if f"{one.rpartition('/')[0]}/__init__.py".lstrip("/") not in analysis.project.sources
    ]
    package = next((top for name in names for top in tops if top.rpartition("/")[2] == name), None)
    return Written(path, node, where, tree, named, _starts(syntax, node), package)


def _imports(node: ast.AST, own: Container[str]) -> str | None:
    """The first of the project's top-level names that a statement imports from."""
    match node:
        case ast.Import(names=names):
            return next((top for one in names if (top := one.name.partition(".")[0]) in own), None)
        case ast.ImportFrom(module=str(module), level=0):
            top = module.partition(".")[0]
            return top if top in own else None
    return None


def _runs_a_loop(tree: ast.Module) -> bool:
    """Whether a program has coroutines of its own, in which nothing can be run to its end."""
    return any(isinstance(one, ast.AsyncFunctionDef | ast.Await | ast.Lambda) for one in ast.walk(tree))


def _is_handed_to_python(syntax: Syntax, node: ast.Constant) -> bool:
    """Whether all that becomes of a string is that it follows `-c` in a list of words."""
    value: ast.expr = node
    parent = syntax.parents.get(value)
    while (
        isinstance(parent, ast.Call)
        and parent.args == [value]
        and (dotted(parent.func) or "").endswith("dedent")
    ):
        value, parent = parent, syntax.parents.get(parent)
    if _follows_option(parent, value):
        return True
    match parent:
        case ast.Assign(targets=[ast.Name(id=name)]):
            scope = syntax.place(parent).scope
        case _:
            return False
    if scope is None:
        return False
    uses = [
        one
        for one in ast.walk(scope)
        if isinstance(one, ast.Name) and one.id == name and one is not parent.targets[0]
    ]
    return bool(uses) and all(_follows_option(syntax.parents.get(one), one) for one in uses)


def _follows_option(parent: ast.AST | None, value: ast.expr) -> bool:
    words = (
        parent.elts
        if isinstance(parent, ast.List | ast.Tuple)
        else parent.args
        if isinstance(parent, ast.Call)
        else []
    )
    if value not in words or words.index(value) == 0:
        return False
    before = words[words.index(value) - 1]
    return isinstance(before, ast.Constant) and before.value == OPTION


def _starts(syntax: Syntax, node: ast.Constant) -> tuple[tuple[int, ...], ...] | None:
    offsets = character_offsets(syntax, node)
    text = str(node.value)
    if offsets is None or not text.isascii() or not {"\r", "\f", "\v"}.isdisjoint(text):
        return None
    found, position = [], 0
    for before, after in zip(text.split("\n"), dedent(text).split("\n"), strict=True):
        cut = len(before) - len(after) if after else 0
        found.append(offsets[position + cut : position + len(before) + 1])
        position += len(before) + 1
    return tuple(found)


def is_run(written: Written, function: str, owner: str | None) -> bool:
    """Whether a program does nothing with a function but call it; of a special method, only a call of the object."""
    if not written.is_runnable:
        return False
    tree = written.tree
    if owner is not None and function.startswith("__") and function.endswith("__"):
        return function == "__call__" and _only_makes(tree, owner)
    called = {id(one.func) for one in ast.walk(tree) if isinstance(one, ast.Call)}
    return all(
        id(one) in called or isinstance(one.ctx, ast.Store)
        for one in ast.walk(tree)
        if (isinstance(one, ast.Name) and one.id == function)
        or (isinstance(one, ast.Attribute) and one.attr == function)
    )


def _only_makes(tree: ast.Module, owner: str) -> bool:
    """Whether every object of a class gets a name in a program, by which it is called or read."""
    named: set[str] = set()
    for one in ast.walk(tree):
        if _bare(one) == owner and not _is_assigned_call(tree, one, named):
            return False
    reached = {id(one.func) for one in ast.walk(tree) if isinstance(one, ast.Call)}
    reached |= {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Attribute)}
    return all(
        id(one) in reached or isinstance(one.ctx, ast.Store)
        for one in ast.walk(tree)
        if isinstance(one, ast.Name) and one.id in named
    )


def _bare(node: ast.AST) -> str | None:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else None


def _is_assigned_call(tree: ast.Module, node: ast.AST, named: set[str]) -> bool:
    """Whether a class stands in `name = Class(...)`; takes in the name."""
    for one in ast.walk(tree):
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)) if func is node:
                named.add(name)
                return True
    return False


def run_programs(analysis: Analysis, wanted: Collection[int]) -> Iterator[tuple[str, RunProgram]]:
    """What becomes of the programs that call what becomes async.

    wanted: the functions that do.
    """
    functions = [analysis.function(one) for one in wanted]
    if not functions or analysis.literal:
        return
    bare = {one.bare_name for one in functions}
    callable_ = {
        one.name.split(".")[-2] for one in functions if one.bare_name == "__call__" and one.owner is not None
    }
    for written in find_programs(analysis):
        if written.starts is None or written.package is None:
            continue
        objects: set[str] = set()
        for node in ast.walk(written.tree):
            if _bare(node) in callable_:
                _is_assigned_call(written.tree, node, objects)
        calls = [
            _span(one, written.starts)
            for one in ast.walk(written.tree)
            if isinstance(one, ast.Call)
            and (_bare(one.func) in bare or (isinstance(one.func, ast.Name) and one.func.id in objects))
        ]
        first = next(
            one
            for one in written.tree.body
            if isinstance(one, ast.Import | ast.ImportFrom) and not _is_future(one)
        )
        if calls:
            at = written.starts[first.lineno - 1][first.col_offset]
            yield written.path, RunProgram(written.node, tuple(sorted(calls)), at, written.package)


def _is_future(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _span(node: ast.Call, starts: tuple[tuple[int, ...], ...]) -> Span:
    begin = starts[node.lineno - 1][node.col_offset]
    return begin, starts[(node.end_lineno or 1) - 1][node.end_col_offset or 0]
