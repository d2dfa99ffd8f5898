"""Clients with a connection pool that are made for every call."""

from tests.mistakes.finding import check


def test_clients_for_each_request() -> None:
    """An endpoint, and whatever it calls, makes its client for every request."""
    first, second, third = check("""
        import httpx
        from fastapi import FastAPI

        app = FastAPI()

        @app.get("/")
        async def page():
            async with httpx.AsyncClient(timeout=3) as client:  # !client-per-call
                return await client.get("http://localhost")

        async def load():
            client = httpx.AsyncClient()  # !client-per-call
            text = await client.get("http://localhost")
            await client.aclose()
            return text

        @app.get("/load")
        async def loaded():
            return await load()

        @app.get("/sync")
        async def sync():
            import asyncio
            await asyncio.sleep(0)
            return httpx.Client().get("http://localhost")  # !client-per-call
        """)
    assert "for each call of the endpoint `page`" in first.message
    assert "for each call of the endpoint `loaded`" in second.message
    assert third.function == "app.sync"


def test_clients_for_each_item() -> None:
    """A client is made for every item of a loop, in it or in a function that is called there."""
    check("""
        import asyncio
        import httpx

        async def fetch(url):
            async with httpx.AsyncClient() as client:  # !client-per-call
                return await client.get(url)

        async def fetch_all(urls):
            return await asyncio.gather(*(fetch(url) for url in urls))

        async def one_by_one(urls):
            for url in urls:
                async with httpx.AsyncClient() as client:  # !client-per-call
                    await client.get(url)
        """)


def test_clients_that_are_shared_or_made_once() -> None:
    """Clients of modules, constructors, entry points and lifespans, and clients that are handed on, are right."""
    check("""
        import asyncio
        import contextlib
        import httpx
        from fastapi import FastAPI

        app = FastAPI()
        CLIENT = httpx.AsyncClient()

        class Api:
            def __init__(self):
                self.client = httpx.AsyncClient()

            async def connect(self):
                if self.client is None:
                    self.client = httpx.AsyncClient()

        @contextlib.asynccontextmanager
        async def lifespan(app):
            async with httpx.AsyncClient() as client:
                yield client

        async def made():
            client = httpx.AsyncClient()
            return client

        async def of_a_host(host):
            async with httpx.AsyncClient(base_url=host) as client:
                return await client.get("/")

        async def of_a_site(pages):
            async with httpx.AsyncClient() as client:
                return [await client.get(page) for page in pages]

        async def tried_again():
            for attempt in range(3):
                try:
                    async with httpx.AsyncClient() as client:
                        return await client.get("http://localhost")
                except OSError:
                    print(attempt)

        async def polled():
            while True:
                async with httpx.AsyncClient() as client:
                    await client.get("http://localhost")
                await asyncio.sleep(60)

        @app.get("/")
        async def page(host):
            await made()
            return await of_a_host(host)

        async def main(hosts):
            async with httpx.AsyncClient() as client:
                await client.get("http://localhost")
            for host in hosts:
                await of_a_host(host)
                await of_a_site([host])
            await tried_again()

        async def once():
            async with httpx.AsyncClient() as client:
                await client.get("http://localhost")

        for _ in range(3):
            asyncio.run(once())
        """)
