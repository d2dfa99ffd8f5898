"""A scan that is ended from outside leaves nothing behind: no checker, no temporary folder, no answer."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.caching.keeping import FILES, make_project


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 2), (signal.SIGTERM, 143)])
def test_an_ended_scan_leaves_nothing(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """Whether by Ctrl-C or by whoever runs the job."""
    files = {**FILES, **{f"many/m{count}.py": FILES["app.py"] for count in range(300)}}
    root = make_project(tmp_path / "project", files)
    started = tmp_path / "started"
    program = (
        "import subprocess, sys\n"
        "begin = subprocess.Popen.__init__\n"
        "def noted(self, command, **options):\n"
        "    begin(self, command, **options)\n"
        f"    if 'cwd' in options: open({str(started)!r}, 'a').write(f'{{self.pid}} {{options[\"cwd\"]}}\\n')\n"
        "subprocess.Popen.__init__ = noted\n"
        "from aioport.__main__ import main\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "scan"],
        cwd=root,
        env={**os.environ, "AIOPORT_CACHE_DIR": str(tmp_path / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not started.exists() or not started.read_text().endswith("\n"):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    process.communicate()
    assert process.returncode == code
    checker, _, folder = started.read_text().splitlines()[0].partition(" ")
    assert not Path(folder).parent.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(checker), 0)
    assert not list((tmp_path / "cache").glob("scan-*"))
