"""fetch(): a response that may travel, its connection given back."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from aioport.runtime import fetch, gather, run, shared


class Response:
    """A response whose body arrives, or does not."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
        self.log: list[str] = []

    async def read(self) -> bytes:
        self.log.append("read")
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        return b"body"

    def close(self) -> None:
        self.log.append("closed")


async def respond(response: Response) -> Response:
    return response


def test_the_body_is_read_before_the_response_travels() -> None:
    """A response that was read is not closed: its connection went back by itself."""
    response = Response(None)
    assert run(fetch(respond(response))) is response
    assert response.log == ["read"]


@pytest.mark.parametrize("error", [OSError("broken"), asyncio.CancelledError()])
def test_a_response_that_cannot_be_read_is_closed(error: BaseException) -> None:
    """Its connection is in the middle of a body and must not be used again."""
    response = Response(error)

    async def main() -> None:
        with pytest.raises(type(error)):
            await fetch(respond(response))

    run(main())
    assert response.log == ["read", "closed"]


def test_responses_of_aiohttp_are_used_after_their_connection_went_on() -> None:
    """Ten requests share the one connection of a shared session, and every body can be read at the end."""

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"n": int(request.query["n"])})

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1))

    async def main() -> tuple[list[dict[str, int]], aiohttp.ClientSession]:
        application = web.Application()
        application.router.add_get("/", answer)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        responses = await gather(fetch(shared(session).get(url, params={"n": n})) for n in range(10))
        await runner.cleanup()
        return [await response.json() for response in responses], shared(session)

    bodies, client = run(main())
    assert bodies == [{"n": n} for n in range(10)]
    assert client.closed
