"""The folder of a run is gone when the run ends, however it ends."""

from pathlib import Path

import pytest

from aioport.scratch import REMOVE, finish_removals, scratch_folder


def test_nothing_is_left(tmp_path: Path) -> None:
    """Neither what was discarded on the way nor the rest."""
    with scratch_folder(str(tmp_path)) as scratch:
        for name in ("kept", "dropped"):
            (scratch.folder / name / "inner").mkdir(parents=True)
            (scratch.folder / name / "inner" / "file").write_text("")
        assert scratch.begin(["-c", REMOVE, str(scratch.folder / "dropped")])
        assert (scratch.folder / "kept" / "inner" / "file").exists()
    finish_removals()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_nothing_is_left_after_an_error(tmp_path: Path, error: type[BaseException]) -> None:
    """Ctrl-C and signals among them."""
    with pytest.raises(error):
        _fail_inside(tmp_path, error)
    finish_removals()
    assert list(tmp_path.iterdir()) == []


def _fail_inside(folder: Path, error: type[BaseException]) -> None:
    with scratch_folder(str(folder)) as scratch:
        (scratch.folder / "file").write_text("")
        raise error
