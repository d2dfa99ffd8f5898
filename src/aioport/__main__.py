"""The program `aioport`, also as `python -m aioport`."""

from __future__ import annotations

import os
import sys

from aioport.caching.replay import Answer, ask, find_answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from aioport.caching.replay import Question

ANSWERS = (0, 1, 2)
"""Exit codes of commands that said what they had to say; others are those of bugs and of signals."""

INTERRUPTED = "aioport: interrupted; nothing was changed\n"


def main() -> NoReturn:
    """Runs the command that the arguments name, or replays it, and ends the process."""
    try:
        question = ask(sys.argv[1:], os.environ)
        answer = find_answer(question) if question is not None else None
        code = _run(question) if answer is None else _replay(answer)
    except KeyboardInterrupt:
        # Before there was a command that could have told, and so before anything was written.
        sys.stderr.write(INTERRUPTED)
        code = 2
    if "aioport.scratch" in sys.modules:
        sys.modules["aioport.scratch"].finish_removals()
    # Nothing is left to clean up, and freeing a large project's trees one by one takes a second.
    os._exit(code)


def _replay(answer: Answer) -> int:
    for stream, data in ((sys.stdout, answer.out), (sys.stderr, answer.err)):
        try:
            stream.buffer.write(data)
            stream.flush()
        except BrokenPipeError:
            continue
    return answer.code


def _run(question: Question | None) -> int:
    import gc  # noqa: PLC0415
    import signal  # noqa: PLC0415
    from contextlib import nullcontext, suppress  # noqa: PLC0415
    from io import TextIOWrapper  # noqa: PLC0415

    # A command makes objects by the million and next to no garbage, and its process ends with it.
    gc.disable()
    signal.signal(signal.SIGTERM, _end)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Code may hold characters that the terminal's encoding lacks.
            stream.reconfigure(errors="backslashreplace")
    recording = None
    if question is not None:
        from aioport.caching.recording import Recording  # noqa: PLC0415

        recording = Recording(question)
    from aioport.cli import app  # noqa: PLC0415

    code, failed = 0, False
    with recording.copying() if recording is not None else nullcontext():
        try:
            app()
        except SystemExit as end:
            code, failed = end.code if isinstance(end.code, int) else int(bool(end.code)), _is_failure(end)
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    if recording is not None and not failed and code in ANSWERS:
        recording.keep(code)
    return code


def _end(number: int, _frame: object) -> NoReturn:
    """Ends on a signal as on Ctrl-C: the checker with us, and nothing left in the temporary folder."""
    sys.exit(128 + number)


def _is_failure(end: BaseException) -> bool:
    """Whether a command ended early: with an exception that the command line turned into an exit code."""
    from typer import Exit  # noqa: PLC0415

    context = end.__context__
    return context is not None and (not isinstance(context, Exit) or _is_failure(context))


if __name__ == "__main__":
    main()
