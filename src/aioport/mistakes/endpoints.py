"""`async def` endpoints that await nothing: a web framework runs them on the event loop and a `def` in a thread."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from aioport.mistakes.excerpt import nodes_run_by
from aioport.mistakes.known import Framework
from aioport.mistakes.mistake import Mistake
from aioport.mistakes.view import View
from aioport.program.model import Call, Function
from aioport.program.names import dotted
from aioport.program.syntax import has_no_body

ASYNCIO = ("asyncio.", "_asyncio.")
"""How the names of what belongs to an event loop begin."""

HARMLESS = frozenset(name for one in (str, bytes, list, dict, set) for name in dir(one))
"""Methods of what endpoints put answers together with, and so those that say nothing of an unknown object."""


def find_endpoints(view: View) -> Iterator[Mistake]:
    """Every endpoint that might be a `def`, and does something that may take its time."""
    for number, framework in endpoints_of(view).items():
        function = view.program.functions[number]
        node = view.definition(number)
        if (
            framework.plain is None
            or not isinstance(node, ast.AsyncFunctionDef)
            or _has_to_be_async(view, function)
        ):
            continue
        if has_no_body(node) or any(_is_asynchronous(one) for one in nodes_run_by(node)):
            continue
        work = _work_of(view, function)
        if work is not None:
            remedy = (
                f"as a plain `def`, {framework.name} would run it in a thread"
                if framework.plain == "thread"
                else "hand what takes long to a thread and await it"
            )
            message = (
                f"the endpoint `{function.bare_name}` awaits nothing and {work} on the event loop: {remedy}"
            )
            yield view.mistake_in(function, "async-without-await", message)


def _is_asynchronous(node: ast.AST) -> bool:
    match node:
        case ast.Await() | ast.AsyncFor() | ast.AsyncWith() | ast.Yield() | ast.YieldFrom():
            return True
        case ast.comprehension(is_async=is_async):
            return bool(is_async)
    return False


def _has_to_be_async(view: View, function: Function) -> bool:
    """Whether a method takes the place of another one, which its callers await."""
    if function.owner is None:
        return False
    ancestors = view.program.classes[function.owner].ancestors
    return any(function.bare_name in view.program.classes[one].methods for one in ancestors)


def _work_of(view: View, function: Function) -> str | None:
    """What an endpoint does that may hold up others; None where it only puts an answer together."""
    calls = [view.program.calls[index] for index in view.calls_in.get(function.id, ())]
    if any(_needs_loop(view, call) for call in calls):
        return None
    wait = view.facts.waits.get(function.id)
    if wait is not None:
        return f"waits in `{wait.primitive}`"
    for call in calls:
        if call.kind == "call":
            callee = view.text(call).partition("(")[0]
            if call.unknown is not None and callee.rpartition(".")[2] not in HARMLESS:
                return f"calls `{callee}`, of which nothing is known,"
            if any(view.program.functions[target].in_project for target in call.targets):
                return f"runs `{callee}`"
    return None


def _needs_loop(view: View, call: Call) -> bool:
    """Whether a call is of something that only works on the loop's own thread."""
    handed = (one for _, functions in call.callbacks for one in functions)
    return any(
        view.program.functions[one].is_async or view.program.functions[one].name.startswith(ASYNCIO)
        for one in (*call.targets, *handed)
    )


def endpoints_of(view: View) -> Mapping[int, Framework]:
    """The project's functions that a framework calls for each request, or event."""
    found: dict[int, Framework] = {}
    functions = view.program.functions
    for number, names in view.program.decorators.items():
        for name in names:
            if (framework := view.known.framework(name)) is not None:
                found.setdefault(number, framework)
    for index, framework in view.registrations:
        for _, handed in view.program.calls[index].callbacks:
            for number in handed:
                if functions[number].in_project:
                    found.setdefault(number, framework)
    for number, framework in _find_spelled(view):
        found.setdefault(number, framework)
    return found


def _find_spelled(view: View) -> Iterator[tuple[int, Framework]]:
    """Endpoints of frameworks that are not installed: `@app.get` below `app = FastAPI()`, by the file's imports."""
    by_path: dict[str, list[Function]] = defaultdict(list)
    for function in view.async_functions:
        if function.path is not None and not view.program.decorators.get(function.id):
            by_path[function.path].append(function)
    for path, functions in by_path.items():
        data, tree = view.project.sources[path].data, None
        if any(package in data for package in view.known.framework_packages):
            tree = view.tree(path)
        applications = dict(_applications(view, path, tree)) if tree is not None else {}
        for function in functions if applications else ():
            node = view.definition(function.id)
            for decorator in node.decorator_list if node is not None else ():
                text = dotted(decorator.func) if isinstance(decorator, ast.Call) else None
                owner, _, method = (text or "").rpartition(".")
                framework = view.known.framework(f"{applications.get(owner)}.{method}")
                if framework is not None:
                    yield function.id, framework


def _applications(view: View, path: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The variables of a module that are bound to an instance of an imported class, and its name."""
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=variable)], value=ast.Call(func=func)):
                name = view.spelled(path, dotted(func) or "")
                if name is not None:
                    yield variable, name
