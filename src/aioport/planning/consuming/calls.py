"""Calls that are given something asynchronous to go through: builtins, what the catalog knows, the project's own."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TypeAlias

from aioport.planning.analysis import Analysis
from aioport.planning.consuming.called import called_as, is_text
from aioport.planning.consuming.deciding import read_by_return
from aioport.planning.consuming.given import Follow, Given
from aioport.planning.consuming.outcome import Consumed, Refusal, joined
from aioport.planning.consuming.parameters import read_by_function
from aioport.planning.plan import Await, Collect, Helper, Intent, Mapped, Rename

DISPLAYS = {"builtins.list", "builtins.set"}
"""Builtins that brackets stand for."""

EXHAUSTING = DISPLAYS | {
    "builtins.tuple", "builtins.frozenset", "builtins.sorted", "builtins.sum", "builtins.min", "builtins.max",
    "builtins.dict", "builtins.bytes", "builtins.bytearray",
}  # fmt: skip
"""Builtins that never stop early, so that a list in place of a generator makes no difference but memory."""

METHODS_EXHAUST = {"join", "extend", "update", "writelines", "writerows", "executemany"}
"""Methods of which the same is true wherever they are known."""

STOPPING: Mapping[str, str] = {"builtins.any": "aany", "builtins.all": "aall"}
"""Builtins that stop at the item that decides, and the functions of the vendored file that do."""

LAZY: Mapping[str, str] = {"builtins.enumerate": "aenumerate", "builtins.zip": "azip"}
"""Builtins that make an iterator of iterables, and the functions of the vendored file that do."""

MAPPING = {"builtins.map", "builtins.filter"}

Room: TypeAlias = Callable[[Analysis, str, ast.expr], Consumed]


def read_by_call(
    given: Given, call: ast.Call, argument: ast.expr | ast.keyword, follow: Follow, room: Room
) -> Consumed:
    """What a call does with an asynchronous argument."""
    index = given.analysis.call_at.get((given.path, *given.syntax.span(call)))
    targets = given.analysis.program.calls[index].targets if index is not None else ()
    if any(given.analysis.function(target).in_project for target in targets):
        return read_by_function(given, call, argument, targets, follow)
    name = called_as(given.analysis, given.path, call)
    if isinstance(argument, ast.keyword):
        return _refused(call)
    first = call.args[0] is argument
    if first and _exhausts(given, call, name):
        return joined(room(given.analysis, given.path, call), _listed(given, call, argument, name))
    if first and name == "builtins.iter" and len(call.args) == 1:
        return joined(given.taken(Rename(call.func, "aiter"), bare=True), follow(given, call))
    if name in MAPPING and len(call.args) == 2 and not call.keywords and not first:
        mapped = Mapped(call, is_async=True)
        if not _is_callable(call.args[0]):
            return _refused(call)
        return joined(given.taken(), follow(given.inside(mapped), call))
    if given.analysis.literal and is_renamed(given.analysis, call, name):
        return joined(given.taken(bare=len(call.args) == 1), follow(given.inside(), call))
    if given.analysis.literal:
        decided = read_by_return(given, call, argument, name)
        return joined(room(given.analysis, given.path, call), decided or _refused(call))
    if first and (helper := STOPPING.get(name or "")) is not None:
        intents: tuple[Intent, ...] = (Helper(call, helper), Await(call))
        return given.left_early(f"`{ast.unparse(call.func)}`") or joined(
            room(given.analysis, given.path, call), given.taken(*intents, bare=True)
        )
    return _read_lazily(given, call, name, follow)


def _read_lazily(given: Given, call: ast.Call, name: str | None, follow: Follow) -> Consumed:
    helper = LAZY.get(name or "") or given.analysis.catalog.iterates(name or "")
    takes_keywords = name == "builtins.enumerate" or (helper is not None and "." in helper)
    if helper is None or (call.keywords and not takes_keywords):
        return _refused(call)
    if any(isinstance(one, ast.Starred) for one in call.args):
        return _refused(call)
    if (
        name != "builtins.enumerate"
        and (refusal := given.left_early(f"`{ast.unparse(call.func)}`")) is not None
    ):
        return refusal
    own = given.taken(Helper(call, helper), bare=len(call.args) == 1)
    return joined(own, follow(given.inside(), call))


def is_renamed(analysis: Analysis, call: ast.Call, name: str | None) -> bool:
    """Whether the user's names for a twin have a function that takes the place of a builtin which makes iterators."""
    twin = analysis.settings.twin
    if (
        twin is None
        or name is None
        or name not in LAZY
        or any(isinstance(one, ast.Starred) for one in call.args)
    ):
        return False
    bare = name.rpartition(".")[2]
    return isinstance(call.func, ast.Name) and twin.names.get(bare, bare) != bare


def _refused(call: ast.Call) -> Refusal:
    return Refusal(f"`{ast.unparse(call.func)}` cannot go through something asynchronous")


def _exhausts(given: Given, call: ast.Call, name: str | None) -> bool:
    if name in ("builtins.min", "builtins.max") and len(call.args) > 1:
        return False
    if name in EXHAUSTING or (name is not None and given.analysis.catalog.exhausts(name)):
        return True
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in METHODS_EXHAUST:
        return False
    return call.func.attr != "join" or is_text(given.analysis, given.path, call.func.value)


def _listed(given: Given, call: ast.Call, argument: ast.expr, name: str | None) -> Consumed:
    if name in DISPLAYS and len(call.args) == 1 and not call.keywords:
        each = given.mapped is None and not isinstance(argument, ast.GeneratorExp)
        return given.taken(Collect(call, each), bare=True)
    return given.listed(argument)


def _is_callable(node: ast.expr) -> bool:
    """Whether an expression may be called for every item where it stands: a name, or a lambda of one parameter."""
    match node:
        case ast.Constant(value=None):
            return True
        case ast.Lambda(args=ast.arguments(posonlyargs=[], args=[_], vararg=None, kwonlyargs=[], kwarg=None)):
            return not node.args.defaults
        case ast.Name():
            return True
        case ast.Attribute(value=value):
            return _is_callable(value) and not isinstance(value, ast.Lambda | ast.Constant)
    return False
