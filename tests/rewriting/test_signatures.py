"""Definitions and the classes that they name."""

from tests.check import check_converts


def test_definitions_in_every_layout_become_async() -> None:
    """One-liners, decorators, tabs, nested ones, signatures over several lines; the name stays where it was."""
    check_converts(
        """
        import time


        class A:
        \t@staticmethod
        \tdef one(): time.sleep(1)

        \tdef two(
        \t\tself,  # who
        \t\tn: int = 1,
        \t) -> "A":
        \t\t'''Doc.'''
        \t\tif n: time.sleep(n); A.one()
        \t\treturn self


        def three(*, n=(lambda: 1)()): return [A().two(n), time.sleep(n)]
        """,
        """
        import asyncio


        class A:
        \t@staticmethod
        \tasync def one(): await asyncio.sleep(1)

        \tasync def two(
        \t\tself,  # who
        \t\tn: int = 1,
        \t) -> "A":
        \t\t'''Doc.'''
        \t\tif n: await asyncio.sleep(n); await A.one()
        \t\treturn self


        async def three(*, n=(lambda: 1)()): return [await A().two(n), await asyncio.sleep(n)]
        """,
    )


def test_annotations_name_the_new_classes() -> None:
    """Of variables, parameters and results, in unions and in an alias of the module; text in quotes is no name."""
    check_converts(
        """
        import requests as rq
        from requests import Session


        def get(session: Session, url: str) -> rq.Response:
            response: rq.Response | None = session.get(url)
            assert response is not None
            return response


        def show(url: str, session: Session | None = None) -> str:
            session = session or Session()
            return get(session, url).text
        """,
        """
        import aiohttp

        from _aio import fetch, owned


        async def get(session: aiohttp.ClientSession, url: str) -> aiohttp.ClientResponse:
            response: aiohttp.ClientResponse | None = await fetch(session.get(url))
            assert response is not None
            return response


        async def show(url: str, session: aiohttp.ClientSession | None = None) -> str:
            session = session or owned(aiohttp.ClientSession)
            return await (await get(session, url)).text()
        """,
        mutations=False,
    )
