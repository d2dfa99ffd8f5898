"""A slow HTTP server on loopback that remembers what it was asked.

It runs in a process of its own (`python bench/loopback.py`), so that the measured program
does not share an interpreter with it, and waits without blocking, so that hundreds of
requests wait at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

# `Accept-Encoding`, `Connection` and `User-Agent` name the client library and differ by right.
RECORDED_HEADERS = ("accept", "authorization", "content-type", "cookie", "x-requested-with")
CONTROL = "/-/taken"


@dataclass(frozen=True, slots=True, order=True)
class Request:
    """One request as the server saw it; the query is the raw string, `headers` are (name, value) pairs."""

    method: str
    path: str
    query: str
    body: str
    headers: tuple[tuple[str, str], ...]


def application(delay: float) -> web.Application:
    """An application that answers any request with an echo of it as JSON, `delay` seconds later.

    `GET /-/taken` answers at once with the requests since the last time that it was asked.
    """
    seen: list[dict[str, Any]] = []

    async def taken(_: web.Request) -> web.Response:
        answer = web.json_response(seen)
        seen.clear()
        return answer

    async def echo(request: web.Request) -> web.Response:
        body = (await request.read()).decode("latin-1")
        asked = {
            "method": request.method,
            "path": request.raw_path.partition("?")[0],
            "query": request.raw_path.partition("?")[2],
            "body": body,
        }
        headers = [[name, request.headers[name]] for name in RECORDED_HEADERS if name in request.headers]
        seen.append({**asked, "headers": headers})
        await asyncio.sleep(delay)
        return web.json_response(asked)

    app = web.Application(client_max_size=0)
    app.router.add_get(CONTROL, taken)
    app.router.add_route("*", "/{path:.*}", echo)
    return app


async def serve(delay: float) -> None:
    """Serve on a free port of 127.0.0.1, print the port, and stop when stdin is closed."""
    runner = web.AppRunner(application(delay), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    finally:
        await runner.cleanup()


class Loopback:
    """The server as a context manager; `url` is its root, without a slash at the end."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.url = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--delay", str(self.delay)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the caller, which then closes stdin
        )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        if not port:
            raise RuntimeError(f"the loopback server ended with code {self._process.wait()}")
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Closing stdin is the request to stop: it works the same when this process is killed.
        self._process.communicate()

    def taken(self) -> Counter[Request]:
        """The requests since the last call, as a multiset; the server forgets them."""
        # No proxy: an `http_proxy` of the user's must not come between.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + CONTROL, timeout=30) as answer:
            rows = json.load(answer)
        return Counter(
            Request(**{**row, "headers": tuple((name, value) for name, value in row["headers"])})
            for row in rows
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--delay", type=float, default=0.1, help="seconds before each answer (default: 0.1)")
    asyncio.run(serve(parser.parse_args().delay))


if __name__ == "__main__":
    main()
