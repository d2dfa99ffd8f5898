"""What all tests share."""

import signal

import pytest

# It asserts, and pytest shows the values only where it rewrote the assertions.
pytest.register_assert_rewrite("tests.examples.running")


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """Runners that start in the background ignore Ctrl-C, and so would everything that the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
