"""Where a lambda, or a function that stays sync, may become an `async def` of its own in front of its statement."""

from __future__ import annotations

import ast
from collections.abc import Set as AbstractSet

from aioport.catalog.rules import CACHING_NAMES, RUNTIME_NAMES, SYNC_NAMES, THREAD_NAMES
from aioport.planning.analysis import Analysis
from aioport.planning.unit_names import free_name
from aioport.program.names import dotted
from aioport.program.syntax import Syntax, body_nodes

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def find_obstacle(analysis: Analysis, path: str, node: ast.expr) -> str | None:
    """Why no function can be defined in front of the statement that an expression stands in; None where it can."""
    syntax = analysis.syntax[path]
    statement = syntax.statement(node)
    for around in syntax.ancestors(node):
        if isinstance(around, COMPREHENSIONS):
            return "it stands in a comprehension, whose variables no function in front of it has"
        if isinstance(around, ast.Lambda):
            return "it stands in another lambda"
        if around is statement:
            break
    if isinstance(statement, DEFINITIONS):
        return "it stands in the head of a definition"
    if isinstance(syntax.parents.get(statement), ast.ClassDef):
        return "a class body would get another method by it"
    start = syntax.span(statement)[0]
    line = syntax.source.data[syntax.source.line_starts[statement.lineno - 1] : start]
    if line.strip() or syntax.source.data.startswith(b"elif", start):
        return "there is no room for a function in front of its statement"
    if any(isinstance(one, ast.NamedExpr) for one in ast.walk(statement)):
        return "its statement binds a name in passing"
    if isinstance(node, ast.Lambda):
        defaults = [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]
        if not all(isinstance(one, ast.Name | ast.Constant) for one in defaults):
            return "its defaults would be worked out earlier"
        if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(node.body)):
            return "it yields"
    return None


def name_of(analysis: Analysis, path: str, node: ast.expr, taken: set[str]) -> str:
    """What the function is called: after the variable or parameter that it is passed as."""
    syntax = analysis.syntax[path]
    own = dotted(node)
    wanted = _role(analysis, path, syntax, node) or (f"async_{own.rpartition('.')[2]}" if own else "call")
    statement = syntax.statement(node)
    if isinstance(statement, ast.Assign) and statement.value is node and wanted not in taken:
        return wanted
    return free_name(wanted, _visible(analysis, path, node) | taken)


def _visible(analysis: Analysis, path: str, node: ast.expr) -> AbstractSet[str]:
    """Names that mean something where the function will stand; elsewhere they may mean what they want."""
    syntax = analysis.syntax[path]
    functions = [
        one for one in syntax.ancestors(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    if not functions:
        return analysis.identifiers(path)
    found = {*RUNTIME_NAMES, *CACHING_NAMES, *SYNC_NAMES, *THREAD_NAMES, "asyncio"}
    for one in (*body_nodes(syntax.tree), *ast.walk(functions[-1])):
        match one:
            case ast.Name(id=name) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add((other or name).partition(".")[0])
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                found.add(name)
    return found


def _role(analysis: Analysis, path: str, syntax: Syntax, node: ast.expr) -> str | None:
    match syntax.parents.get(node):
        case ast.keyword(arg=str(name)):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.Call(func=func) as call if node in call.args:
            index = analysis.call_at.get((path, *syntax.span(call)))
            known = analysis.program.calls[index] if index is not None else None
            for target in known.targets if known is not None else ():
                definition = analysis.node(target)
                if definition is not None:
                    first = (
                        analysis.function(target).owner is not None
                        and not analysis.function(target).is_static
                    )
                    parameters = [*definition.args.posonlyargs, *definition.args.args][first:]
                    position = call.args.index(node)
                    if position < len(parameters):
                        return parameters[position].arg
            if isinstance(func, ast.Attribute) and func.attr in ("append", "add"):
                return None
        case ast.Dict(keys=keys, values=values):
            key = keys[values.index(node)]
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value.isidentifier():
                return key.value
    return None


def is_direct(analysis: Analysis, path: str, node: ast.Lambda, index: int) -> bool:
    """Whether a lambda returns just what a call does, so that it returns a coroutine when that does."""
    call = analysis.program.calls[index]
    return isinstance(node.body, ast.Call) and analysis.syntax[path].span(node.body) == (call.start, call.end)
