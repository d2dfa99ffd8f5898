"""What all tests share."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import aioport.rounds
from aioport.program.pyrefly import report_home
from tests.kept_reports import KeptReports

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


@pytest.fixture(autouse=True, scope="session")
def _same_reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The checker is not asked twice about the same files; see `tests.kept_reports`."""
    home = report_home()
    folder = Path(tempfile.mkdtemp(prefix="aioport-tests-", dir=home or tmp_path_factory.mktemp("reports")))
    patch = pytest.MonkeyPatch()
    patch.setattr(aioport.rounds, "started", KeptReports(folder).started)
    yield
    patch.undo()
    shutil.rmtree(folder)
