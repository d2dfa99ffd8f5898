"""Properties and methods that a template may read: it neither calls a property nor awaits what a method returns."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.callables.model import Member
from aioport.templates import names_read


def find(analysis: Analysis) -> Iterator[tuple[int, str]]:
    names = names_read(analysis.project.templates)
    for one in analysis.program.functions if names else ():
        if one.in_project and one.owner is not None and one.kind == "def" and one.bare_name in names:
            does = "reads" if one.is_property else "may call"
            yield one.id, f"the template at {names[one.bare_name]} {does} {one.bare_name}, and awaits nothing"
    for site in analysis.callables.sites.values() if names else ():
        for place in site.places:
            if isinstance(place, Member) and place.name in names:
                for function in sorted(filter(None, (found.function for found in site.occurrences))):
                    yield function, f"the template at {names[place.name]} may call it, as {place.name}"
