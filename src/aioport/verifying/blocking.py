"""Nothing blocks in an async function that the plan did not leave there on purpose."""

from __future__ import annotations

from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Plan
from aioport.verifying.verdict import Violation


def check_blocking(before: Analysis, plan: Plan, after: Analysis) -> Iterator[Violation]:
    """Findings on the loop after the conversion, less those that were there before and those that the plan names."""
    known = {(one.function, one.chain[-1].name) for one in before.facts.findings if one.on_loop}
    left: set[str] = set()
    for decision in plan.calls.values():
        if decision.action in ("keep", "leave", "bridge"):
            call = before.program.calls[decision.call]
            left.add(before.function(call.caller).name)
            left.update(before.function(target).name for target in call.targets)
    for finding in after.facts.findings:
        if finding.on_loop and (finding.function, finding.chain[-1].name) not in known:
            if not any(link.name in left for link in finding.chain):
                reached = finding.chain[-1].name
                message = f"{finding.function} waits for {finding.category} ({reached}) on the event loop"
                yield Violation("blocking", finding.path, finding.line, finding.function, message)
