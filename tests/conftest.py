"""What all tests share."""

import pytest

# It asserts, and pytest shows the values only where it rewrote the assertions.
pytest.register_assert_rewrite("tests.examples.running")
