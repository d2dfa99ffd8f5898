"""Projects that are not converted at all, because of something that they use."""

from __future__ import annotations

import ast

from aioport.planning.analysis import Analysis


def find_project_refusal(analysis: Analysis) -> str | None:
    """Why nothing in a project may be converted, with the place; None for most projects."""
    refusals = analysis.catalog.refusals
    tops = {name.partition(".")[0].encode() for name in refusals}
    for path, source in sorted(analysis.project.sources.items()):
        if not any(top in source.data for top in tops):
            continue
        names = analysis.names(path)
        for node in ast.walk(analysis.syntax[path].tree):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                reason = refusals.get(names.resolve(node) or "")
                if reason is not None:
                    return f"{analysis.where(path, node)}: {reason}"
    return None
