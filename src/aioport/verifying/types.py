"""No new type errors of the kinds that a wrong conversion makes."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from aioport.checking import Complaint
from aioport.planning.analysis import Analysis
from aioport.program.places import Places
from aioport.program.syntax import Syntax
from aioport.verifying.verdict import Violation

KINDS = frozenset(
    {
        "unused-coroutine", "not-async", "not-iterable", "bad-context-manager", "bad-override", "implicit-bool",
        "invalid-syntax", "invalid-yield", "missing-attribute", "unsupported-operation", "bad-index", "bad-return",
        "bad-argument-type", "no-matching-overload", "bad-specialization", "not-callable",
    }
)  # fmt: skip
"""Of the checker's kinds, those that 42 seeded mistakes of a conversion were caught by."""

NAMES = frozenset({"unknown-name", "missing-module-attribute"})
"""Kinds that are a conversion's fault whatever they say: a name that it uses and does not define or import."""

TELLING = (
    "Coroutine", "coroutine", "await", "async", "Async", "__aenter__", "__aexit__", "__aiter__", "__anext__",
    "__enter__", "__iter__", "__next__", "SupportsIter", "SupportsNext", "iterable",
)  # fmt: skip
"""Words that an error about a missing or wrong `await` contains, or about a protocol that now has its other color."""

OVERRIDE = re.compile(r"has type `(.*)`, which is not assignable to `(.*)`, the type of")
"""What the checker says of an override: its type, and that of what it overrides."""

QUOTED = re.compile(r"`(\w+)`")
"""The name that the checker speaks of."""

COROUTINE = re.compile(r"(?<!-> )\b(?:Coroutine|coroutine)\b")
"""Something that is a coroutine, and no function that returns one."""

PROTOCOL = re.compile(r"Argument `(.*?)` is not assignable to parameter .*\n\s+Protocol `", re.DOTALL)
"""What the checker says of an argument that lacks what a protocol asks for."""

NAMED = re.compile(r"(?<![\w.])([A-Za-z_][\w.]*)\b(?!\s*:)")
"""The names in a type that is printed, without those of parameters."""

COLORLESS = frozenset({*dir(builtins), "Any", "Literal", "LiteralString", "Module", "Unknown"})
"""Names in types that a conversion never changes."""

SLOTS = frozenset({"__aenter__", "__aexit__", "__aiter__", "__anext__", "__await__"})

OF_DECORATORS = frozenset({"bad-index", "missing-attribute", "not-async", "not-callable", "not-iterable"})
"""Kinds that the checker reports where a decorator has no annotations: it takes what is returned for all that it might
return, whatever it is given, and prints what it does not know of that as `Unknown`."""


def check_types(
    before: Iterable[Complaint], after: Iterable[Complaint], analysis: Analysis, changed: Iterable[str]
) -> Iterator[Violation]:
    """Errors that the conversion brought. In code without annotations only those that speak of coroutines count:
    other messages name types, and types change with every rewrite."""
    paths = set(changed)
    known = Counter((one.path, one.kind, one.message) for one in before)
    for one in after:
        key = (one.path, one.kind, one.message)
        if known[key] > 0:
            known[key] -= 1
        elif one.kind in NAMES or (
            one.kind in KINDS and _is_about_colors(one) and not _lacks_what_it_lacked(analysis, one)
        ):
            line = int(one.location.partition(":")[0])
            if one.path in paths or one.path in analysis.project.sources:
                if one.kind in OF_DECORATORS and "Unknown" in one.message and _is_decorated(analysis, one):
                    continue
                if one.kind == "unknown-name" and _is_declared(analysis, one):
                    continue
                yield Violation("types", one.path, line, _around(analysis, one.path, line), one.message)


def _is_declared(analysis: Analysis, one: Complaint) -> bool:
    """Whether a function declares the name to be the module's, which is enough to bind it and not for the checker."""
    named = QUOTED.search(one.message)
    declared = analysis.syntax[one.path].of_kinds(ast.Global)
    return named is not None and any(
        isinstance(node, ast.Global) and named[1] in node.names for node in declared
    )


def _is_decorated(analysis: Analysis, one: Complaint) -> bool:
    """Whether an error is about a call, awaited or not, the name in it, or what it gave, of what is known to stand under a
    decorator of the project's own, and about nothing else on the line."""
    source = analysis.project.sources.get(one.path)
    place = Places(source).locate(one.location) if source is not None else None
    if place is None:
        return False
    syntax = analysis.syntax[one.path]
    node = syntax.at((place.start, place.end), ast.expr)
    parent = syntax.parents.get(node) if node is not None else None
    calls = [parent] if isinstance(parent, ast.Call) and parent.func is node else list(_makers(syntax, node))
    indices = [analysis.call_at.get((one.path, *syntax.span(call))) for call in calls]
    return bool(indices) and all(index is not None and _runs_decorated(analysis, index) for index in indices)


def _runs_decorated(analysis: Analysis, index: int) -> bool:
    """Whether a call runs what stands under such a decorator, or hands it to a thread."""
    call = analysis.program.calls[index]
    handed = (one for _, functions in call.callbacks for one in functions)
    return not analysis.callables.under.isdisjoint((*call.targets, *handed))


def _makers(syntax: Syntax, node: ast.AST | None) -> Iterator[ast.expr]:
    """What gave an object: the call that it is, or all that a function binds its name to; looked into or not."""
    while isinstance(node, ast.Subscript | ast.Attribute | ast.Await):
        node = node.value
    if isinstance(node, ast.Name):
        function = syntax.place(node).scope
        for statement in (
            ast.walk(function) if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) else ()
        ):
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == node.id:
                    yield value.value if isinstance(value, ast.Await) else value
    elif isinstance(node, ast.expr):
        yield node


def _is_about_colors(one: Complaint) -> bool:
    """Whether a message speaks of something asynchronous. Of an override it does where one of the two is a coroutine
    function and the other is not: what an abstract `async def` without an annotation returns is taken for None."""
    if one.kind == "bad-override":
        sides = [
            line for line in one.message.splitlines() if line.strip().startswith(("expected:", "found:"))
        ]
        if len(sides) == 2 and all("-> Coroutine[" in side or " async def " in side for side in sides):
            return False
        types = OVERRIDE.search(one.message)
        if types is not None and all("-> Coroutine[" in side for side in types.groups()):
            return False
    if one.kind == "implicit-bool" and COROUTINE.search(one.message) is None:
        # A function is true whatever it returns.
        return False
    if one.message.startswith("Type `None` is not iterable"):
        # It may be None, before as after; what the checker makes of that changes with every call around it.
        return False
    return any(word in one.message for word in TELLING)


def _lacks_what_it_lacked(analysis: Analysis, one: Complaint) -> bool:
    """Whether an argument is said to lack a protocol and its type has nothing in it of which the color can change.

    Where modules import one another in a circle, the checker infers other types from one run to the next.
    """
    found = PROTOCOL.match(one.message)
    return found is not None and all(_has_no_color(analysis, name) for name in NAMED.findall(found[1]))


def _has_no_color(analysis: Analysis, name: str) -> bool:
    if name in COLORLESS:
        return True
    program, last = analysis.program, name.rpartition(".")[2]
    classes = [each for each in program.classes if each.in_project and each.name.rpartition(".")[2] == last]
    lines = [base for each in classes for base in (each, *(program.classes[up] for up in each.ancestors))]
    return bool(classes) and all(SLOTS.isdisjoint(base.methods) for base in lines)


def _around(analysis: Analysis, path: str, line: int) -> str:
    """The innermost function on a line."""
    best = ""
    widest = -1
    for function in analysis.program.functions:
        if function.path == path and function.in_project and function.kind == "def":
            node = analysis.node(function.id)
            if node is not None and node.lineno <= line <= (node.end_lineno or 0) and node.lineno > widest:
                best, widest = function.name, node.lineno
    return best
