"""subprocess.run and its relatives: run_process() against the original, on real children."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.applying import applied, awaited, vendored

PY = sys.executable
NAMES = {"subprocess": subprocess, "sys": sys, "os": os, "PY": PY, "Path": Path}

WRITE_BOTH = "import sys; sys.stdout.write('out\\r\\nput\\n'); sys.stderr.write('err')"
ECHO = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
LATIN = "import sys; sys.stdout.buffer.write(b'caf\\xe9')"
FAIL = "import sys; print('half'); sys.exit(3)"
SIGNALLED = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
SLEEP_TALKING = "import sys, time; sys.stdout.write('begun'); sys.stdout.flush(); time.sleep(60)"
WHERE = "import os; print(os.getcwd(), os.environ.get('COLOUR'))"
SCRIPTS = {
    name: value
    for name, value in globals().items()
    if name.isupper() and name != "NAMES" and isinstance(value, str)
}

CALLS = [
    "subprocess.run([PY, '-c', WRITE_BOTH], capture_output=True)",
    "subprocess.run([PY, '-c', WRITE_BOTH], capture_output=True, text=True)",
    "subprocess.run([PY, '-c', WRITE_BOTH], stdout=subprocess.PIPE)",
    "subprocess.run([PY, '-c', WRITE_BOTH], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)",
    "subprocess.run([PY, '-c', WRITE_BOTH], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)",
    "subprocess.run([PY, '-c', WRITE_BOTH], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)",
    "subprocess.run((PY, '-c', WRITE_BOTH), capture_output=True, universal_newlines=True)",
    "subprocess.run(args=[Path(PY), '-c', WRITE_BOTH], capture_output=True, bufsize=-1)",
    "subprocess.run([PY, '-c', ECHO], input=b'abc', capture_output=True)",
    "subprocess.run([PY, '-c', ECHO], input='a\\nb\\u00e9', capture_output=True, text=True)",
    "subprocess.run([PY, '-c', ECHO], input='\\u00e9', capture_output=True, encoding='latin-1')",
    "subprocess.run([PY, '-c', ECHO], input=b'', capture_output=True)",
    "subprocess.run([PY, '-c', ECHO], input=b'x' * 300_000, capture_output=True)",
    "subprocess.run([PY, '-c', ECHO], stdin=subprocess.DEVNULL, capture_output=True)",
    "subprocess.run([PY, '-c', ECHO], stdin=subprocess.PIPE, capture_output=True)",
    "subprocess.run([PY, '-c', 'pass'], input=b'x' * 300_000, capture_output=True)",
    "subprocess.run([PY, '-c', LATIN], capture_output=True, text=True, errors='replace', encoding='utf-8')",
    "subprocess.run([PY, '-c', LATIN], capture_output=True, encoding='ascii')",
    "subprocess.run([PY, '-c', FAIL], stdout=subprocess.PIPE)",
    "subprocess.run([PY, '-c', FAIL], capture_output=True, text=True, check=True)",
    "subprocess.run([PY, '-c', SIGNALLED])",
    "subprocess.run([PY, '-c', SIGNALLED], check=True)",
    "subprocess.run([PY, '-c', SLEEP_TALKING], capture_output=True, timeout=0.7)",
    "subprocess.run([PY, '-c', SLEEP_TALKING], stdout=subprocess.PIPE, text=True, timeout=0.7)",
    "subprocess.run([PY, '-c', SLEEP_TALKING], stdout=subprocess.DEVNULL, timeout=0.1)",
    "subprocess.run('echo begun; sleep 60', shell=True, stdout=subprocess.PIPE, timeout=0.3)",
    "subprocess.run([PY, '-c', WHERE], cwd='/', env={'COLOUR': 'red'}, capture_output=True, text=True)",
    "subprocess.run('echo a b | tr a c', shell=True, capture_output=True, text=True)",
    "subprocess.run(['echo $0 $1', 'first', 'second'], shell=True, capture_output=True)",
    "subprocess.run('true')",
    "subprocess.run(Path('/bin/true'))",
    "subprocess.run(['/no/such/program'])",
    "subprocess.run(['/etc/passwd'])",
    "subprocess.run(['true'], cwd='/no/such/folder')",
    "subprocess.run(['true'], stdout=subprocess.PIPE, capture_output=True)",
    "subprocess.run(['true'], input=b'', stdin=subprocess.PIPE)",
    "subprocess.call([PY, '-c', FAIL], stdout=subprocess.DEVNULL)",
    "subprocess.call('exit 4', shell=True)",
    "subprocess.call([PY, '-c', SLEEP_TALKING], stdout=subprocess.DEVNULL, timeout=0.1)",
    "subprocess.check_call(['true'])",
    "subprocess.check_call([PY, '-c', FAIL], stdout=subprocess.DEVNULL)",
    "subprocess.check_output([PY, '-c', WRITE_BOTH], stderr=subprocess.STDOUT)",
    "subprocess.check_output([PY, '-c', WRITE_BOTH], text=True, stderr=subprocess.DEVNULL)",
    "subprocess.check_output([PY, '-c', ECHO], input=b'abc')",
    "subprocess.check_output([PY, '-c', FAIL])",
    "subprocess.check_output([PY, '-c', SLEEP_TALKING], timeout=0.7)",
]


def outcome(act: Callable[[], Any]) -> Any:
    """A result, or an exception, as something that compares."""
    try:
        value = act()
    except Exception as error:  # noqa: BLE001 - the exception is the result
        # Without pipes, subprocess states the time that was left instead of the time that was given.
        parts = [f"{part:.1f}" if isinstance(part, float) else str(part) for part in error.args]
        return type(error), parts, {**vars(error), "timeout": parts[-1]}
    return vars(value) if isinstance(value, subprocess.CompletedProcess) else value


@pytest.mark.skipif(os.name == "nt", reason="the children use a POSIX shell")
@pytest.mark.parametrize("call", CALLS)
def test_a_converted_call_gives_what_the_original_gives(call: str) -> None:
    """Result or exception, with all their attributes, are those of subprocess."""
    names = {**NAMES, **SCRIPTS}
    name = call.partition("(")[0]
    _, expression = applied(name, call)
    expected = outcome(lambda: eval(call, dict(names)))  # noqa: S307
    found = outcome(lambda: asyncio.run(awaited(expression, {**vendored("subprocess"), **names})))
    assert found == expected


@pytest.mark.skipif(os.name == "nt", reason="asks the kernel of POSIX for the child")
def test_a_cancelled_call_kills_its_child(tmp_path: Path) -> None:
    """No child outlives the task that waits for it."""
    mark = tmp_path / "pid"
    script = f"import os, time; open({str(mark)!r}, 'x').write(str(os.getpid())); time.sleep(60)"

    async def main() -> None:
        task = asyncio.create_task(vendored("subprocess")["run_process"]([PY, "-c", script]))
        while not (mark.exists() and mark.read_text()):  # noqa: ASYNC110 - another process sets it
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("subprocess.run(*command)", "unpacked"),
        ("subprocess.run(command, **options)", "unpacked"),
        ("subprocess.run(command, 0)", "no counterpart"),
        ("subprocess.run(command, bufsize=0)", "`bufsize` has no counterpart"),
        ("subprocess.check_output(command, input=None)", "not none"),
    ],
)
def test_a_call_that_cannot_be_carried_over_says_why(call: str, reason: str) -> None:
    """An argument without a counterpart is named."""
    with pytest.raises(LookupError, match=reason):
        applied(call.partition("(")[0], call)
