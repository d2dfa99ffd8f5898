"""Classes of tests that stand in for one of the project's own: they have methods that it has, and no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from aioport.planning.analysis import Analysis
from aioport.program.model import Class


def find_fakes(analysis: Analysis) -> Mapping[int, tuple[int, ...]]:
    """The methods of fakes by the method that each stands in for; those of subclasses are family, and no fakes."""
    program, tests = analysis.program, analysis.test_files
    if not tests:
        return {}
    real: dict[str, list[Class]] = defaultdict(list)
    for one in program.classes:
        if one.in_project and one.path not in tests:
            for name in _public(one):
                real[name].append(one)
    found: dict[int, list[int]] = defaultdict(list)
    for fake in program.classes:
        if not fake.in_project or fake.path not in tests or fake.ancestors:
            continue
        names = _public(fake)
        for one in {one.id: one for name in names for one in real.get(name, ())}.values():
            line = (one.id, *one.ancestors)
            if all(any(name in program.classes[above].methods for above in line) for name in names):
                for name in names:
                    method = program.find_method(one.id, name)
                    if method is not None and program.functions[method].in_project:
                        found[method].append(fake.methods[name])
    return {method: tuple(sorted(set(fakes))) for method, fakes in found.items()}


def _public(one: Class) -> list[str]:
    return sorted(name for name in one.methods if not name.startswith("_"))
