"""Lambdas and generator expressions as functions of their own, made when something in them is worth following."""

from __future__ import annotations

import ast

from aioport.program.model import Function
from aioport.values.code import Code, Deferred


class DeferredCode:
    """Makes the functions, each once.

    calls: for each of them the calls, by index, that run in it.
    """

    def __init__(self, code: Code) -> None:
        self._code = code
        self.calls: dict[int, list[int]] = {}

    def around(self, path: str, node: ast.AST) -> Deferred | None:
        """The lambda or generator expression that runs an expression, if it is one."""
        syntax = self._code.syntax(path)
        child = inner = node
        for parent in syntax.ancestors(node) if syntax is not None else ():
            if isinstance(parent, ast.Lambda) and child is parent.body:
                return parent
            if isinstance(parent, ast.GeneratorExp) and not (
                child is parent.generators[0] and inner is parent.generators[0].iter
            ):
                return None if any(isinstance(one, ast.Await) for one in ast.walk(parent)) else parent
            if isinstance(parent, ast.stmt):
                return None
            inner, child = child, parent
        return None

    def make(self, path: str, node: Deferred) -> int:
        """The function that stands for a lambda or a generator expression."""
        if (known := self._code.function_at(path, node)) is not None:
            return known
        syntax, functions = self._code.syntax(path), self._code.program.functions
        assert syntax is not None
        assert isinstance(functions, list)
        outer = self._code.around(path, node)
        around = functions[outer].name if outer is not None else ""
        kind = "<lambda>" if isinstance(node, ast.Lambda) else "<genexpr>"
        function = len(functions)
        functions.append(
            Function(
                id=function,
                name=f"{around}.{kind}",
                kind="def",
                path=path,
                line=node.lineno,
                column=node.col_offset,
                in_project=True,
                parent=outer,
            )
        )
        self._code.bodies[function] = (path, node)
        start, end = syntax.span(node)
        self.calls[function] = [
            index
            for index, call in self._code.calls_in(path)
            if start <= call.start
            and call.end <= end
            and (expression := self._code.expression(call)) is not None
            and self.around(path, expression) is node
        ]
        return function
