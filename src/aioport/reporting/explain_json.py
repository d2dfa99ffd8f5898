"""The JSON of `aioport explain --format json`: version 1 of a contract, as that of a scan."""

from __future__ import annotations

import json
from dataclasses import asdict

from aioport.explaining.explanation import Explanation

VERSION = 1


def render_explanation(explanation: Explanation) -> str:
    """An explanation as one JSON object: its calls and functions, with every field under its name."""
    document = {
        "version": VERSION,
        "where": explanation.where,
        "calls": [asdict(one) for one in explanation.calls],
        "functions": [asdict(one) for one in explanation.functions],
        "problems": [asdict(one) for one in explanation.problems],
    }
    return json.dumps(document) + "\n"
