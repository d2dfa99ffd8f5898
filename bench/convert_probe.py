"""Converts one folder and judges the outcome; the last line of stdout is the verdict as JSON.

The whole public interface is an entry, so that everything that waits is wanted to be async. Judged are: that nothing
crashes, that every new text compiles, that erasure holds, and that converting the output changes nothing. That there are no
new type errors of the kinds that conversions make is what the conversion itself verified.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aioport.api import Conversion, convert_project
from aioport.project import ProjectError
from aioport.settings import Options
from aioport.verifying.erasure import check_erasure

PROBLEMS = 20
"""So many of the messages of what was refuted are kept."""


def judge(folder: Path) -> dict[str, Any]:
    """Converts a folder in place."""
    options = Options(entry=("auto", "api"))
    try:
        first = convert_project(folder, options)
    except ProjectError as error:
        return {"refused": str(error).splitlines()[0], "wrong": []}
    wrong = [*_broken(first), *(str(one) for one in _unerased(first))]
    for path, text in first.files.items():
        source = first.source(path)
        data = text.encode() if source is None else source.encode(text.encode())
        (folder / path).write_bytes(data)
    second = convert_project(folder, options)
    wrong += [f"{path}: a second conversion changes it" for path in second.files]
    functions = first.outcome.plan.functions.values()
    return {
        "files": len(first.project.sources),
        "changed": len(first.files),
        "functions": len(functions),
        "async": sum(one.changed for one in functions),
        "units": sum(one.color == "unit" for one in functions),
        "refuted": len(first.problems),
        "problems": list(first.problems[:PROBLEMS]),
        "wrong": wrong,
    }


def _broken(conversion: Conversion) -> Iterator[str]:
    for path, text in conversion.files.items():
        if path.endswith(".py"):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    compile(text, path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError) as error:
                yield f"{path}: {error}"


def _unerased(conversion: Conversion) -> Iterator[object]:
    outcome = conversion.outcome
    yield from check_erasure(outcome.analysis, outcome.plan, outcome.texts)


def main() -> int:
    started = time.perf_counter()
    verdict = judge(Path(sys.argv[1]))
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in spent)
    seconds = {"seconds": round(time.perf_counter() - started, 1), "cpu": round(cpu, 1)}
    print(json.dumps({**verdict, **seconds}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
