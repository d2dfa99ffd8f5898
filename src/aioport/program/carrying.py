"""The types of parameters, attributes and globals, found again in a changed copy of the files that they are in."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from aioport.positions import span_of
from aioport.program.beginnings import find_beginnings
from aioport.program.holders import Holder, HolderType
from aioport.program.syntax import FunctionNode, Syntax
from aioport.project import Project, Source

_Name: TypeAlias = tuple[str, int, str]
"""A holder by the functions and classes around it, which of several functions of that name it is of, and its own name."""


def carry_types(
    types: Mapping[Holder, HolderType], before: Project, after: Project
) -> dict[Holder, HolderType]:
    """The types of those holders that the copy has too, by their places in it."""
    found: dict[Holder, HolderType] = {}
    for holder, type_ in types.items():
        old, new = before.sources[holder.path], after.sources.get(holder.path)
        if new is None:
            continue
        if old.data == new.data:
            found[holder] = type_
        elif (name := old.once(_names).get(holder.end)) is not None:
            end = new.once(_ends).get(name)
            if end is not None:
                found[Holder(holder.path, end)] = type_
    return found


def _names(source: Source) -> dict[int, _Name]:
    """What has no annotation, by where its name ends."""
    found = {span_of(source, one)[1]: name for name, one in _parameters(source) if one.annotation is None}
    syntax = Syntax(source)
    for one in source.once(find_beginnings):
        around = () if one.owner is None else (one.owner.name, *_around(syntax, one.owner))
        found[one.end] = (".".join(around), 0, one.name)
    return found


def _ends(source: Source) -> dict[_Name, int]:
    return {name: end for end, name in source.once(_names).items()}


def _parameters(source: Source) -> Iterator[tuple[_Name, ast.arg]]:
    syntax, seen = Syntax(source), Counter[str]()
    for _, node in sorted(syntax.functions.items()):
        name = ".".join((node.name, *_around(syntax, node)))
        seen[name] += 1
        for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            yield (name, seen[name], one.arg), one


def _around(syntax: Syntax, node: FunctionNode | ast.ClassDef) -> Iterator[str]:
    for parent in syntax.ancestors(node):
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield parent.name
