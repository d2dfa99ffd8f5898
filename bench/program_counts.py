"""Prints as JSON how many call expressions of a project aioport resolves; run by the scan benchmark, in a process of its own."""

import json
import sys
from pathlib import Path

from aioport.api import Options, scan_project

environment, *paths = sys.argv[1:]
counts = scan_project(*map(Path, paths), options=Options(python=environment)).program.counts
print(json.dumps({"calls": counts.calls, "resolved": counts.resolved, "unknown": counts.unknown}))
