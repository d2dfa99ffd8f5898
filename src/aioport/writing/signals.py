"""Putting off the signals that end a program, so that what has been begun is finished or undone first."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class _Interrupted(BaseException):
    """A signal that was put off has arrived."""


@contextmanager
def signals_put_off() -> Iterator[Callable[[], None]]:
    """Note the signals that end a program, and hand out a function that raises once one has arrived.

    If the block is left by an exception, the signal that arrived is delivered to whoever handled it before.
    Elsewhere than in the main thread Python delivers no signals, and this does nothing.
    """
    arrived: list[int] = []
    previous: dict[int, Any] = {}

    def note(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)

    def check() -> None:
        if arrived:
            raise _Interrupted

    def restore() -> None:
        for number in list(previous):
            signal.signal(number, previous.pop(number))

    is_interrupted = False
    try:
        if threading.current_thread() is threading.main_thread():
            # SIGINT is the last to be restored: from then on a KeyboardInterrupt can come between any two steps.
            for name in ("SIGHUP", "SIGTERM", "SIGINT"):
                number = getattr(signal, name, None)
                if number and signal.getsignal(number) not in (signal.SIG_IGN, None):
                    previous[number] = signal.getsignal(number)
                    signal.signal(number, note)
        yield check
    except _Interrupted:
        is_interrupted = True
    except BaseException:
        restore()
        if arrived:
            signal.raise_signal(arrived[0])
        raise
    finally:
        restore()
    if is_interrupted:
        signal.raise_signal(arrived[0])
        raise KeyboardInterrupt  # whoever handled the signal did nothing; the caller must not think it was written
