"""The examples in the catalog files: each is converted, or stays as it is, as its file says."""

import pytest

from aioport.catalog.schema import Example
from tests.catalog.applying import catalog
from tests.check import check_converts, check_unchanged

EXAMPLES = [
    pytest.param(example, id=f"{identifier}-{number}")
    for identifier, library in sorted(catalog().libraries.items())
    for number, example in enumerate(library.example, start=1)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_converted_as_its_file_says(example: Example) -> None:
    """Before and after, to the letter; or unchanged, for the reason that is given."""
    if example.after is not None:
        check_converts(example.before, example.after, level=example.level, entry=example.entry)
    else:
        assert example.why is not None
        check_unchanged(example.before, example.why, level=example.level, entry=example.entry)
