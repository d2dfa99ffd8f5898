"""Whether a wait for another thread could last, in a program that may have none."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis


def waits_for_nobody(analysis: Analysis, index: int) -> bool:
    """Whether a call waits for another thread without a time-out, and there is no other thread.

    It returns at once then, or would have stopped the whole program before.
    """
    wait, call = analysis.facts.calls[index], analysis.program.calls[index]
    if wait.blocks.treatment != "move" or wait.steps or analysis.starts_threads:
        return False
    node = analysis.expression(call)
    return isinstance(node, ast.Call) and not node.args and not node.keywords
