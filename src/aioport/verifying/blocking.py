"""Nothing blocks in an async function that the plan did not leave there on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Plan
from aioport.verifying.verdict import Violation


def check_blocking(before: Analysis, plan: Plan, after: Analysis) -> Iterator[Violation]:
    """Findings on the loop after the conversion, less those that were there before and those that the plan names.

    The plan names a call by its file and what it calls, since the function around it may have got another name.
    """
    known = {(one.function, one.chain[-1].name) for one in before.facts.findings if one.on_loop}
    asynchronous = {one.function for one in plan.functions.values() if one.color == "async"}
    left: set[tuple[str | None, str]] = set()
    for decision in plan.calls.values():
        call = before.program.calls[decision.call]
        if decision.action in ("keep", "leave", "bridge") and call.caller in asynchronous:
            handed = (one for _, functions in call.callbacks for one in functions)
            left.update((call.path, before.function(one).name) for one in (*call.targets, *handed))
    for finding in after.facts.findings:
        reached = finding.chain[-1].name
        hops = {(one.path, other.name) for one, other in pairwise(finding.chain)}
        if (
            finding.on_loop
            and finding.path not in after.test_files
            and (finding.function, reached) not in known
            and not hops & left
        ):
            message = f"{finding.function} waits for {finding.category} ({reached}) on the event loop"
            yield Violation("blocking", finding.path, finding.line, finding.function, message)
