"""What all tests share."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

# It asserts, and pytest shows the values only where it rewrote the assertions.
pytest.register_assert_rewrite("tests.examples.running")


@pytest.fixture(autouse=True, scope="session")
def _interruptible() -> None:
    """Runners that start in the background ignore Ctrl-C, and so would everything that the tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Nothing is kept in the user's own cache, nor taken from it."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("AIOPORT_CACHE_DIR")
    os.environ["AIOPORT_CACHE_DIR"] = str(folder)
    yield folder
    if before is None:
        del os.environ["AIOPORT_CACHE_DIR"]
    else:
        os.environ["AIOPORT_CACHE_DIR"] = before
