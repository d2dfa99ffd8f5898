"""Erasure: without what asyncio put in, a converted function is the function that was.

`async` and `await` are taken out on both sides, and calls of the vendored file give way to what they call. Only
functions of whose intents each is one of ERASED are compared: others are other code, and checked by other means.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.plan import (
    AsyncFor,
    AsyncWith,
    Await,
    Bridge,
    ExpressionUnit,
    Intent,
    MakeAsync,
    MakeMain,
    Materialise,
    Offload,
    Plan,
)
from aioport.verifying.verdict import Violation

ERASED = (MakeAsync, MakeMain, Await, AsyncWith, AsyncFor, Bridge, ExpressionUnit, Materialise, Offload)
"""Intents of which nothing is left when their text is erased."""

RUNNERS = {"run", "aio_run", "_aio.run", "asyncio.run"}
OFFLOADS = {"offload": 0, "offload_in": 1}
"""Functions of the vendored file that call their argument, with the number of arguments before it."""

SLOTS = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
}


def check_erasure(analysis: Analysis, plan: Plan, texts: Mapping[str, bytes]) -> Iterator[Violation]:
    """Functions that are not what they were.

    analysis, plan: of the project before; texts: new texts by path, each of which parses.
    """
    for path, text in sorted(texts.items()):
        if path not in analysis.project.sources or not path.endswith(".py"):
            continue
        before = _functions(analysis.syntax[path].tree)
        after = _functions(ast.parse(text))
        for name, nodes in _comparable(before, plan.intents.get(path, ())).items():
            found = after.get(name, [])
            if [_erased(one) for one in nodes] != [_erased(one) for one in found]:
                yield Violation(
                    "erasure", path, nodes[0].lineno, name, f"{name} is not what it was without its awaits"
                )


def _functions(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """Functions and methods by qualified name, those inside functions as part of them; several of one name in order."""
    found: dict[str, list[ast.stmt]] = {}
    todo: list[tuple[str, ast.AST]] = [("", tree)]
    while todo:
        prefix, node = todo.pop(0)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                name = SLOTS.get(child.name, child.name)
                found.setdefault(prefix + name, []).append(child)
            elif isinstance(child, ast.ClassDef):
                todo.append((f"{prefix}{child.name}.", child))
            elif not isinstance(child, ast.expr):
                todo.append((prefix, child))
    return found


def _comparable(
    functions: Mapping[str, list[ast.stmt]], intents: Iterable[Intent]
) -> dict[str, list[ast.stmt]]:
    """The functions in which nothing but what is erased was done."""
    other = {
        id(node)
        for intent in intents
        if not isinstance(intent, ERASED)
        for node in vars_of(intent)
        if isinstance(node, ast.AST)
    }
    return {
        name: nodes
        for name, nodes in functions.items()
        if not any(id(inner) in other for node in nodes for inner in ast.walk(node))
    }


def vars_of(intent: Intent) -> Iterator[object]:
    """The values of an intent's fields."""
    return (getattr(intent, name) for name in type(intent).__dataclass_fields__)


def _erased(node: ast.stmt) -> str:
    return ast.dump(_Eraser().visit(ast.parse(ast.unparse(node))))


class _Eraser(ast.NodeTransformer):
    def visit_Await(self, node: ast.Await) -> ast.AST:
        value = self.visit(node.value)
        if isinstance(value, ast.Call):
            name = ast.unparse(value.func)
            skipped = OFFLOADS.get(name.removeprefix("_aio.").removeprefix("aio_"))
            if skipped is not None:
                return _called(value, skipped)
        return value  # type: ignore[no-any-return]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if ast.unparse(node.func) in RUNNERS and len(node.args) == 1 and isinstance(node.args[0], ast.Call):
            return node.args[0]
        if len(node.args) == 1 and isinstance(node.args[0], ast.ListComp | ast.GeneratorExp):
            # A list where a generator expression was makes no difference to what takes all of it.
            inner = node.args[0]
            node.args = [ast.ListComp(inner.elt, inner.generators)]
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.visit_FunctionDef(ast.FunctionDef(**{name: getattr(node, name) for name in node._fields}))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = SLOTS.get(node.name, node.name)
        # What an annotation says of an iterator or a callable changes with its color.
        node.returns = None
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        return self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self.generic_visit(ast.For(**{name: getattr(node, name) for name in node._fields}))

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        return self.visit_With(ast.With(**{name: getattr(node, name) for name in node._fields}))

    def visit_With(self, node: ast.With) -> ast.AST:
        """`with a, b:` as a `with` in a `with`."""
        self.generic_visit(node)
        if len(node.items) > 1:
            rest = self.visit_With(ast.With(node.items[1:], node.body, None))
            node = ast.With(node.items[:1], [rest], None)  # type: ignore[list-item]
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.is_async = 0
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = SLOTS.get(node.id, node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = SLOTS.get(node.attr, node.attr)
        return self.generic_visit(node)


def _called(node: ast.Call, skipped: int) -> ast.AST:
    """`offload(f, x)` -> `f(x)`; `offload(lambda: f(x))` -> `f(x)`."""
    function, arguments = node.args[skipped], node.args[skipped + 1 :]
    if isinstance(function, ast.Lambda) and not arguments and not node.keywords:
        return function.body
    return _Eraser().visit_Call(ast.Call(function, arguments, node.keywords))
