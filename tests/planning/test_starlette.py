"""Starlette's routes: endpoints that run in threads as long as they are no `async def`."""

from tests.check import check_converts, check_unchanged


def test_a_route_that_can_await_all_becomes_async() -> None:
    """Whether it is given by position, by keyword or to `add_route`, or is a method of an endpoint class."""
    check_converts(
        """
        import time

        from starlette.applications import Starlette
        from starlette.endpoints import HTTPEndpoint
        from starlette.responses import Response
        from starlette.routing import Route


        def one(request):
            time.sleep(1)
            return Response()


        def two(request):
            time.sleep(1)
            return Response()


        def three(request):
            time.sleep(1)
            return Response()


        class Four(HTTPEndpoint):
            def get(self, request):
                time.sleep(1)
                return Response()


        app = Starlette(routes=[Route("/one", one), Route("/two", endpoint=two), Route("/four", Four)])
        app.add_route("/three", three)
        """,
        """
        import asyncio

        from starlette.applications import Starlette
        from starlette.endpoints import HTTPEndpoint
        from starlette.responses import Response
        from starlette.routing import Route


        async def one(request):
            await asyncio.sleep(1)
            return Response()


        async def two(request):
            await asyncio.sleep(1)
            return Response()


        async def three(request):
            await asyncio.sleep(1)
            return Response()


        class Four(HTTPEndpoint):
            async def get(self, request):
                await asyncio.sleep(1)
                return Response()


        app = Starlette(routes=[Route("/one", one), Route("/two", endpoint=two), Route("/four", Four)])
        app.add_route("/three", three)
        """,
        mutations=False,
    )


def test_a_route_with_a_need_for_a_thread_stays_in_one() -> None:
    """Starlette runs the whole of it in a thread already."""
    check_unchanged(
        """
        import sqlite3

        from starlette.routing import Route


        def rows(request):
            return sqlite3.connect("x").execute("select 1").fetchall()


        routes = [Route("/", rows)]
        """,
        "it is an endpoint of Starlette, which runs in a thread as it is",
        level="offload",
        mutations=False,
    )
