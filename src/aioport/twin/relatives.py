"""Methods of a twin that share a color although neither overrides the other."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Leaf
from aioport.program.families import Disjoint, find_families

ENTERING = ("enter", "exit")


def find_relatives(analysis: Analysis, apart: AbstractSet[int]) -> Mapping[int, tuple[int, ...]]:
    """Families as `find_families` has them, joined where one `with` may enter either of two classes, and where a
    method is replaced on an object by assigning another function to its name.

    apart: methods that belong to no family.
    """
    families = find_families(analysis.program, apart)
    sets = Disjoint()
    every = {function for family in families.values() for function in family}
    for family in families.values():
        sets.join(family)
    for group in (*_entered_together(analysis), *_replaced(analysis)):
        own = [one for one in group if one not in apart and analysis.function(one).in_project]
        every.update(own)
        sets.join(own)
    members: dict[object, list[int]] = defaultdict(list)
    for one in sorted(every):
        members[sets.find(one)].append(one)
    return {one: tuple(group) for group in members.values() if len(group) > 1 for one in group}


def entered_beside(analysis: Analysis, leaves: Iterable[Leaf]) -> frozenset[int]:
    """The project's methods that a `with` may run where it may enter a leaf as well."""
    calls = [analysis.program.calls[leaf.call] for leaf in leaves]
    return frozenset(
        target
        for call in calls
        if call.kind in ENTERING
        for target in call.targets
        if analysis.function(target).in_project
    )


def _entered_together(analysis: Analysis) -> Iterator[tuple[int, ...]]:
    for call in analysis.program.calls:
        if call.kind in ENTERING and len(call.targets) > 1:
            yield call.targets


def _replaced(analysis: Analysis) -> Iterator[tuple[int, ...]]:
    """`client.api.fetch = self._fetch`: what is called by the method's name is the other function."""
    program = analysis.program
    for reference in program.references:
        syntax = analysis.syntax[reference.path]
        node = syntax.at((reference.start, reference.end), ast.expr)
        statement = syntax.parents.get(node) if node is not None else None
        if not isinstance(statement, ast.Assign) or statement.value is not node:
            continue
        for target in statement.targets:
            if isinstance(target, ast.Attribute):
                known = program.type_at(reference.path, *syntax.span(target.value))
                for one in known.ids if known is not None else ():
                    method = program.find_method(one, target.attr)
                    if method is not None:
                        yield (method, *reference.targets)
