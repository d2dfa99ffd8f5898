"""A port on 127.0.0.1 where nobody listens, and nobody else can start to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections until the end of the `with` statement."""
    with socket.socket() as bound:
        # Bound and never listening: the kernel refuses, and gives the port to no one else.
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        yield port
