"""What `make fuzz` does, a few of each kind."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fallback.naming import named

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bench() -> None:
    """The folder of the benchmarks is importable."""
    if str(ROOT / "bench") not in sys.path:
        sys.path.insert(0, str(ROOT / "bench"))


def test_bad_input_is_survived() -> None:
    """No crash, no hang, valid JSON, and counts that add up."""
    command = [sys.executable, str(ROOT / "bench" / "fuzz.py"), "--quick"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert "wrong" in done.stdout


@pytest.mark.usefixtures("bench")
def test_the_fallback_survives_files_that_are_mutated() -> None:
    """Whatever still parses is read, and every call of it is counted."""
    import ast  # noqa: PLC0415

    from fuzz import mutate  # noqa: PLC0415

    chance = random.Random(7)  # noqa: S311
    originals = [Path(ast.__file__), Path(random.__file__), Path(subprocess.__file__)]
    for _ in range(40):
        text = mutate(chance.choice(originals).read_text(encoding="utf-8"), chance)
        found = named({"app.py": text.encode()})
        if not found.program.unloaded:
            expected = sum(isinstance(node, ast.Call) for node in ast.walk(ast.parse(text)))
            assert found.program.counts.calls == expected


@pytest.mark.usefixtures("bench")
def test_mutations_are_the_same_every_time() -> None:
    """A seed names them, so that what was found once can be found again."""
    from fuzz import mutate  # noqa: PLC0415

    text = Path(random.__file__).read_text(encoding="utf-8")
    assert mutate(text, random.Random(3)) == mutate(text, random.Random(3))  # noqa: S311
    assert mutate(text, random.Random(3)) != text  # noqa: S311
