"""Import modules one by one and print a JSON list of those that fail, with their errors.

Started with the interpreter of a case: standard library only, and no other module of the bench.
Arguments: a JSON object with `paths` (searched first), `fallbacks` (searched last), `modules`.
"""

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path


def failures(modules: list[str]) -> list[list[str]]:
    """The modules that cannot be imported, each with the error in one line."""
    found = []
    for name in modules:
        try:
            importlib.import_module(name)
        # A module may end in anything, and a `sys.exit` at its top level is no reason to stop here.
        except BaseException as error:  # noqa: BLE001
            found.append([name, f"{type(error).__name__}: {error}".splitlines()[0]])
    return found


def main() -> None:
    asked = json.loads(sys.argv[1])
    sys.argv[1:] = []
    sys.path[:1] = asked["paths"]
    sys.path += asked["fallbacks"]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):
        found = failures(asked["modules"])
    print(json.dumps(found), flush=True)
    # What the modules left behind (threads, exit handlers) must neither print after this nor keep us.
    os._exit(0)


if __name__ == "__main__":
    main()
