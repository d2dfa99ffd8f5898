"""Every changed file compiles: `await` outside an `async def` parses, and only compiling refuses it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping

from aioport.verifying.verdict import Violation


def check_parses(texts: Mapping[str, bytes]) -> Iterator[Violation]:
    for path, text in texts.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(text, path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            yield Violation("parses", path, line, "", f"the new text does not compile: {error}")
