"""Prints the newest notice of each town, and archives what was read."""

import json
import os
import sys
from dataclasses import asdict

from notices import BoardError, archive, newest

BASE = os.environ.get("NOTICES_URL", "http://127.0.0.1:8000")
TOWNS = ["aarhus", "bergen", "cork"]


def main() -> int:
    found = []
    silent = []
    for town in TOWNS:
        try:
            notice = newest(BASE, town)
        except BoardError as error:
            print(f"{town}: {error}", file=sys.stderr)
            silent.append(town)
            continue
        if notice is not None:
            found.append(notice)
    receipt = archive(BASE, found)
    print(json.dumps({"notices": [asdict(n) for n in found], "silent": silent, "receipt": receipt}))
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
