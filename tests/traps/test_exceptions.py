"""Exceptions around what is awaited: cancellation, Ctrl-C, StopIteration, the end of the program."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from aioport.api import convert_project
from tests.check import check_converts, check_unchanged
from tests.traps.table import trap


@trap(
    43,
    "converted",
    "`except:` and `except BaseException` let a cancellation pass; those that raise again stay",
)
@trap(
    46, "converted", "`except KeyboardInterrupt` around an await catches the cancellation that Ctrl-C becomes"
)
@trap(44, "converted", "a `finally` that waits is awaited")
def test_clauses_that_catch_everything() -> None:
    """Clauses that would catch a cancellation let it pass, or name it where they mean Ctrl-C."""
    check_converts(
        """
        import time


        def work():
            time.sleep(0.01)


        def retry():
            while True:
                try:
                    work()
                    break
                # Whatever it was.
                except BaseException as error:
                    print(error)
                    continue


        def ignore():
            try:
                work()
            except ValueError:
                pass
            except:
                print("ignored")


        def clean_up():
            try:
                work()
            except BaseException:
                print("failed")
                raise
            finally:
                work()


        def main():
            retry()
            ignore()
            clean_up()
            try:
                while True:
                    work()
            except KeyboardInterrupt:
                print("stopped")


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run


        async def work():
            await asyncio.sleep(0.01)


        async def retry():
            while True:
                try:
                    await work()
                    break
                # Whatever it was.
                except asyncio.CancelledError:
                    raise
                except BaseException as error:
                    print(error)
                    continue


        async def ignore():
            try:
                await work()
            except ValueError:
                pass
            except asyncio.CancelledError:
                raise
            except:
                print("ignored")


        async def clean_up():
            try:
                await work()
            except BaseException:
                print("failed")
                raise
            finally:
                await work()


        async def main():
            await retry()
            await ignore()
            await clean_up()
            try:
                while True:
                    await work()
            except (KeyboardInterrupt, asyncio.CancelledError):
                print("stopped")


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


INTERRUPTED = """
import time


def main():
    try:
        print("begun", flush=True)
        while True:
            time.sleep(0.05)
    except KeyboardInterrupt:
        print("stopped")
    finally:
        print("cleaned")


if __name__ == "__main__":
    main()
    print("over")
"""


def _interrupt(program: Path) -> tuple[str, int]:
    """What a program prints and returns that is interrupted once it has begun."""
    with subprocess.Popen(
        [sys.executable, program.name], cwd=program.parent, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        os.kill(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
        return (first + rest).decode(), process.returncode


@trap(46, "converted", "a converted program does at Ctrl-C what it did")
def test_interrupted_programs_do_the_same(tmp_path: Path) -> None:
    """Ctrl-C runs the same clauses before and after, and the program goes on behind them."""
    program = tmp_path / "program.py"
    program.write_text(INTERRUPTED)
    before = _interrupt(program)
    conversion = convert_project(tmp_path)
    for path, text in conversion.files.items():
        (tmp_path / path).write_text(text)
    assert "CancelledError" in program.read_text()
    assert _interrupt(program) == before


@trap(45, "refused", "`return`, `break` and `continue` in a `finally` behind an await")
@trap(43, "refused", "`suppress(BaseException)` and `suppress(KeyboardInterrupt)` around an await")
def test_what_would_swallow_a_cancellation() -> None:
    """A function that cannot let a cancellation pass stays sync, and runs in a thread."""
    jump = """
        import time


        def work():
            try:
                time.sleep(0.01)
            finally:
                return 3


        if __name__ == "__main__":
            work()
        """
    check_unchanged(jump, "line 8 leaves a `finally`, which would swallow a cancellation", mutations=False)
    loop = """
        import time


        def work():
            for number in range(3):
                try:
                    time.sleep(0.01)
                finally:
                    continue


        if __name__ == "__main__":
            work()
        """
    check_unchanged(loop, "line 9 leaves a `finally`, which would swallow a cancellation", mutations=False)
    suppressing = """
        import contextlib
        import time


        def work():
            with contextlib.suppress(KeyboardInterrupt):
                time.sleep(0.01)


        if __name__ == "__main__":
            work()
        """
    check_unchanged(suppressing, "line 6 suppresses KeyboardInterrupt", mutations=False)


@trap(22, "thread", "`next()` whose end a caller catches: the caller runs whole in a thread")
def test_stop_iteration() -> None:
    """StopIteration does not leave a coroutine, so that what uses it as a signal stays sync."""
    check_converts(
        """
        import time


        def work(items):
            time.sleep(0.01)
            return next(items)


        def work_off(items):
            try:
                while True:
                    print(work(items))
            except StopIteration:
                pass


        def main():
            time.sleep(0.01)
            work_off(iter([1, 2]))


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import time

        from _aio import offload, run


        def work(items):
            time.sleep(0.01)
            return next(items)


        def work_off(items):
            try:
                while True:
                    print(work(items))
            except StopIteration:
                pass


        async def main():
            await asyncio.sleep(0.01)
            await offload(work_off, iter([1, 2]))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(22, "converted", "`next()` whose end the function itself catches")
def test_stop_iteration_that_stays_inside() -> None:
    """A StopIteration that does not leave its function does no harm."""
    check_converts(
        """
        import time


        def main():
            numbers = iter([1, 2])
            while True:
                try:
                    print(next(numbers))
                except StopIteration:
                    break
                time.sleep(0.01)


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run


        async def main():
            numbers = iter([1, 2])
            while True:
                try:
                    print(next(numbers))
                except StopIteration:
                    break
                await asyncio.sleep(0.01)


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(
    47, "kept", "`sys.exit()` and `raise SystemExit` in what would overlap: the waits stay one after another"
)
@trap(48, "converted", "no ExceptionGroup: an overlap raises what the loop would have raised")
def test_the_end_of_the_program() -> None:
    """What may end the program is never run as a task of its own; what may fail is."""
    check_converts(
        """
        import sys
        import time


        def ending(number):
            time.sleep(0.01)
            if number > 5:
                raise SystemExit(1)
            return number


        def leaving(number):
            time.sleep(0.01)
            if number > 5:
                sys.exit(1)
            return number


        def failing(number):
            time.sleep(0.01)
            if number > 5:
                raise KeyError(number)
            return number


        def main():
            print([ending(number) for number in range(3)])
            print([leaving(number) for number in range(3)])
            try:
                print([failing(number) for number in range(3)])
            except KeyError:
                print("failed")


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import sys

        from _aio import gather, run


        async def ending(number):
            await asyncio.sleep(0.01)
            if number > 5:
                raise SystemExit(1)
            return number


        async def leaving(number):
            await asyncio.sleep(0.01)
            if number > 5:
                sys.exit(1)
            return number


        async def failing(number):
            await asyncio.sleep(0.01)
            if number > 5:
                raise KeyError(number)
            return number


        async def main():
            print([await ending(number) for number in range(3)])
            print([await leaving(number) for number in range(3)])
            try:
                print(await gather(failing(number) for number in range(3)))
            except KeyError:
                print("failed")


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )
