"""Names of the functions that are written into programs."""

import pytest

from aioport.planning.unit_names import name_item, name_unit


@pytest.mark.parametrize(
    ("names", "returns", "expected"),
    [
        (["config"], False, "read_config"),
        (["config", "users"], False, "read_config_and_users"),
        (["config", "users", "rest"], False, "read_config_and_more"),
        (["__line"], False, "read_line"),
        ([], False, "use_files"),
        (["config"], True, "load_in_thread"),
    ],
)
def test_a_unit_is_called_after_what_it_brings(names: list[str], returns: bool, expected: str) -> None:
    """One or two names are said, more are not; a unit that returns is called after its function."""
    assert name_unit("file", names, "_load", returns=returns, taken=frozenset()) == expected


@pytest.mark.parametrize(
    ("container", "expected"),
    [("pages", "fetch_page"), ("entries", "fetch_entry"), ("boxes", "fetch_box"), ("data", "fetch_data"),
     ("status", "fetch_status"), ("_found", "fetch_found"), ("classes", "fetch_class")],
)  # fmt: skip
def test_an_item_is_called_after_its_list(container: str, expected: str) -> None:
    """In the singular, where that is plain."""
    assert name_item("network", container, frozenset()) == expected


def test_a_name_that_is_taken_gets_a_number() -> None:
    """Nothing that the file uses is shadowed."""
    assert name_item("network", "pages", {"fetch_page", "fetch_page_2"}) == "fetch_page_3"
