"""A report that is kept says of the same files elsewhere what the checker says of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

import aioport.rounds
import tests.kept_reports
from aioport.api import Conversion, convert_project
from aioport.program.pyrefly import started
from aioport.settings import Options
from tests.kept_reports import KeptReports

FILES = {
    "pauses.py": "import time\n\ndef pause() -> None:\n    time.sleep(1)\n",
    "src/main.py": "from pauses import pause\n\ndef main() -> int:\n    pause()\n    return 'x'\n",
}


def _convert(root: Path) -> Conversion:
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return convert_project(root, Options(entry=("main:main",)))


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often the checker has run; what it reports is kept for this test alone."""
    count = []

    def counted(*arguments: object) -> object:
        count.append(arguments)
        return started(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(tests.kept_reports, "started", counted)
    (tmp_path / "kept").mkdir()
    monkeypatch.setattr(aioport.rounds, "started", KeptReports(tmp_path / "kept").started)
    return lambda: len(count)


def test_the_same_files_elsewhere(tmp_path: Path, runs: Callable[[], int]) -> None:
    first = _convert(tmp_path / "first")
    before = runs()
    second = _convert(tmp_path / "second")
    assert before >= 2
    assert runs() == before
    assert first.files
    assert (second.files, second.reasons) == (first.files, first.reasons)


def test_other_files(tmp_path: Path, runs: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    _convert(tmp_path / "first")
    before = runs()
    monkeypatch.setitem(FILES, "pauses.py", FILES["pauses.py"].replace("sleep(1)", "sleep(2)"))
    assert "sleep(2)" in _convert(tmp_path / "second").files["pauses.py"]
    assert runs() > before
