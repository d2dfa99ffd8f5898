"""Decides whether a call's arguments fit a rule, and which expression each metavariable stands for."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aioport.catalog.rules import CompiledRewrite


SPREAD = "spread"
"""What stands for `**options` among the metavariables of a call."""

CONVERTED = "converted"
"""The same where values in it have to be converted."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why a rule cannot carry a call over, as a phrase for the report."""

    reason: str


def bind(
    rule: CompiledRewrite, call: ast.Call, passed_through: frozenset[str] | None = None
) -> Mapping[str, ast.expr] | Mismatch:
    """The expression of each metavariable that has one, the receiver among them; or why the rule does not fit.

    The call's callee is taken for granted: it has been resolved to `rule.name`.

    passed_through: all keywords that a `**options` of the call may hold. Where each means the same to the other library
        as it stands, it is handed on, under the name SPREAD; and under the name CONVERTED where some are to be converted.
    """
    bound: dict[str, ast.expr] = {}
    if rule.receiver is not None:
        if not isinstance(call.func, ast.Attribute):
            return Mismatch("the method is not called on its object")
        bound[rule.receiver] = call.func.value
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return Mismatch("its arguments are unpacked with `*`")
    if len(call.args) > rule.positional:
        return Mismatch(f"argument {rule.positional + 1} has no counterpart")
    for (_, metavariable), argument in zip(rule.parameters, call.args, strict=False):
        bound[metavariable] = argument
    for keyword in call.keywords:
        if keyword.arg is None and passed_through is not None:
            rest = passed_through - rule.unchanged
            if rest <= rule.converted.keys():
                bound[CONVERTED if rest else SPREAD] = keyword.value
                continue
            return Mismatch(
                f"`{min(rest - rule.converted.keys())}` in `**{ast.unparse(keyword.value)}` has no counterpart"
            )
        mismatch = _bind_keyword(rule, keyword, bound)
        if mismatch is not None:
            return mismatch
    for metavariable, kind in rule.rule.when.items():
        if metavariable in bound and not fits(kind, bound[metavariable]):
            return Mismatch(f"`{ast.unparse(bound[metavariable])}` is not known to be: {kind}")
    return bound


def _bind_keyword(rule: CompiledRewrite, keyword: ast.keyword, bound: dict[str, ast.expr]) -> Mismatch | None:
    if keyword.arg is None:
        return Mismatch("its arguments are unpacked with `**`")
    if rule.rule.ignore.get(keyword.arg) == ast.unparse(keyword.value):
        return None
    metavariable = next((name for word, name in rule.parameters if word == keyword.arg), None)
    if metavariable is not None:
        bound[metavariable] = keyword.value
        return None
    items = next((names for word, names in rule.unpacked if word == keyword.arg), None)
    if items is None:
        return Mismatch(f"argument `{keyword.arg}` has no counterpart")
    if not isinstance(keyword.value, ast.Tuple) or len(keyword.value.elts) != len(items):
        return Mismatch(f"argument `{keyword.arg}` is not a tuple of {len(items)} written out")
    if any(isinstance(item, ast.Starred) for item in keyword.value.elts):
        return Mismatch(f"argument `{keyword.arg}` is unpacked with `*`")
    bound.update(zip(items, keyword.value.elts, strict=True))
    return None


def fits(kind: str, node: ast.expr) -> bool:
    """Whether an expression is of a kind that `when` names, judged by its text alone."""
    return KINDS[kind](node)


def _literal(node: ast.expr) -> object:
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return _NO_LITERAL
    return value


def _is_number(node: ast.expr) -> bool:
    value = _literal(node)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_simple(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) or _is_number(node) or isinstance(node, ast.Constant)


_NO_LITERAL = object()

#: The kinds that `when` may name.
KINDS: Mapping[str, Callable[[ast.expr], bool]] = {
    "boolean": lambda node: isinstance(_literal(node), bool),
    "constant": lambda node: _literal(node) is not _NO_LITERAL,
    "not none": lambda node: _literal(node) is not None,
    "number": _is_number,
    "simple": _is_simple,
    "string": lambda node: isinstance(_literal(node), str) or isinstance(node, ast.JoinedStr),
    "tuple": lambda node: isinstance(node, ast.Tuple),
}
