"""Calls and attributes rewritten by rules: arguments as they were written, in the layout that they had."""

from tests.check import check_converts

RULES = """
    [[tool.aioport.catalog]]

    [[tool.aioport.catalog.rewrite]]
    sync = "lib.swap(a, b)"
    async = "await lib.aswap(b, a)"

    [[tool.aioport.catalog.rewrite]]
    sync = "lib.twice(a)"
    async = "await lib.atwice(a, a)"

    [[tool.aioport.catalog.rewrite]]
    sync = "lib.three(a=a, b=b, c=c)"
    async = "await lib.athree(z=a, y=b, x=c, extra=True)"
    positional = 3

    [[tool.aioport.catalog.rewrite]]
    sync = "lib.Box.put(self, what=what)"
    async = "await lib.put_in(self, what=what)"
    """

LIBRARY = """
    class Box:
        def put(self, what=None) -> "Box": ...


    def swap(a, b): ...
    def twice(a): ...
    def three(a=1, b=2, c=3): ...
    async def aswap(b, a): ...
    async def atwice(a, b): ...
    async def athree(x=1, y=2, z=3, extra=False): ...
    async def put_in(box: Box, what=None) -> Box: ...
    """


def test_arguments_change_places_and_names() -> None:
    """Swapped, doubled, renamed, left out, put in front of a receiver; calls inside calls are rewritten, too."""
    check_converts(
        {
            "pyproject.toml": RULES,
            "lib.py": LIBRARY,
            "use.py": """
                from lib import Box, swap, three, twice


                def use(box: Box, x):
                    swap(1, "é")
                    swap(swap(1, 2), swap(3, 4))
                    swap(
                        "a",
                        [
                            "b",
                        ],
                    )
                    twice(x)
                    twice(swap(1, x))
                    three(1, 2, c=3)
                    three(c=1, a=2)
                    three(b=swap(1, 2))
                    three(
                        # all of them
                        1,  # first
                        b=2,  # second
                        # third
                        c=3
                    )
                    box.put(what=1)
                    (box).put(what=(1, 2))
                    return three()
                """,
        },
        {
            "use.py": """
                from lib import Box, aswap, athree, atwice, put_in


                async def use(box: Box, x):
                    await aswap("é", 1)
                    await aswap(await aswap(4, 3), await aswap(2, 1))
                    await aswap([
                            "b",
                        ], "a")
                    await atwice(x, x)
                    await atwice(await aswap(x, 1), await aswap(x, 1))
                    await athree(z=1, y=2, x=3, extra=True)
                    await athree(x=1, z=2, extra=True)
                    await athree(y=await aswap(2, 1), extra=True)
                    await athree(
                        # all of them
                        z=1,  # first
                        y=2,  # second
                        # third
                        x=3, extra=True
                    )
                    await put_in(box, what=1)
                    await put_in((box), what=(1, 2))
                    return await athree(extra=True)
                """,
        },
    )


def test_calls_keep_their_layout_and_comments() -> None:
    """Line breaks, trailing commas and comments between arguments stay, also where a block is moved to the right."""
    check_converts(
        """
        import time

        import requests


        def load(url):
            requests.get(url).json()["a"]
            requests.get(
                url,  # the address
                params={"a": 1},
                timeout=3,  # seconds
            )
            requests.post(
                url, json=requests.get(url + requests.get(url).text).json()
            )
            time.sleep(requests.get(url).json()["wait"])
            response = requests.get(
                url,
                headers={
                    "x": "y",  # why
                },
            )
            time.sleep (
                1  # a moment
            )
            text = '''
        as it is
        '''
            print(response.status_code == 200, text)
            time.sleep(0)  # afterwards
        """,
        """
        import asyncio

        import aiohttp

        from _aio import fetch, shared


        async def load(url):
            (await (await fetch(shared(aiohttp.ClientSession).get(url))).json())["a"]
            await fetch(shared(aiohttp.ClientSession).get(
                url,  # the address
                params={"a": 1},
                timeout=aiohttp.ClientTimeout(sock_connect=3, sock_read=3),  # seconds
            ))
            await fetch(shared(aiohttp.ClientSession).post(
                url, json=await (await fetch(shared(aiohttp.ClientSession).get(url + await (await fetch(shared(aiohttp.ClientSession).get(url))).text()))).json()
            ))
            await asyncio.sleep((await (await fetch(shared(aiohttp.ClientSession).get(url))).json())["wait"])
            async with shared(aiohttp.ClientSession).get(
                url,
                headers={
                    "x": "y",  # why
                },
            ) as response:
                await asyncio.sleep(
                    1  # a moment
                )
                text = '''
        as it is
        '''
                print(response.status == 200, text)
            await asyncio.sleep(0)  # afterwards
        """,
    )


def test_members_become_their_expressions_wherever_they_stand() -> None:
    """With parentheses where the expression is longer than the attribute was, and around what had some."""
    check_converts(
        """
        import requests


        def load(url):
            r = requests.get(url)
            a = r.text.upper(), r.content[0], not r.text, f"{r.text} {r.status_code}", r.url.path
            b = (r).text, (r
                .status_code), r.json()["x"], r.headers["y"], [r.text for _ in range(2)], -r.status_code
            return a, b, r.text or r.reason
        """,
        """
        import aiohttp

        from _aio import shared


        async def load(url):
            async with shared(aiohttp.ClientSession).get(url) as r:
                a = (await r.text()).upper(), (await r.read())[0], not await r.text(), f"{await r.text()} {r.status}", str(r.url).path
                b = await (r).text(), (r
                    .status), (await r.json())["x"], r.headers["y"], [await r.text() for _ in range(2)], -r.status
                return a, b, await r.text() or r.reason
        """,
        concurrency="off",
    )
