"""How many functions reach a function through the project's calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from aioport.program.model import Program

BLOCK = 4096
"""Callers are counted in blocks of so many bits, which keeps the sets of a large project small."""


def count_callers(program: Program, functions: Collection[int]) -> dict[int, tuple[int, int]]:
    """Of each of some functions: how many of the project's functions reach it, itself included, and how many of
    these are `async def`.

    Functions that call one another are taken as one, and sets of callers handed down from callers to callees.
    """
    callees = _callees(program)
    own = [one.id for one in program.functions if one.in_project]
    components = _components(own, callees)[::-1]
    place = {function: number for number, component in enumerate(components) for function in component}
    below = [
        sorted({place[target] for one in component for target in callees.get(one, ())} - {number})
        for number, component in enumerate(components)
    ]
    order = [function for component in components for function in component]
    reach = dict.fromkeys(functions, (0, 0))
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        sets = [0] * len(components)
        for bit, function in enumerate(block):
            sets[place[function]] |= 1 << bit
        is_async = sum(1 << bit for bit, function in enumerate(block) if program.functions[function].is_async)
        # What comes before the block's first component is reached by nothing in it.
        for number in range(place[block[0]], len(components)):
            if reached := sets[number]:
                for target in below[number]:
                    sets[target] |= reached
        for function in functions:
            found = sets[place[function]]
            before, on_loop = reach[function]
            reach[function] = before + found.bit_count(), on_loop + (found & is_async).bit_count()
    return reach


def _callees(program: Program) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for call in program.calls:
        handed = (one for _, callbacks in call.callbacks for one in callbacks)
        found[call.caller].update(
            target for target in (*call.targets, *handed) if program.functions[target].in_project
        )
    return found


def _components(nodes: Iterable[int], edges: Mapping[int, Iterable[int]]) -> Sequence[Sequence[int]]:
    """Strongly connected components, callees before their callers (Tarjan, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    open_: dict[int, None] = {}
    found: list[list[int]] = []
    for root in nodes:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        open_[root] = None
        work = [(root, iter(edges.get(root, ())))]
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    open_[target] = None
                    work.append((target, iter(edges.get(target, ()))))
                    break
                if target in open_:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = [open_.popitem()[0]]
                    while component[-1] != node:
                        component.append(open_.popitem()[0])
                    found.append(component)
    return found
