"""Which parameters of a function an argument arrives at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal, TypeAlias

from aioport.program.syntax import FunctionNode

Argument: TypeAlias = ast.expr | ast.keyword
Arrival: TypeAlias = Literal["itself", "held", "element"]
"""A parameter is the argument, a collection that holds it (`*args`), or one of its elements (`f(*argument)`)."""


def arrivals(
    definition: FunctionNode | ast.Lambda,
    call: ast.Call,
    argument: Argument,
    *,
    receives: bool,
    key: object = None,
) -> Iterator[tuple[str, Arrival]]:
    """The parameters that an argument may fill.

    argument: one of the call's, as it stands in the tree: a keyword as a whole, a starred one with its star.
    receives: the first parameter is filled by what the method is called on.
    key: of a collection that is spread over the parameters, where the value in question is found in it.
    """
    args = definition.args
    positional = [one.arg for one in (*args.posonlyargs, *args.args)][1 if receives else 0 :]
    named = {one.arg for one in (*args.args, *args.kwonlyargs)}
    if isinstance(argument, ast.keyword):
        if argument.arg is None:
            if isinstance(key, str) and key in named:
                yield key, "element"
            elif args.kwarg is not None:
                yield args.kwarg.arg, "itself"
        elif argument.arg in named:
            yield argument.arg, "itself"
        elif args.kwarg is not None:
            yield args.kwarg.arg, "held"
        return
    position = call.args.index(argument)
    if isinstance(argument, ast.Starred):
        if isinstance(key, int) and position + key < len(positional):
            yield positional[position + key], "element"
        elif args.vararg is not None:
            yield args.vararg.arg, "itself"
        elif not isinstance(key, int):
            yield from ((name, "element") for name in positional[position:])
    elif position < len(positional):
        yield positional[position], "itself"
    elif args.vararg is not None:
        yield args.vararg.arg, "held"


def defaulted(definition: FunctionNode | ast.Lambda, default: ast.expr) -> str | None:
    """The parameter that has an expression for its default."""
    args = definition.args
    positional = [*args.posonlyargs, *args.args]
    for one, value in zip(reversed(positional), reversed(args.defaults), strict=False):
        if value is default:
            return one.arg
    for one, keyword_default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        if keyword_default is default:
            return one.arg
    return None


def first_parameter(definition: FunctionNode | ast.Lambda, *, receives: bool) -> str | None:
    """The parameter that a lone positional argument fills."""
    positional = [*definition.args.posonlyargs, *definition.args.args][1 if receives else 0 :]
    return positional[0].arg if positional else None


def lacks_arguments(definition: FunctionNode | ast.Lambda, call: ast.Call, *, receives: bool) -> bool:
    """Whether a call of a decorated function passes less than the function needs, so that a decorator curries it."""
    if isinstance(definition, ast.Lambda) or not definition.decorator_list:
        return False
    if any(isinstance(one, ast.Starred) for one in call.args) or any(
        one.arg is None for one in call.keywords
    ):
        return False
    args = definition.args
    positional = [*args.posonlyargs, *args.args][1 if receives else 0 :]
    needed = [one.arg for one in positional[: len(positional) - len(args.defaults)]][len(call.args) :]
    return bool(set(needed) - {one.arg for one in call.keywords})
