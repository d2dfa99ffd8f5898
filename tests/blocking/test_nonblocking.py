"""Calls that are ready to be told to come back later do not wait."""

from tests.scanning import scanned


def test_a_socket_under_blocking_io_error_does_not_wait() -> None:
    """Who catches BlockingIOError has made the socket non-blocking; sleeping there still waits."""
    found = scanned(
        """
        import socket
        import time

        async def receive(plug: socket.socket):
            while True:
                try:
                    data = plug.recv(100)
                except (BlockingIOError, InterruptedError):
                    time.sleep(1)
                else:
                    return data
        """
    )
    assert found.findings == ["app.py:9 time.sleep on the loop"]


def test_another_exception_says_nothing_about_waiting() -> None:
    """A socket whose other errors are caught waits as ever, and so does what is no socket or file."""
    found = scanned(
        """
        import socket
        import time

        async def receive(plug: socket.socket):
            try:
                plug.recv(100)
            except OSError:
                pass
            try:
                time.sleep(1)
            except BlockingIOError:
                pass
        """
    )
    assert found.findings == ["app.py:6 socket.socket.recv on the loop", "app.py:10 time.sleep on the loop"]


def test_a_function_whose_only_wait_returns_at_once_does_not_wait() -> None:
    """What an argument turns into a question does not make its callers wait either."""
    found = scanned(
        """
        import threading

        lock = threading.Lock()

        def try_it():
            return lock.acquire(blocking=False)

        async def main():
            try_it()
        """
    )
    assert found.findings == []
    assert not any(found.scan.program.functions[one].name == "app.try_it" for one in found.scan.facts.waits)
