"""The examples of docs/mistakes.md."""

import re
from pathlib import Path
from typing import get_args

from aioport.mistakes.mistake import MistakeKind
from tests.mistakes.finding import MARK, check

PAGE = Path(__file__).parents[2] / "docs" / "mistakes.md"
SECTION = re.compile(r"^## `([\w-]+)`\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _examples() -> dict[str, list[str]]:
    return {kind: EXAMPLE.findall(text) for kind, text in SECTION.findall(PAGE.read_text("utf-8"))}


def test_every_kind_has_a_bad_and_a_good_example() -> None:
    """Each kind has a section with two examples: the first with mistakes of this kind alone, the second without any."""
    examples = _examples()
    assert tuple(examples) == get_args(MistakeKind)
    for kind, (bad, good) in examples.items():
        assert set(MARK.findall(bad)) == {kind}
        assert not MARK.search(good)


def test_examples_are_what_is_found() -> None:
    """A scan of each example finds what is marked in it."""
    for first in (0, 1):
        # Good examples import at the top what bad ones import on the loop.
        check({f"{kind.replace('-', '_')}.py": pair[first] for kind, pair in _examples().items()})
